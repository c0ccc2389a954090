import { expect, test } from 'vitest';
import type { EntryView } from '../api/types';
import { factsFor, factsOf } from './facts';

const entry = (id: string, kind: string, ...re: string[]): EntryView => ({ id, kind, re }) as EntryView;

test('read, translated, passed on and answered stay four facts, each with its parties', () => {
  const facts = factsOf([
    entry('us/1', 'message.sent'), entry('ru/1', 'message.acknowledged', 'us/1'), entry('ru/2', 'message.translated', 'us/1'), entry('ua/1', 'message.acknowledged', 'us/1'),
    entry('ru/3', 'message.passed_on', 'us/1'), entry('ua/2', 'message.sent', 'us/1'),
  ]);
  expect(factsFor(facts, 'us/1')).toEqual({ read: ['ru', 'ua'], translated: ['ru'], passedOn: ['ru'], answered: ['ua'], replacedBy: null });
  expect(factsFor(facts, 'ru/1').read).toEqual([]);
});

test('what its author replaced or took back is known as such, and nobody else can do that', () => {
  const facts = factsOf([entry('us/1', 'message.sent'), entry('ru/1', 'message.cancelled', 'us/1'), entry('us/2', 'message.superseded', 'us/1')]);
  expect(factsFor(facts, 'us/1').replacedBy).toBe('us/2');
});
