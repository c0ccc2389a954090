import { describe, expect, test } from 'vitest';
import { ageText, clock, dateTimeGroup, fullUtc, inZone, readUtc, typedUtc, readWords } from './time';

test('a date-time group is day, time and zone, then month and year', () => {
  expect(dateTimeGroup('2022-03-23T14:05:11.204Z')).toBe('231405Z MAR 22');
  expect(dateTimeGroup('2009-12-31T23:59:59.999Z')).toBe('312359Z DEC 09');
});

test('a typed time is read as UTC in both forms, and what names no day is not', () => {
  expect(readUtc('2026-11-22 17:30')).toBe('2026-11-22T17:30:00.000Z');
  expect(readUtc('2026-11-22T17:30Z')).toBe('2026-11-22T17:30:00.000Z');
  expect(readUtc('221730Z NOV 26')).toBe('2026-11-22T17:30:00.000Z');
  expect(readUtc('221730z nov 2026')).toBe('2026-11-22T17:30:00.000Z');
  for (const bad of [
    '',
    '2026-02-30 10:00',
    '2026-11-22',
    '22 Nov 17:30',
    '311730Z NOV 26',
    '222460Z NOV 26',
    '221730Z NOX 26',
  ])
    expect(readUtc(bad), bad).toBeNull();
});

test('an age is told in the largest unit that still says something, and is never negative', () => {
  expect([0, 59_999, 60_000, 3_599_000, 3_600_000, 7_320_000, 172_799_000, 172_800_000, -5].map(ageText)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '2 h 02',
    '47 h 59',
    '2 d',
    '0 s',
  ]);
});

test('local times follow the zone, and an unknown zone is told from a known one', () => {
  expect(inZone('2026-01-10T23:30:00Z', 'Europe/Moscow')).toContain('02:30');
  expect(inZone('2026-01-10T23:30:00Z', 'Nowhere/Atlantis')).toBeNull();
});

test('a year that was typed is kept, and one that is far is shown in full', () => {
  expect(readUtc('221730Z NOV 2126')).toBe('2126-11-22T17:30:00.000Z');
  expect(readUtc('221730Z NOV 1926')).toBe('1926-11-22T17:30:00.000Z');
  const now = Date.parse('2026-11-29T00:00:00Z');
  expect(dateTimeGroup('2126-11-22T17:30:00Z', now)).toBe('221730Z NOV 2126');
  expect(dateTimeGroup('1926-11-22T17:30:00Z', now)).toBe('221730Z NOV 1926');
  expect(dateTimeGroup('9999-12-31T23:59:59Z', now)).toBe('312359Z DEC 9999');
  expect(dateTimeGroup('2026-11-22T17:30:00Z', now)).toBe('221730Z NOV 26');
  for (const year of [1926, 1999, 2000, 2026, 2076, 2099, 2126, 9999]) {
    const at = `${year}-11-22T17:30:00.000Z`;
    expect(readUtc(dateTimeGroup(at, now)), String(year)).toBe(at);
  }
});

test('a time that is put into a form and read back is the same moment, seconds and their parts too', () => {
  for (const at of [
    '2026-11-22T17:30:00.000Z',
    '2026-11-22T17:30:05.000Z',
    '2026-11-22T17:30:59.999Z',
    '2026-11-22T17:00:00.120Z',
    '0026-01-01T00:00:00.000Z'.replace('0026', '1900'),
  ]) {
    expect(readUtc(typedUtc(at)), at).toBe(at);
  }
  expect(typedUtc('2026-11-22T17:30:00.000Z')).toBe('2026-11-22 17:30');
});

test('what is no time is shown as none, and nothing throws', () => {
  for (const bad of ['whenever', '', Number.NaN, Infinity, 8.64e15 + 1]) {
    expect([dateTimeGroup(bad), clock(bad), fullUtc(bad), typedUtc(bad)]).toEqual([
      '??????Z',
      '??:??:??Z',
      '??????Z',
      '',
    ]);
  }
});

describe('times told from now on', () => {
  const now = Date.parse('2026-11-30T15:06:30Z');
  test.each([
    ['now', '2026-11-30T15:06:30.000Z'],
    ['+2h', '2026-11-30T17:06:30.000Z'],
    ['-30m', '2026-11-30T14:36:30.000Z'],
    ['+ 3 d', '2026-12-03T15:06:30.000Z'],
    ['1800', '2026-11-30T18:00:00.000Z'],
    ['09:00', '2026-12-01T09:00:00.000Z'],
    ['0900Z', '2026-12-01T09:00:00.000Z'],
    ['Tomorrow 0900', '2026-12-01T09:00:00.000Z'],
    ['today 0900', '2026-11-30T09:00:00.000Z'],
  ])('%s', (text, at) => expect(readWords(text, now)).toBe(at));
  test('local is the time of this computer', () => {
    const expected = new Date(now);
    expected.setDate(expected.getDate() + 1);
    expected.setHours(9, 0, 0, 0);
    expect(readWords('tomorrow 0900 local', now)).toBe(expected.toISOString());
  });
  test.each(['', '2500', '0960', 'tomorrow', 'yesterday 0900', '+2', '0900Z local', '2026-11-30 09:00'])(
    'what is none is none: %s',
    (text) => expect(readWords(text, now)).toBeNull(),
  );
  test('in the words of the officer as well', () =>
    expect(
      readWords('завтра 0900', now, { now: ['сейчас'], today: ['сегодня'], tomorrow: ['завтра'], local: ['местное'] }),
    ).toBe('2026-12-01T09:00:00.000Z'));
});
