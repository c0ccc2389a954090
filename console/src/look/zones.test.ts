import { expect, test } from 'vitest';
import { localHours } from './zones';

const on = (day: string, zone: string): string[] => localHours(Date.parse(`${day}T00:00:00Z`), zone);

test('local hours follow the change of the clock on its day, in any zone', () => {
  expect(on('2026-10-24', 'Europe/Berlin').slice(0, 2)).toEqual(['02:00', '05:00']);
  expect(on('2026-10-25', 'Europe/Berlin').slice(0, 2)).toEqual(['02:00', '04:00']); // at 01:00Z
  expect(on('2026-10-26', 'Europe/Berlin').slice(0, 2)).toEqual(['01:00', '04:00']);
  expect(on('2026-03-29', 'Europe/Berlin').slice(0, 2)).toEqual(['01:00', '05:00']);
  expect(on('2026-11-01', 'America/New_York').slice(1, 3)).toEqual(['23:00', '01:00']);
  expect(on('2026-04-04', 'Australia/Lord_Howe').at(-1)).toBe('07:30');
  expect(on('2026-04-03', 'Australia/Lord_Howe').at(-1)).toBe('08:00');
  expect(on('2026-06-01', 'Europe/Moscow')[0]).toBe('03:00');
  expect(on('2026-06-01', 'Nowhere/Atlantis')[0]).toBe('?');
  expect(on('2026-06-01', 'UTC')[0]).toBe('00:00');
});
