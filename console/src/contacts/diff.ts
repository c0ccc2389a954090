import { diffArrays } from 'diff';

/** Differences between two texts by words, for drafts beside each other: whole words and the spaces after them. */
export type Part = { text: string; same: boolean };

/** Words that differ at most: beyond, two texts have little in common, and no marks are made. */
const mostEdits = 2_000;

const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

/** Both texts in parts: what stands in both, and what only in this one. */
export function differ(first: string, second: string): { first: Part[]; second: Part[] } {
  const [a, b] = [words(first), words(second)];
  const changes = diffArrays(a, b, {
    comparator: (x, y) => x.trim() === y.trim(),
    maxEditLength: mostEdits,
  });
  if (changes === undefined) return { first: [{ text: first, same: false }], second: [{ text: second, same: false }] };
  const parts = { first: [] as Part[], second: [] as Part[] };
  let [i, j] = [0, 0];
  for (const { count, added, removed } of changes) {
    // What is alike may have other spaces after it: each side is told as it stands.
    if (!added) parts.first.push({ text: a.slice(i, (i += count)).join(''), same: !removed });
    if (!removed) parts.second.push({ text: b.slice(j, (j += count)).join(''), same: !added });
  }
  return parts;
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
