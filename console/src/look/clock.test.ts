import { expect, test } from 'vitest';
import { StationClock } from './clock';

/** A page whose own clock runs, on a computer whose clock says something else. */
function page(computerOff: number) {
  let running = 5_000;
  const truth = Date.parse('2026-11-29T05:25:00Z');
  const clock = new StationClock(
    () => running,
    () => truth + running + computerOff,
  );
  return {
    clock,
    station: () => truth + running,
    pass: (ms: number) => {
      running += ms;
    },
    hear: (trip: number) => {
      const sent = running;
      running += trip / 2;
      const date = Math.floor((truth + running) / 1000) * 1000;
      running += trip / 2;
      clock.take({ station: date, sent, got: running });
    },
  };
}

test.each([-45 * 60_000, 45 * 60_000, -400 * 86_400_000, 0])(
  'the time is the station’s whatever the computer says (%i ms off)',
  (off) => {
    const { clock, station, hear, pass } = page(off);
    expect(clock.isKnown).toBe(false);
    hear(80);
    for (let i = 0; i < 100; i++) {
      pass(61_234);
      hear(40);
      expect(Math.abs(clock.now() - station())).toBeLessThan(1_500);
      expect(Math.abs(clock.computerAhead() - off)).toBeLessThan(1_500);
    }
  },
);

test('a computer’s clock that is set while the page is open changes nothing', () => {
  let computer = 1_000_000;
  const clock = new StationClock(
    () => 5_000,
    () => computer,
  );
  clock.take({ station: 900_000, sent: 5_000, got: 5_000 });
  const before = clock.now();
  computer += 3_600_000;
  expect(clock.now()).toBe(before);
});

test('an answer without a time, or one that took long, tells nothing', () => {
  const { clock } = page(0);
  clock.take({ station: Number.NaN, sent: 1, got: 2 });
  clock.take({ station: 1, sent: 0, got: 60_000 });
  expect(clock.isKnown).toBe(false);
});
