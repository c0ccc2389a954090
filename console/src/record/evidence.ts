import { cardsOf, cosignedAt, leafHash, nodeHash, readCheckpoint, same, sha256, signedByLog, toHex } from './notes';

export type Checked = { party: string; entries: number; bodies: number; rootGood: boolean; signed: boolean; cosignedBy: string[]; wrong: string[] };

type Found = { name: string; from: number; size: number };

/** Names and places of the files in a stored (uncompressed) zip, from its central directory, with the 64-bit extension (APPNOTE 4.3.12–4.3.16). */
export function filesIn(zip: Uint8Array): Found[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error('not a zip');
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (end >= 20 && view.getUint32(end - 20, true) === 0x07064b50) {
    const wide = Number(view.getBigUint64(end - 12, true));
    count = Number(view.getBigUint64(wide + 32, true));
    at = Number(view.getBigUint64(wide + 48, true));
  }
  const files: Found[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== 0x02014b50 || view.getUint16(at + 10, true) !== 0) throw new Error('not a stored zip');
    let size = view.getUint32(at + 24, true);
    let local = view.getUint32(at + 42, true);
    const [nameLength, extraLength, commentLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameLength));
    for (let extra = at + 46 + nameLength; extra < at + 46 + nameLength + extraLength; extra += 4 + view.getUint16(extra + 2, true)) {
      if (view.getUint16(extra, true) !== 1) continue;
      let field = extra + 4;
      if (size === 0xffffffff) {
        size = Number(view.getBigUint64(field, true));
        field += 8;
      }
      if (view.getUint32(at + 20, true) === 0xffffffff) field += 8;
      if (local === 0xffffffff) local = Number(view.getBigUint64(field, true));
    }
    files.push({ name, from: local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true), size });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

/** Index of an entry bundle by its path, c2sp.org/tlog-tiles: `x001/234` is 1234; with `.p/W` it is partial. */
export function bundleIndex(path: string): number {
  return path.replace(/\.p\/\d+$/, '').split('/').reduce((sum, part) => sum * 1000 + Number(part.replace('x', '')), 0);
}

/** Roots of the perfect subtrees of a growing tree, largest first: what is needed to know its root, and no more. */
export class Frontier {
  private readonly roots: { hash: Uint8Array; leaves: number }[] = [];

  async add(leaf: Uint8Array): Promise<void> {
    let node = { hash: leaf, leaves: 1 };
    for (let last = this.roots.at(-1); last !== undefined && last.leaves === node.leaves; last = this.roots.at(-1)) {
      this.roots.pop();
      node = { hash: await nodeHash(last.hash, node.hash), leaves: node.leaves * 2 };
    }
    this.roots.push(node);
  }

  async root(): Promise<Uint8Array> {
    if (this.roots.length === 0) return await sha256();
    let hash = this.roots.at(-1)?.hash ?? new Uint8Array();
    for (const { hash: left } of this.roots.slice(0, -1).reverse()) hash = await nodeHash(left, hash);
    return hash;
  }
}

/** Entries between two reports of progress; the page stays answerable in between. */
const step = 512;

/**
 * Checks an exported record as an outsider would: every leaf is hashed again, every feed's root compared with its checkpoint, the
 * author's signature and the cosignatures verified with the keys in the line document, every disclosed body against its commitment.
 */
export async function checkEvidence(zip: Uint8Array, document: string, progress: (done: number) => void): Promise<Checked[]> {
  const files = filesIn(zip);
  const content = (file: Found): Uint8Array => zip.subarray(file.from, file.from + file.size);
  const bodies = new Map(files.filter(file => file.name.startsWith('bodies/')).map(file => [file.name.slice('bodies/'.length), file]));
  const cards = cardsOf(document);
  const checked: Checked[] = [];
  let done = 0;
  for (const card of cards) {
    const prefix = `feeds/${card.party}/`;
    const note = files.find(file => file.name === `${prefix}checkpoint`);
    if (note === undefined) {
      checked.push({ party: card.party, entries: 0, bodies: 0, rootGood: false, signed: false, cosignedBy: [], wrong: ['no checkpoint'] });
      continue;
    }
    const checkpoint = readCheckpoint(new TextDecoder().decode(content(note)));
    const bundles = files.filter(file => file.name.startsWith(`${prefix}tile/entries/`)).map(file => ({ file, index: bundleIndex(file.name.slice(`${prefix}tile/entries/`.length)) })).sort((a, b) => a.index - b.index);
    const tree = new Frontier();
    const wrong: string[] = [];
    let entries = 0;
    let disclosed = 0;
    for (const { file } of bundles) {
      const bytes = content(file);
      for (let at = 0; at + 2 <= bytes.length && entries < checkpoint.size;) {
        const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
        const header = bytes.subarray(at + 2, at + 2 + length);
        at += 2 + length;
        await tree.add(await leafHash(header));
        const head = JSON.parse(new TextDecoder().decode(header)) as { seq?: number; body?: string };
        if (head.seq !== entries) wrong.push(`${card.party}/${entries}: seq ${String(head.seq)}`);
        const hex = head.body?.replace('sha256:', '');
        const body = hex === undefined ? undefined : bodies.get(hex);
        if (body !== undefined) {
          disclosed++;
          if (toHex(await sha256(content(body))) !== hex) wrong.push(`${card.party}/${entries}: body`);
        }
        entries++;
        if (++done % step === 0) {
          progress(done);
          await new Promise(resolve => setTimeout(resolve, 0));
        }
      }
    }
    const cosignedBy: string[] = [];
    for (const other of cards) if (other.party !== card.party && (await cosignedAt(checkpoint, other.party, other.cosign)) !== null) cosignedBy.push(other.party);
    checked.push({
      party: card.party, entries, bodies: disclosed, wrong, cosignedBy,
      rootGood: entries === checkpoint.size && same(await tree.root(), checkpoint.root), signed: await signedByLog(checkpoint, card.log),
    });
  }
  progress(done);
  return checked;
}
