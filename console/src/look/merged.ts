import { diffArrays } from 'diff';

/** Words that differ at most: beyond, two texts have little in common, and no marks are made. */
const mostEdits = 2_000;

const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

/** Both texts as one: what stands in both, and in its place what only one of them says. */
export function merged(first: string, second: string): { text: string; of: 'both' | 'first' | 'second' }[] {
  const changes = diffArrays(words(first), words(second), {
    comparator: (x, y) => x.trim() === y.trim(),
    maxEditLength: mostEdits,
  });
  if (changes === undefined)
    return [
      { text: first, of: 'first' },
      { text: second, of: 'second' },
    ];
  return changes.map(({ value, added, removed }) => ({
    text: value.join(''),
    of: added ? 'second' : removed ? 'first' : 'both',
  }));
}

/** Pairs the points of two readouts: equal or most alike ones beside each other, each once, in the order of the first. */
export function pairPoints<P extends { text: string }>(
  first: readonly P[],
  second: readonly P[],
): [P | null, P | null][] {
  const left = second.map((point, i) => ({ point, i, used: false }));
  const pairs: [P | null, P | null][] = first.map((point) => {
    const best = left
      .filter((other) => !other.used)
      .map((other) => ({ other, score: similarity(point.text, other.point.text) }))
      .sort((x, y) => y.score - x.score)[0];
    if (best === undefined || best.score < 0.3) return [point, null];
    best.other.used = true;
    return [point, best.other.point];
  });
  return [...pairs, ...left.filter((other) => !other.used).map((other): [null, P] => [null, other.point])];
}

function similarity(a: string, b: string): number {
  const x = new Set(a.toLowerCase().match(/\p{L}+|\d+/gu) ?? []);
  const y = new Set(b.toLowerCase().match(/\p{L}+|\d+/gu) ?? []);
  if (x.size === 0 && y.size === 0) return 1;
  const both = [...x].filter((word) => y.has(word)).length;
  return both / Math.max(x.size, y.size);
}
