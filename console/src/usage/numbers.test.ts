import { describe, expect, test } from 'vitest';
import type { UsageView } from '../api/types';
import { dayNumbers, daysOf, silentDays, spanUntil, upShare, usageCsv } from './numbers';

const hour = (upSeconds: number, unattendedSeconds: number, downSeconds: number, drops: number) => ({
  upSeconds,
  unattendedSeconds,
  downSeconds,
  drops,
});
const view: UsageView = {
  line: 'us-ru',
  from: '2026-02-27',
  until: '2026-03-01',
  folding: false,
  promised: [],
  acknowledged: [],
  watches: [],
  days: [
    {
      day: '2026-02-28',
      entries: [
        { party: 'us', precedence: 'flash', mark: 'actual', count: 2 },
        { party: 'us', precedence: 'flash', mark: 'exercise', count: 50 },
      ],
      acknowledged: [
        { by: 'ru', precedence: 'flash', mark: 'actual', count: 2, inTime: 1, medianSeconds: 60, p95Seconds: 400 },
        { by: 'ru', precedence: 'routine', mark: 'actual', count: 1, inTime: 1, medianSeconds: 5, p95Seconds: 5 },
      ],
      tests: [{ by: 'us', sent: 24, answered: 23 }],
      links: [{ peer: 'ru', total: hour(36_000, 3_600, 3_600, 2), hours: null }],
    },
  ],
};

describe('how a line is used', () => {
  test('every day of the span is there, the last among them, over the end of a month', () => {
    expect(daysOf('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(spanUntil('2026-03-01', 3)).toEqual({ from: '2026-02-27', until: '2026-03-01' });
  });
  test('exercise is never counted with what is actual', () => {
    expect(dayNumbers(view, 'actual')[1]?.written.flash).toBe(2);
    expect(dayNumbers(view, 'exercise')[1]?.written.flash).toBe(50);
    expect(dayNumbers(view, 'exercise')[1]?.median).toEqual({});
  });
  test('the slowest precedence of a day is drawn, and a day of which nothing is known has no times', () => {
    const [first, second] = dayNumbers(view, 'actual');
    expect(second?.p95['ru']).toBe(400);
    expect(first?.p95['ru']).toBeUndefined();
    expect(first?.links).toEqual({});
  });
  test('a link is up for the share of the time that is known, and where none is known that is said', () => {
    expect(upShare(view.days[0]?.links ?? [])).toBeCloseTo(39_600 / 43_200);
    expect(upShare([])).toBeNull();
  });
  test('a party is silent on the days on which it wrote nothing', () => {
    expect(silentDays(view, 'us', 'actual', '2025-01-01T00:00:00Z')).toBe(2);
    expect(silentDays(view, 'ru', 'actual', '2025-01-01T00:00:00Z')).toBe(3);
    expect(silentDays(view, 'ru', 'actual', '2026-02-28T10:00:00Z')).toBe(2);
  });
  test('all numbers are in the file, and a cell that could be a formula or a separator stays a text', () => {
    expect(usageCsv({ ...view, line: '=1' }).split('\r\n')[1]).toMatch(/^'=1,/);
    const rows = usageCsv({ ...view, line: 'a,"b"' }).split('\r\n');
    expect(rows[1]).toBe('"a,""b""",2026-02-28,entries,us,flash,actual,2,,,,,,,');
    expect(rows.length).toBe(1 + 2 + 2 + 1 + 1 + 1);
  });
});
