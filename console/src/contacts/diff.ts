/** Differences between two texts by words, for drafts beside each other: the longest common subsequence, whole words and the spaces after them. */
export type Part = { text: string; same: boolean };

/** Words on a side beyond which no marks are made: the table has their product. */
const most = 1500;

const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];
const alike = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a.trim() === b.trim();

/** Both texts in parts: what stands in both, and what only in this one. */
export function differ(first: string, second: string): { first: Part[]; second: Part[] } {
  const a = words(first);
  const b = words(second);
  if (a.length > most || b.length > most) return { first: [{ text: first, same: first === second }], second: [{ text: second, same: first === second }] };
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = length[i];
    if (row === undefined) continue;
    for (let j = b.length - 1; j >= 0; j--) row[j] = alike(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const parts = { first: [] as Part[], second: [] as Part[] };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && alike(a[i], b[j])) {
      add(parts.first, a[i++] ?? '', true);
      add(parts.second, b[j++] ?? '', true);
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) add(parts.first, a[i++] ?? '', false);
    else add(parts.second, b[j++] ?? '', false);
  }
  return parts;
}

function add(parts: Part[], text: string, same: boolean): void {
  const last = parts.at(-1);
  if (last !== undefined && last.same === same) last.text += text;
  else parts.push({ text, same });
}

/** Pairs the points of two readouts: equal or most alike ones beside each other, each once, in the order of the first. */
export function pairPoints<P extends { text: string }>(first: readonly P[], second: readonly P[]): [P | null, P | null][] {
  const left = second.map((point, i) => ({ point, i, used: false }));
  const pairs: [P | null, P | null][] = first.map(point => {
    const best = left.filter(other => !other.used).map(other => ({ other, score: similarity(point.text, other.point.text) })).sort((x, y) => y.score - x.score)[0];
    if (best === undefined || best.score < 0.3) return [point, null];
    best.other.used = true;
    return [point, best.other.point];
  });
  return [...pairs, ...left.filter(other => !other.used).map((other): [null, P] => [null, other.point])];
}

function similarity(a: string, b: string): number {
  const x = new Set(a.toLowerCase().match(/\p{L}+|\d+/gu) ?? []);
  const y = new Set(b.toLowerCase().match(/\p{L}+|\d+/gu) ?? []);
  if (x.size === 0 && y.size === 0) return 1;
  const both = [...x].filter(word => y.has(word)).length;
  return both / Math.max(x.size, y.size);
}
