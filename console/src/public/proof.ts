import { type Point, ascii, fromBase64, hashOf, hex, joined, pinned, same, utf8, verifies } from './bytes';
import { type Header, isLine, isParty, readHeader } from './header';

/** What a proof file shows, in three answers that are kept apart (docs/protocol/public.md). Whether what the entry says is true is not among them. */
export interface Verdict {
  wellFormed: Result;
  signed: Result;
  trusted: Result;
  cosigners: { party: string; at: Date }[];
  proof: Proof | null;
}

export type Answer = 'yes' | 'no' | 'not asked';
export interface Result {
  answer: Answer;
  reason: string;
}

export interface Proof {
  header: Header;
  headerBytes: Uint8Array;
  body: Uint8Array;
  keys: PartyKeys[];
  /** 64 digits. */
  fingerprint: string;
  index: bigint;
  hashes: Uint8Array[];
  note: Note;
  origin: string;
  size: bigint;
  root: Uint8Array;
}

interface Key {
  name: string;
  id: string;
  bytes: Uint8Array;
  point: Point;
}
interface PartyKeys {
  party: string;
  log: Key;
  cosign: Key;
}
interface Note {
  text: string;
  lines: { name: string; id: string; signature: Uint8Array }[];
}

export const firstLine = 'parley/proof/v1';
const maxLength = 256 * 1024;
const maxNote = 64 * 1024;
const maxParties = 32;
const maxHashes = 64;
const maxSignatures = 64;
const maxTime = 253_402_300_799n;

class Rejected extends Error {}
const reject = (reason: string): never => {
  throw new Rejected(reason);
};

const decimal = (text: string | undefined): bigint | null =>
  text !== undefined && /^(?:0|[1-9][0-9]{0,19})$/.test(text) && BigInt(text) < 1n << 64n ? BigInt(text) : null;

function part(line: string | undefined, name: string): Uint8Array {
  const bytes = line?.startsWith(`${name} `) === true ? fromBase64(line.slice(name.length + 1)) : null;
  return bytes ?? reject(`a proof file has a line for its ${name} in Base64`);
}

function hash(line: string | undefined): Uint8Array {
  const bytes = line === undefined ? null : fromBase64(line);
  return bytes?.length === 32 ? bytes : reject('hashes are the Base64 of 32 bytes, one a line');
}

function vkey(text: string, type: number): Key {
  const [, name, id, material] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = material === undefined ? null : fromBase64(material);
  if (name === undefined || id === undefined || bytes?.length !== 33 || bytes[0] !== type)
    return reject('a vkey is name+hex id+base64 key, of its type');
  const point = pinned(bytes.subarray(1));
  if (point === null) return reject("the vkey's key is not an Ed25519 key that can be pinned");
  if (hex(hashOf(ascii(`${name}\n`), bytes)).slice(0, 8) !== id) return reject("the vkey's id is not that of its name and key");
  return { name, id, bytes, point };
}

function readKeys(rows: string[]): { line: string; keys: PartyKeys[] } {
  if (rows.length === 0 || rows.length > maxParties) reject(`there are keys of 1 to ${maxParties} parties`);
  const used = new Set<string>();
  let line: string | null = null;
  const keys = rows.map((row): PartyKeys => {
    const [first, second, ...rest] = row.split(' ');
    if (first === undefined || second === undefined || rest.length > 0) return reject('the keys of a party are two vkeys');
    const log = vkey(first, 1);
    const cosign = vkey(second, 4);
    const [feed, party, ...more] = log.name.split('/');
    if (!isLine(feed) || !isParty(party) || more.length > 0) return reject('the first key of a party is that of its feed');
    if (cosign.name !== party) reject('the second key of a party is the one that it cosigns with');
    if ((line ??= feed) !== feed) reject('the keys are of different lines');
    for (const key of [log, cosign]) {
      const digits = hex(key.bytes.subarray(1));
      if (used.has(digits)) reject('a key has two roles');
      used.add(digits);
    }
    return { party, log, cosign };
  });
  // Ids are ASCII, so that < compares their bytes.
  if (keys.some((key, i) => i > 0 && !((keys[i - 1]?.party ?? '') < key.party)))
    reject("the parties' keys stand in the order of their ids, each party once");
  return { line: line ?? '', keys };
}

function readNote(text: string): Note {
  if (ascii(text).length > maxNote || /[\u0000-\u0009\u000B-\u001F]/.test(text)) reject('a note is short and has no control character');
  const blank = text.lastIndexOf('\n\n');
  const signatures = blank < 0 ? '' : text.slice(blank + 2);
  if (signatures === '' || !signatures.endsWith('\n')) return reject('a note ends in a blank line and signature lines');
  const rows = signatures.slice(0, -1).split('\n');
  if (rows.length > maxSignatures) reject(`a note has at most ${maxSignatures} signatures`);
  const lines = rows.map((row) => {
    const [, name, material] =
      /^\u2014 ([^\u0000-\u0020+\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+) (.*)$/u.exec(row) ?? [];
    const bytes = material === undefined ? null : fromBase64(material);
    if (name === undefined || bytes === null || bytes.length <= 4) return reject('a signature line is a dash, a key name and Base64');
    return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
  });
  return { text: text.slice(0, blank + 1), lines };
}

/** Reads a file that is in its one form, every part of it about one entry. PUBLIC-1 to PUBLIC-4. */
function read(file: Uint8Array): Proof {
  if (file.length > maxLength) reject(`a proof file is at most ${maxLength} bytes`);
  const text = utf8(file) ?? reject('a proof file is UTF-8');
  const end = text.indexOf('\n\n');
  if (!text.startsWith(`${firstLine}\n`) || end < 0) reject(`a proof file begins with the line ${firstLine}, and has an empty line before its tlog-proof`);
  const lines = text.slice(0, end).split('\n');
  const [headerBytes, salt, body] = [part(lines[1], 'header'), part(lines[2], 'salt'), part(lines[3], 'body')];
  const { line, keys } = readKeys(
    lines.slice(4).map((row) => (row.startsWith('keys ') ? row.slice(5) : reject('after the body stand the keys'))),
  );

  const tlog = text.slice(end + 2);
  const middle = tlog.indexOf('\n\n');
  const proofLines = middle < 0 ? [] : tlog.slice(0, middle).split('\n');
  const index = proofLines[1]?.startsWith('index ') === true ? decimal(proofLines[1].slice(6)) : null;
  if (proofLines[0] !== 'c2sp.org/tlog-proof@v1' || index === null) return reject('there is no tlog-proof with an index, or it has extra data');
  if (proofLines.length > 2 + maxHashes) reject(`a proof has at most ${maxHashes} hashes`);
  const hashes = proofLines.slice(2).map(hash);
  const note = readNote(tlog.slice(middle + 2));
  const [origin, sizeText, rootText, last, ...more] = note.text.split('\n');
  const size = decimal(sizeText);
  if (origin === undefined || size === null || last !== '' || more.length > 0) return reject('a checkpoint has lines for origin, size and root');
  const root = hash(rootText);

  const headerText = headerBytes.length > 16 * 1024 ? null : utf8(headerBytes);
  const header = headerText === null ? null : readHeader(headerText);
  if (header === null) return reject('the header is not one in the one form that headers have');
  if (header.line !== line) reject('the header names another line');
  if (BigInt(header.seq) !== index) reject(`the header is that of ${header.from}/${header.seq}`);
  if (index === 0n && header.kind !== 'line.opened') reject('the first entry does not open the line');
  if (!keys.some((key) => key.party === header.from)) reject("the author's keys are not among those of the line");
  if (header.body === null) reject('there is a body, and the header commits to none');
  if (salt.length !== 32 || body.length !== header.size || header.body !== `sha256:${hex(hashOf(salt, body))}`)
    reject('the body is not the one that the header commits to');
  if (origin !== `${line}/${header.from}`) reject('the checkpoint is not one of this feed');
  const sheet = ['parley/keys/v1', ...lines.slice(4).map((row) => row.slice(5)), ''].join('\n');
  return { header, headerBytes, body, keys, fingerprint: hex(hashOf(ascii(sheet))), index, hashes, note, origin, size, root };
}

const node = (left: Uint8Array, right: Uint8Array) => hashOf(Uint8Array.of(1), left, right);

/** RFC 9162, section 2.1.3.2. */
function isIncluded({ index, size, hashes, headerBytes, root }: Proof): boolean {
  if (index >= size) return false;
  let [fn, sn] = [index, size - 1n];
  let r = hashOf(Uint8Array.of(0), headerBytes);
  for (const sibling of hashes) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = node(sibling, r);
      while (fn !== 0n && (fn & 1n) === 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else r = node(r, sibling);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && same(r, root);
}

const linesOf = (note: Note, key: Key) => note.lines.filter((line) => line.name === key.name && line.id === key.id);

function cosignedAt(text: string, key: Key, signature: Uint8Array): Date | null {
  if (signature.length !== 72) return null;
  const seconds = BigInt(`0x${hex(signature.subarray(0, 8))}`);
  if (seconds === 0n || seconds > maxTime) return null;
  const message = joined(ascii(`cosignature/v1\ntime ${seconds}\n`), ascii(text));
  return verifies(key.point, message, signature.subarray(8)) ? new Date(Number(seconds) * 1000) : null;
}

/** What stands against the signatures; empty where nothing does. PUBLIC-6. */
function faultOf(proof: Proof, cosigners: Verdict['cosigners']): string {
  const { note, header } = proof;
  const author = proof.keys.find((key) => key.party === header.from)?.log;
  if (author === undefined) return 'the author has no key';
  const others = proof.keys.filter((key) => key.party !== header.from);
  const known = [author, ...others.map((other) => other.cosign)];
  const faults: string[] = [];
  if (note.lines.some((line) => !known.some((key) => key.name === line.name && key.id === line.id)))
    faults.push('a signature line is by a key that is not of this line');
  if (known.some((key) => linesOf(note, key).length > 1)) faults.push('a key has two signature lines');
  const signature = linesOf(note, author)[0]?.signature;
  if (signature === undefined || !verifies(author.point, ascii(note.text), signature))
    faults.push("the author's signature is missing or does not verify");
  for (const other of others) {
    const line = linesOf(note, other.cosign)[0];
    const at = line === undefined ? null : cosignedAt(note.text, other.cosign, line.signature);
    if (at !== null) cosigners.push({ party: other.party, at });
    else faults.push(line === undefined ? `${other.party} did not cosign` : `the cosignature of ${other.party} does not verify`);
  }
  if (others.length === 0) faults.push('the line has one party: nobody else holds the entry');
  if (!isIncluded(proof)) faults.push(`the entry does not stand at index ${proof.index} of the ${proof.size} that the checkpoint covers`);
  return faults[0] ?? '';
}

/** True when what was typed is this fingerprint: 32 to 64 of its digits from the start, in either case, with or without separators. PUBLIC-5. */
export function matches(fingerprint: string, typed: string): boolean {
  const digits = typed.replace(/[ \t\r\n\-:,]/g, '').toLowerCase();
  return /^(?:[0-9a-f]{2}){16,32}$/.test(digits) && fingerprint.startsWith(digits);
}

/** Judges a file as `parley verify` does. The fingerprint is as the reader typed it; null where none was. */
export function judge(file: Uint8Array, fingerprint: string | null): Verdict {
  let proof: Proof;
  try {
    proof = read(file);
  } catch (e) {
    if (!(e instanceof Rejected)) throw e;
    const unread: Result = { answer: 'not asked', reason: 'not looked at: the file is not well-formed' };
    return { wellFormed: { answer: 'no', reason: e.message }, signed: unread, trusted: unread, cosigners: [], proof: null };
  }
  const cosigners: Verdict['cosigners'] = [];
  const fault = faultOf(proof, cosigners);
  return {
    wellFormed: { answer: 'yes', reason: '' },
    signed: { answer: fault === '' ? 'yes' : 'no', reason: fault },
    trusted:
      fingerprint === null
        ? { answer: 'not asked', reason: 'no fingerprint was given' }
        : matches(proof.fingerprint, fingerprint)
          ? { answer: 'yes', reason: '' }
          : { answer: 'no', reason: 'the keys in the file are not those of the fingerprint' },
    cosigners,
    proof,
  };
}
