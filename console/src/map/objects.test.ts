import { expect, test } from 'vitest';
import type { EntryView, ItemView } from '../api/types';
import { theKinds } from '../testing/kinds';
import { inBand, objectsOf, type Standing } from './objects';

const of = (entries: EntryView[], line: string, standing: Standing | null) =>
  objectsOf(entries, line, standing, theKinds);

const at = '2026-11-22T12:00:00.000Z';
const withFields = (number: unknown, unit?: unknown) =>
  of(
    [
      {
        id: 'ru/1',
        line: 'l',
        kind: 'message.sent',
        at,
        re: [],
        body: {
          text: 'x',
          fields: [
            { name: 'position', position: [24.1, 56.95] },
            { name: 'altitude', number, ...(unit === undefined ? {} : { unit }) },
          ],
        },
      } as unknown as EntryView,
    ],
    'l',
    null,
  )[0];

test('a height is read in the unit that its author named', () => {
  for (const [number, unit, metres] of [
    [350, 'FL', 10_668],
    [9, 'km', 9_000],
    [3, 'NM', 5_556],
    [12_000, 'ft', 3_657.6],
    [12_000, 'feet', 3_657.6],
    [9_000, 'm', 9_000],
  ] as const) {
    expect(withFields(number, unit)?.altitudeMetres, `${number} ${unit}`).toBeCloseTo(metres, 6);
  }
});

test('an aircraft at flight level 350 is in the band above 8,000 m', () => {
  const aircraft = withFields(350, 'FL');
  expect(aircraft !== undefined && inBand(aircraft, 'high')).toBe(true);
});

test('a number without a unit, or with one that is no length, names no height', () => {
  for (const unit of [undefined, '', 'kt', 'hPa', 'mil', 'constructor', 5, null]) {
    const object = withFields(9_000, unit);
    expect(object?.altitudeMetres, String(unit)).toBeNull();
    expect(object !== undefined && inBand(object, 'unsaid')).toBe(true);
  }
});

const place = { name: 'Skerry', position: [19.42, 57.31] as [number, number] };
const entry = (id: string, kind: string, body: unknown = {}, ...re: string[]): EntryView =>
  ({ id, line: 'l', kind, at, re, body }) as unknown as EntryView;
const item = (id: string, family: string, state: string, more: object = {}): ItemView =>
  ({
    entry: id,
    family,
    state,
    since: at,
    due: null,
    overdue: false,
    opener: 'ru',
    mark: 'actual',
    settled: false,
    place,
    entries: [{ entry: id, kind: `${family}.given`, at, by: { seat: 'watch', name: 'A' } }],
    ...more,
  }) as unknown as ItemView;
const standing = (open: ItemView[], settled: ItemView[] = [], flagged: string[] = []): Standing => ({
  open,
  settled: new Map(settled.map((one) => [one.entry, one])),
  flagged: new Set(flagged),
  plans: null,
});
const shown = (entries: EntryView[], stands: Standing | null): string[] =>
  of(entries, 'l', stands).map((object) => object.entry);

test('a notice in force that is older than what is at hand is on the map', () => {
  const [object] = of(
    [],
    'l',
    standing([item('ru/1', 'notice', 'in force', { what: 'Firing', from: at, until: '2026-11-23T12:00:00.000Z' })]),
  );
  expect(object).toMatchObject({
    entry: 'ru/1',
    what: 'Firing',
    position: [19.42, 57.31],
    placeName: 'Skerry',
    until: Date.parse('2026-11-23T12:00:00.000Z'),
  });
});

test('a cancellation that the station flagged takes nothing off the map, whoever wrote it', () => {
  const ours = entry('us/1', 'notice.given', { what: 'Firing', place });
  const open = { ...item('us/1', 'notice', 'in force', { opener: 'us' }) };
  expect(shown([ours, entry('ru/2', 'notice.cancelled', {}, 'us/1')], standing([open], [], ['ru/2']))).toEqual([
    'us/1',
  ]);
  const message = entry('us/2', 'message.sent', { text: 'x', place });
  expect(
    shown(
      [message, entry('ru/3', 'message.cancelled', {}, 'us/2'), entry('ru/4', 'clarification.closed', {}, 'us/2')],
      standing([]),
    ),
  ).toEqual(['us/2']);
  expect(shown([message, entry('us/3', 'message.cancelled', {}, 'us/2')], standing([], [], ['us/3']))).toEqual([
    'us/2',
  ]);
  expect(shown([message, entry('us/3', 'message.cancelled', {}, 'us/2')], standing([]))).toEqual([]);
});

test('a closed clarification hides itself, and not the place of what it was about', () => {
  const message = entry('us/2', 'message.sent', { text: 'x', place });
  const asked = entry('ru/1', 'clarification.requested', { concern: 'what is there', place }, 'us/2');
  const closed = entry('ru/5', 'clarification.closed', {}, 'ru/1', 'us/2');
  expect(shown([message, asked, closed], standing([], [item('ru/1', 'clarification', 'closed')]))).toEqual(['us/2']);
});

test('what is over is still there for its time, and what was cancelled, closed or withdrawn is gone', () => {
  const given = (id: string): EntryView => entry(id, 'notice.given', { what: 'Firing', place, from: at, until: at });
  expect(
    shown(
      [given('ru/1'), given('ru/2'), given('ru/3')],
      standing([], [item('ru/1', 'notice', 'ended'), item('ru/2', 'notice', 'cancelled')]),
    ),
  ).toEqual(['ru/1']);
});

test('where the station says nothing now, what was read stays on the map', () => {
  expect(
    shown(
      [
        entry('ru/1', 'notice.given', { what: 'Firing', place }),
        entry('ru/2', 'accident.updated', { what: 'x', where: place }, 'ru/1'),
      ],
      null,
    ),
  ).toEqual(['ru/1']);
});

test('an item stands once, where its newest text puts it, and the place that an answer names beside it', () => {
  const moved = { name: 'Elsewhere', position: [20, 58] as [number, number] };
  const open = item('ru/1', 'clarification', 'answered', {
    place: moved,
    answer: { place, note: null },
    entries: [
      { entry: 'ru/1', kind: 'clarification.requested', at },
      { entry: 'us/4', kind: 'clarification.answered', at },
    ],
  });
  const objects = of(
    [
      entry('ru/1', 'clarification.requested', { concern: 'x', place }),
      entry('us/4', 'clarification.answered', { place }, 'ru/1'),
    ],
    'l',
    standing([open]),
  );
  expect(objects.map((object) => [object.entry, object.placeName])).toEqual([
    ['ru/1', 'Elsewhere'],
    ['us/4', 'Skerry'],
  ]);
});
