import { expect, test } from 'vitest';
import { differ, pairPoints } from './diff';

const join = (parts: { text: string }[]): string => parts.map((part) => part.text).join('');

test('both texts come back whole, and what is marked as common is common', () => {
  for (const [a, b] of [
    ['', ''],
    ['one two three', 'one three'],
    ['a b c d', 'x b y d'],
    ['the firing of 18 May', 'the firing of 18 May moves west'],
    ['  spaced  out ', 'spaced out'],
  ] as const) {
    const { first, second } = differ(a, b);
    expect(join(first)).toBe(a);
    expect(join(second)).toBe(b);
    const common = (parts: { text: string; same: boolean }[]): string =>
      parts
        .filter((part) => part.same)
        .map((part) => part.text)
        .join('')
        .replace(/\s+/g, ' ')
        .trim();
    expect(common(first)).toBe(common(second));
  }
});

test('what only one side says is marked, and nothing else', () => {
  const { first, second } = differ('Both sides keep 20 km away.', 'Both sides keep 30 km away.');
  expect(first.filter((part) => !part.same).map((part) => part.text.trim())).toEqual(['20']);
  expect(second.filter((part) => !part.same).map((part) => part.text.trim())).toEqual(['30']);
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
