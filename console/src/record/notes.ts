/** Signed notes, checkpoints and proofs as C2SP writes them, checked with the browser's own cryptography. */

export type Checkpoint = {
  origin: string;
  size: number;
  root: Uint8Array;
  body: string;
  signatures: { name: string; blob: Uint8Array }[];
};
export type Card = { party: string; log: Uint8Array; cosign: Uint8Array };

const utf8 = new TextEncoder();
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
export const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

export async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
/** RFC 6962 §2.1. */
export const leafHash = (data: Uint8Array): Promise<Uint8Array> => sha256(leafPrefix, data);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array> => sha256(nodePrefix, left, right);

/** c2sp.org/tlog-checkpoint within c2sp.org/signed-note. */
export function readCheckpoint(note: string): Checkpoint {
  const split = note.indexOf('\n\n');
  if (split < 0) throw new Error('not a signed note');
  const body = note.slice(0, split + 1);
  const [origin = '', size = '', root = ''] = body.split('\n');
  const signatures = note
    .slice(split + 2)
    .split('\n')
    .filter((line) => line.startsWith('— '))
    .map((line) => {
      const space = line.lastIndexOf(' ');
      return { name: line.slice(2, space), blob: fromBase64(line.slice(space + 1)) };
    });
  if (!/^\d{1,15}$/.test(size)) throw new Error('not a checkpoint');
  return { origin, size: Number(size), root: fromBase64(root), body, signatures };
}

/** RFC 9162 §2.1.3.2: the root that an inclusion proof leads to; null where its length does not fit. */
export async function rootOf(
  index: number,
  size: number,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): Promise<Uint8Array | null> {
  if (index >= size) return null;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const step of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      hash = await nodeHash(step, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else hash = await nodeHash(hash, step);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? hash : null;
}

async function verify(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key as BufferSource, { name: 'Ed25519' }, false, ['verify']);
  return await crypto.subtle.verify({ name: 'Ed25519' }, imported, signature as BufferSource, message as BufferSource);
}

async function hasKeyId(blob: Uint8Array, name: string, type: number, key: Uint8Array): Promise<boolean> {
  return same(blob.slice(0, 4), (await sha256(utf8.encode(`${name}\n`), Uint8Array.of(type), key)).slice(0, 4));
}

/** The author's signature: Ed25519 over the note's text, key type 0x01. */
export async function signedByLog(checkpoint: Checkpoint, key: Uint8Array): Promise<boolean> {
  for (const { name, blob } of checkpoint.signatures) {
    if (
      name === checkpoint.origin &&
      blob.length === 68 &&
      (await hasKeyId(blob, name, 1, key)) &&
      (await verify(key, blob.slice(4), utf8.encode(checkpoint.body)))
    )
      return true;
  }
  return false;
}

/** The time in another party's cosignature (cosignature/v1, key type 0x04), in seconds; null where there is none that verifies. */
export async function cosignedAt(checkpoint: Checkpoint, party: string, key: Uint8Array): Promise<number | null> {
  for (const { name, blob } of checkpoint.signatures) {
    if (name !== party || blob.length !== 76 || !(await hasKeyId(blob, name, 4, key))) continue;
    const time = Number(new DataView(blob.buffer, blob.byteOffset).getBigUint64(4));
    if (await verify(key, blob.slice(12), utf8.encode(`cosignature/v1\ntime ${time}\n${checkpoint.body}`))) return time;
  }
  return null;
}

/** The keys of every party, from the cards within a line document. */
export function cardsOf(document: string): Card[] {
  const text = new TextDecoder().decode(fromBase64(document));
  const line = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1)) as { cards: string[] };
  return line.cards.map((card) => {
    const content = JSON.parse(card.split('\n')[1] ?? '') as { party: string; log: string; cosign: string };
    return { party: content.party, log: fromBase64(content.log), cosign: fromBase64(content.cosign) };
  });
}
