import { expect, test } from 'vitest';
import { hearingOf, nothingYet, qualityOf, watch, type Counted, type Watched } from './hearing';

const there = { here: true, held: false, muted: false };

/** A connection as it was counted each half second: how many voice packets and bytes came, and how loud. */
function seen(...looks: { packets: number; bytes: number; level?: number; lost?: number }[]): Watched {
  let counted: Counted = {
    at: 0,
    connection: 'connected',
    bytes: 0,
    packets: 0,
    lost: 0,
    concealed: 0,
    samples: 0,
    level: 0,
    roundTrip: null,
  };
  let watched = watch(nothingYet, counted);
  for (const look of looks) {
    counted = {
      ...counted,
      at: counted.at + 500,
      packets: counted.packets + look.packets,
      bytes: counted.bytes + look.bytes,
      lost: counted.lost + (look.lost ?? 0),
      samples: counted.samples + 24_000,
      concealed: counted.concealed + (look.lost ?? 0) * 960,
      level: look.level ?? 0,
    };
    watched = watch(watched, counted);
  }
  return watched;
}
const speech = { packets: 25, bytes: 3_000, level: 0.2 };
const hush = { packets: 25, bytes: 1_500, level: 0 };
const nothing = { packets: 0, bytes: 0 };
const noise = { packets: 0, bytes: 3_000 };
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

test('who speaks is heard, and who says nothing for three seconds is silent', () => {
  expect(hearingOf(seen(speech, speech), 1_000, there, false)).toBe('heard');
  expect(hearingOf(seen(speech, ...times(7, hush)), 4_000, there, false)).toBe('silent');
});

// V-2, V-5, V-12
test('muted, on hold, nothing arriving and not to be decrypted never look alike', () => {
  expect(hearingOf(seen(speech, hush), 1_000, { ...there, muted: true }, false)).toBe('muted');
  expect(hearingOf(seen(speech, hush), 1_000, { ...there, held: true }, false)).toBe('held');
  expect(hearingOf(seen(speech, ...times(5, nothing)), 3_000, there, false)).toBe('no-packets');
  expect(hearingOf(seen(speech, ...times(5, noise)), 3_000, there, false)).toBe('undecryptable');
});

test('a dead line is said to be dead though the other said before that they are muted', () => {
  expect(hearingOf(seen(speech, ...times(5, nothing)), 3_000, { ...there, muted: true }, false)).toBe('no-packets');
});

test('nothing is called connected before a voice packet could be read', () => {
  expect(hearingOf(seen(noise, noise), 1_000, there, false)).toBe('connecting');
  expect(hearingOf(nothingYet, 0, { ...there, here: false }, false)).toBe('waiting');
  expect(hearingOf(seen(speech), 500, { ...there, here: false }, false)).toBe('gone');
  expect(hearingOf(seen(speech), 500, there, true)).toBe('key');
});

test('the quality goes by what had to be made up', () => {
  expect(qualityOf(seen(...times(10, speech)))).toBe('good');
  expect(qualityOf(seen(...times(10, { ...speech, lost: 6 })))).toBe('poor');
});
