import { expect, test } from 'vitest';
import { bundleIndex, Frontier } from './evidence';
import { leafHash, nodeHash, rootOf, toHex } from './notes';

const leaves = (count: number): Promise<Uint8Array[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => leafHash(Uint8Array.of(i))));

/** RFC 6962 §2.1, as it is written there. */
async function byDefinition(hashes: Uint8Array[]): Promise<Uint8Array> {
  if (hashes.length === 1) return hashes[0] ?? new Uint8Array();
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return await nodeHash(await byDefinition(hashes.slice(0, k)), await byDefinition(hashes.slice(k)));
}

async function pathOf(hashes: Uint8Array[], index: number): Promise<Uint8Array[]> {
  if (hashes.length <= 1) return [];
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return index < k
    ? [...(await pathOf(hashes.slice(0, k), index)), await byDefinition(hashes.slice(k))]
    : [...(await pathOf(hashes.slice(k), index - k)), await byDefinition(hashes.slice(0, k))];
}

test('the root of a growing tree is that of the definition, at every size', async () => {
  const tree = new Frontier();
  const all = await leaves(40);
  for (const [i, leaf] of all.entries()) {
    await tree.add(leaf);
    expect(toHex(await tree.root())).toBe(toHex(await byDefinition(all.slice(0, i + 1))));
  }
});

test('every inclusion proof leads to the root, and none does with a flipped bit, another place or another length', async () => {
  for (const size of [1, 2, 3, 7, 8, 13]) {
    const all = await leaves(size);
    const root = toHex(await byDefinition(all));
    for (let i = 0; i < size; i++) {
      const path = await pathOf(all, i);
      const leaf = all[i] ?? new Uint8Array();
      expect(toHex((await rootOf(i, size, leaf, path)) ?? new Uint8Array())).toBe(root);
      const flipped = leaf.slice();
      flipped[0] = (flipped[0] ?? 0) ^ 1;
      expect(toHex((await rootOf(i, size, flipped, path)) ?? new Uint8Array())).not.toBe(root);
      expect(await rootOf(size, size, leaf, path)).toBeNull();
      expect(await rootOf(i, size, leaf, [...path, leaf])).toBeNull();
      if (path.length > 0) expect(await rootOf(i, size, leaf, path.slice(1))).toBeNull();
    }
  }
});

test('a bundle’s path gives its number', () => {
  expect(['000', '067', 'x001/234', 'x001/x234/067', 'x001/234.p/17', '000.p/3'].map(bundleIndex)).toEqual([
    0, 67, 1234, 1234067, 1234, 0,
  ]);
});
