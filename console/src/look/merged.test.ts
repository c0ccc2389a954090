import { expect, test } from 'vitest';
import { merged, pairPoints } from './merged';

const textOf = (parts: ReturnType<typeof merged>, without: 'first' | 'second'): string =>
  parts
    .filter((part) => part.of !== without)
    .map((part) => part.text)
    .join('');
const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

test('both texts stand whole in the one, the second to the letter', () => {
  for (const [a, b] of [
    ['', ''],
    ['one two three', 'one three'],
    ['a b c d', 'x b y d'],
    ['the firing of 18 May', 'the firing of 18 May moves west'],
    ['  spaced  out ', 'spaced out'],
  ] as const) {
    expect(textOf(merged(a, b), 'first')).toBe(b);
    expect(spaced(textOf(merged(a, b), 'second'))).toBe(spaced(a));
  }
});

test('what only one side says is marked as its own, once, and nothing else', () => {
  const parts = merged('Both sides keep 20 km away.', 'Both sides keep 30 km away.');
  expect(parts.filter((part) => part.of !== 'both').map((part) => [part.of, part.text.trim()])).toEqual([
    ['first', '20'],
    ['second', '30'],
  ]);
  expect(merged('Both agree. For a month.', 'Both agree.').filter((part) => part.of === 'first')).toHaveLength(1);
});

test('points are paired with the most alike, each once, and none is lost', () => {
  const pairs = pairPoints(
    [{ text: 'A liaison officer on each bank' }, { text: 'The firing of 18 May' }],
    [
      { text: 'The firing of 18 May moves' },
      { text: 'Prisoners are exchanged' },
      { text: 'A liaison officer on each bank' },
    ],
  );
  expect(pairs.map(([a, b]) => [a?.text ?? null, b?.text ?? null])).toEqual([
    ['A liaison officer on each bank', 'A liaison officer on each bank'],
    ['The firing of 18 May', 'The firing of 18 May moves'],
    [null, 'Prisoners are exchanged'],
  ]);
});
