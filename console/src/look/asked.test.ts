import { expect, test } from 'vitest';
import type { ItemView } from '../api/types';
import { answerDue, asksUs } from './asked';

const call = {
  opener: 'ru',
  settled: false,
  due: null,
  acts: ['call.accepted', 'call.countered', 'call.declined'],
  windows: [
    { from: '2031-05-05T10:00:00.000Z', until: '2031-05-05T11:00:00.000Z' },
    { from: '2031-05-04T10:00:00.000Z', until: '2031-05-04T11:00:00.000Z' },
  ],
} as unknown as ItemView;

test('a request for a call wants an answer of those who were asked, before its first window', () => {
  expect(asksUs(call, 'us')).toBe(true);
  expect(answerDue(call)).toBe('2031-05-04T10:00:00.000Z');
});

test('nobody is asked by what they opened themselves, by what is settled, or where no answer is to be given', () => {
  expect(asksUs(call, 'ru')).toBe(false);
  expect(asksUs({ ...call, settled: true }, 'us')).toBe(false);
  expect(asksUs({ ...call, acts: ['call.held'] }, 'us')).toBe(false);
});

test('a deadline that is stated goes before the first window', () => {
  expect(answerDue({ ...call, expires: '2031-05-03T10:00:00.000Z' })).toBe('2031-05-03T10:00:00.000Z');
  expect(answerDue({ ...call, due: '2031-05-02T10:00:00.000Z', windows: null })).toBe('2031-05-02T10:00:00.000Z');
});
