import { expect, test } from 'vitest';
import type { EntryView } from './types';
import { theKinds } from '../testing/kinds';
import { factsFor, factsOf } from './facts';

const entry = (id: string, kind: string, ...re: string[]): EntryView => ({ id, kind, re }) as EntryView;

const of = (entries: EntryView[], flagged?: ReadonlySet<string>) => factsOf(entries, theKinds, flagged);

test('read, translated, passed on and answered stay four facts, each with its parties', () => {
  const facts = of([
    entry('us/1', 'message.sent'),
    entry('ru/1', 'message.acknowledged', 'us/1'),
    entry('ru/2', 'message.translated', 'us/1'),
    entry('ua/1', 'message.acknowledged', 'us/1'),
    entry('ru/3', 'message.passed_on', 'us/1'),
    entry('ua/2', 'message.sent', 'us/1'),
  ]);
  expect(factsFor(facts, 'us/1')).toEqual({
    read: ['ru', 'ua'],
    translated: ['ru'],
    passedOn: ['ru'],
    answered: ['ua'],
    replacedBy: null,
  });
  expect(factsFor(facts, 'ru/1').read).toEqual([]);
});

test('what its author replaced or took back is known as such, and nobody else can do that', () => {
  const facts = of([
    entry('us/1', 'message.sent'),
    entry('ru/1', 'message.cancelled', 'us/1'),
    entry('us/2', 'message.superseded', 'us/1'),
  ]);
  expect(factsFor(facts, 'us/1').replacedBy).toBe('us/2');
});

// TRAFFIC-13
test.each([
  'message.superseded',
  'message.cancelled',
  'notice.updated',
  'notice.cancelled',
  'accident.updated',
  'activity.changed',
  'activity.cancelled',
  'area.changed',
  'area.withdrawn',
  'movement.changed',
  'movement.cancelled',
])('%s takes the place of what its author wrote', (kind) => {
  expect(factsFor(of([entry('us/1', 'x.opened'), entry('us/2', kind, 'us/1')]), 'us/1').replacedBy).toBe('us/2');
});

test('what the station flagged replaces nothing and is no receipt; that somebody wrote about it is still an answer', () => {
  const flagged = new Set(['us/3', 'ru/2', 'ru/3']);
  const facts = of(
    [
      entry('us/1', 'movement.submitted'),
      entry('us/2', 'movement.changed', 'us/1'),
      entry('us/3', 'movement.cancelled', 'us/1'),
      entry('ru/2', 'message.acknowledged', 'us/1'),
      entry('ru/3', 'movement.objected', 'us/1'),
    ],
    flagged,
  );
  expect(factsFor(facts, 'us/1')).toEqual({
    read: [],
    translated: [],
    passedOn: [],
    answered: ['ru'],
    replacedBy: 'us/2',
  });
});

test('what a station does by itself is no answer of an officer', () => {
  const facts = of([
    entry('us/1', 'test.sent'),
    entry('ru/1', 'test.answered', 'us/1'),
    entry('ru/2', 'test.fault', 'us/1'),
    entry('ru/0', 'line.opened', 'us/1'),
    entry('ru/4', 'attachment.received', 'us/1'),
  ]);
  expect(factsFor(facts, 'us/1').answered).toEqual([]);
});
