import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { Point, hashes } from '@noble/ed25519';

/*
 * Hashes and signatures without WebCrypto: a page that was opened over plain HTTP has none, browsers take it up at different times, and they differ in which
 * odd keys they take. Here the rule is the station's own (libsodium's strict one), everywhere.
 */
hashes.sha512 = sha512;

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

export const hashOf = (...parts: readonly Uint8Array[]): Uint8Array => sha256(joined(...parts));

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Base64 in its one spelling: padded, no white space, no stray bits. */
export function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return base64(bytes) === text ? bytes : null;
}

/** UTF-8 as text; null where it is none. A byte order mark stays. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Keys that were found to be sound: the proofs of a page have the same ones, and to look at one takes as long as to verify a signature. */
const sound = new Map<string, Point>();
const mostSound = 128;

/** A key that may be pinned: canonical, and in the group of prime order. */
export function pinned(key: Uint8Array): Point | null {
  const digits = hex(key);
  const known = sound.get(digits);
  if (known !== undefined) return known;
  try {
    const point = Point.fromBytes(key, false);
    if (point.isSmallOrder() || !point.isTorsionFree() || !same(point.toBytes(), key)) return null;
    if (sound.size < mostSound) sound.set(digits, point);
    return point;
  } catch {
    return null;
  }
}

const order = Point.CURVE().n;

const little = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** True when the signature holds by libsodium's strict rule: S below the order, R as computed byte for byte and not of small order. */
export function verifies(key: Point, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  const s = little(signature.subarray(32));
  if (s >= order) return false;
  try {
    const k = little(sha512(joined(r, key.toBytes(), message))) % order;
    const expected = (s === 0n ? Point.ZERO : Point.BASE.multiply(s, false)).subtract(
      k === 0n ? Point.ZERO : key.multiply(k, false),
    );
    return !expected.isSmallOrder() && same(expected.toBytes(), r);
  } catch {
    return false;
  }
}

export type { Point };
