// SPDX-License-Identifier: Apache-2.0
//
// Reads an export of Parley with Node's own cryptography and nothing else: the signatures under every checkpoint, the RFC 6962 root
// over the entries, the leaf hashes in the tiles, and the bodies. It shares no code with Parley or with the Go program beside it.
//
//   node verify.mjs FOLDER        exit code 0 and one line when everything holds; 1 and what does not

import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const WIDTH = 256;
const LOG = 1;
const COSIGNER = 4;

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (data) => sha256(Buffer.of(0), data);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

function fail(reason) {
  console.log(`bad: ${reason}`);
  process.exit(1);
}

/** RFC 9162 section 2.1.1, as it is written there. */
function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/** A C2SP vkey: its name, the key id that it must have, and the key. */
function readVkey(vkey, type) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? fail(`${vkey} is no vkey`);
  const material = Buffer.from(encoded, "base64");
  if (material.length !== 33 || material[0] !== type) fail(`${vkey} is no key of type ${type}`);
  const keyId = sha256(`${name}\n`, material).subarray(0, 4);
  if (keyId.toString("hex") !== id) fail(`${vkey} states another key id`);
  const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: material.subarray(1).toString("base64url") } });
  return { name, keyId, key, type };
}

function isSigned(text, signature, { key, type }) {
  if (type === LOG) return signature.length === 64 && verify(null, Buffer.from(text), key, signature);
  const signed = `cosignature/v1\ntime ${signature.readBigUInt64BE(0)}\n${text}`;
  return signature.length === 72 && verify(null, Buffer.from(signed), key, signature.subarray(8));
}

function readCheckpoint(folder, feed, keys) {
  const note = readFileSync(join(folder, "feeds", feed.party, "checkpoint"), "utf8");
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split("\n").slice(0, -1);
  if (lines.length !== keys.length) fail(`feed ${feed.party}: ${lines.length} of ${keys.length} parties signed`);
  for (const line of lines) {
    const match = /^— (\S+) (\S+)$/.exec(line) ?? fail(`feed ${feed.party}: no signature line: ${line}`);
    const bytes = Buffer.from(match[2], "base64");
    if (bytes.toString("base64") !== match[2]) fail(`feed ${feed.party}: base64 that nobody writes`);
    const key = keys.find((k) => k.name === match[1] && k.keyId.equals(bytes.subarray(0, 4)));
    if (!key) fail(`feed ${feed.party}: a signature of no party: ${line}`);
    if (!isSigned(text, bytes.subarray(4), key)) fail(`feed ${feed.party}: ${key.name} did not sign this checkpoint`);
  }
  const [origin, size, root, rest] = text.split("\n");
  if (origin !== feed.origin || rest !== "") fail(`feed ${feed.party}: a checkpoint of another form`);
  return { size: Number(size), root: Buffer.from(root, "base64") };
}

/** Where tile or bundle number n of a tree of this size lies. */
function tilePath(kind, n, size) {
  let path = String(n % 1000).padStart(3, "0");
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  const width = Math.min(WIDTH, size - n * WIDTH);
  return { path: join("tile", kind, width < WIDTH ? `${path}.p/${width}` : path), width };
}

function readEntries(folder, feed, size) {
  const entries = [];
  for (let n = 0; n * WIDTH < size; n++) {
    const { path, width } = tilePath("entries", n, size);
    const bundle = readFileSync(join(folder, "feeds", feed.party, path));
    let at = 0;
    for (let i = 0; i < width; i++) {
      if (at + 2 > bundle.length || at + 2 + bundle.readUInt16BE(at) > bundle.length) fail(`feed ${feed.party}: bundle ${n} ends early`);
      const length = bundle.readUInt16BE(at);
      entries.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    if (at !== bundle.length) fail(`feed ${feed.party}: bundle ${n} goes on`);
  }
  return entries;
}

function checkFeed(folder, line, feed) {
  const keys = [readVkey(feed.logKey, LOG), ...line.feeds.filter((f) => f.party !== feed.party).map((f) => readVkey(f.cosignKey, COSIGNER))];
  const { size, root } = readCheckpoint(folder, feed, keys);
  const entries = readEntries(folder, feed, size);
  const leaves = entries.map(leafHash);
  if (!rootOf(leaves).equals(root)) fail(`feed ${feed.party}: its entries have another root`);
  for (let n = 0; n * WIDTH < size; n++) {
    const tile = readFileSync(join(folder, "feeds", feed.party, tilePath("0", n, size).path));
    if (!tile.equals(Buffer.concat(leaves.slice(n * WIDTH, (n + 1) * WIDTH)))) fail(`feed ${feed.party}: tile ${n} holds other leaves`);
  }
  entries.forEach((entry, seq) => {
    const header = JSON.parse(entry);
    if (header.line !== line.line || header.from !== feed.party || header.seq !== seq) fail(`entry ${feed.party}/${seq} names another place`);
    const body = header.body && join(folder, "bodies", header.body.slice("sha256:".length));
    if (body && existsSync(body) && `sha256:${sha256(readFileSync(body)).toString("hex")}` !== header.body) fail(`entry ${feed.party}/${seq}: its body is another`);
  });
  return entries.length;
}

const [folder] = process.argv.slice(2);
try {
  const line = JSON.parse(readFileSync(join(folder, "line.json"), "utf8"));
  const counts = line.feeds.map((feed) => checkFeed(folder, line, feed));
  console.log(`good: ${counts.length} feeds, ${counts.reduce((sum, n) => sum + n, 0)} entries`);
} catch (error) {
  fail(error.message);
}
