import { expect, test } from 'vitest';
import { soughtOf, typedOf } from './facets';
import { nothingSought } from './search';

test('what is typed before a colon narrows the search, and the rest is its words', () => {
  const sought = soughtOf('from:us kind:call before:2026-01-01 by:"A. Kovács" two columns', nothingSought);
  expect(sought).toEqual({
    ...nothingSought,
    from: 'us',
    kind: 'call.',
    until: '2026-01-01 00:00',
    by: 'A. Kovács',
    text: 'two columns',
  });
  expect(soughtOf(typedOf(sought), nothingSought)).toEqual(sought);
});

test('a colon that narrows nothing is a part of the words', () => {
  expect(soughtOf('note: 04:00Z', nothingSought).text).toBe('note: 04:00Z');
});
