import { beforeAll, describe, expect, test } from 'vitest';
import { readArchive } from './archive';
import { checkEvidence, Frontier, type Evidence } from './evidence';
import { leafHash, sha256, toHex } from './notes';

/** A small record of two parties, signed here with keys of its own, and zipped as a station does. */
const utf8 = new TextEncoder();
const line = 'north-1';
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const number = (value: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);

type Keys = { sign: CryptoKey; raw: Uint8Array };
async function newKey(): Promise<Keys> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair;
  return { sign: pair.privateKey, raw: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}
const keys: Record<string, { log: Keys; cosign: Keys }> = {};
let document = '';

beforeAll(async () => {
  for (const party of ['us', 'ru']) keys[party] = { log: await newKey(), cosign: await newKey() };
  const cards = Object.entries(keys).map(
    ([party, { log, cosign }]) =>
      `parley-card\n${JSON.stringify({ party, log: base64(log.raw), cosign: base64(cosign.raw) })}\n`,
  );
  document = base64(utf8.encode(JSON.stringify({ cards })));
});

async function signatureLine(
  name: string,
  type: number,
  key: Keys,
  message: Uint8Array,
  before: Uint8Array = new Uint8Array(),
): Promise<string> {
  const id = (await sha256(utf8.encode(`${name}\n`), Uint8Array.of(type), key.raw)).slice(0, 4);
  return `— ${name} ${base64(join(id, before, new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key.sign, message as BufferSource))))}\n`;
}

type Entry = { text: string; seen?: Record<string, number>; withheld?: boolean };
type Files = Record<string, Uint8Array>;

async function feed(files: Files, party: string, entries: Entry[], cosignedBy: string[]): Promise<void> {
  const tree = new Frontier();
  let bundle: Uint8Array = new Uint8Array();
  for (const [seq, entry] of entries.entries()) {
    const body = join(new Uint8Array(32).fill(seq), utf8.encode(JSON.stringify({ text: entry.text })));
    const hex = toHex(await sha256(body));
    const header = utf8.encode(
      JSON.stringify({
        parley: 1,
        line,
        from: party,
        seq,
        seen: entry.seen ?? {},
        body: `sha256:${hex}`,
        size: body.length - 32,
      }),
    );
    await tree.add(await leafHash(header));
    bundle = join(bundle, Uint8Array.of(header.length >> 8, header.length & 255), header);
    if (entry.withheld !== true) files[`bodies/${hex}`] = body;
  }
  const text = `${line}/${party}\n${entries.length}\n${base64(await tree.root())}\n`;
  const own = keys[party];
  if (own === undefined) throw new Error(party);
  let note = `${text}\n${await signatureLine(`${line}/${party}`, 1, own.log, utf8.encode(text))}`;
  for (const other of cosignedBy) {
    const key = keys[other];
    if (key !== undefined)
      note += await signatureLine(
        other,
        4,
        key.cosign,
        utf8.encode(`cosignature/v1\ntime 1\n${text}`),
        Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1),
      );
  }
  files[`feeds/${party}/checkpoint`] = utf8.encode(note);
  files[`feeds/${party}/tile/entries/000.p/${entries.length}`] = bundle;
}

function zipOf(files: Files, options: { mode?: Record<string, number>; between?: string } = {}): Uint8Array {
  const locals: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    if (options.between === name) {
      locals.push(utf8.encode('hidden'));
      at += 6;
    }
    const nameBytes = utf8.encode(name);
    const sizes = join(number(0, 4), number(content.length, 4), number(content.length, 4), number(nameBytes.length, 2));
    const local = join(
      number(0x04034b50, 4),
      number(20, 2),
      number(1 << 11, 2),
      number(0, 2),
      number(0, 4),
      sizes,
      number(0, 2),
      nameBytes,
      content,
    );
    central.push(
      join(
        number(0x02014b50, 4),
        number((3 << 8) + 20, 2),
        number(20, 2),
        number(1 << 11, 2),
        number(0, 2),
        number(0, 4),
        sizes,
        number(0, 2),
        number(0, 2),
        number(0, 2),
        number(0, 2),
        number((options.mode?.[name] ?? 0o100600) * 65_536, 4),
        number(at, 4),
        nameBytes,
      ),
    );
    locals.push(local);
    at += local.length;
  }
  const directory = join(...central);
  return join(
    ...locals,
    directory,
    number(0x06054b50, 4),
    number(0, 4),
    number(central.length, 2),
    number(central.length, 2),
    number(directory.length, 4),
    number(at, 4),
    number(0, 2),
  );
}

async function whole(): Promise<Files> {
  const files: Files = {
    'line.json': utf8.encode(
      JSON.stringify({ document: new TextDecoder().decode(Uint8Array.from(atob(document), (c) => c.charCodeAt(0))) }),
    ),
  };
  await feed(files, 'us', [{ text: 'one' }, { text: 'two', seen: { ru: 2 } }, { text: 'three' }], ['ru']);
  await feed(files, 'ru', [{ text: 'eins' }, { text: 'zwei', seen: { us: 3 } }], ['us']);
  return files;
}
const check = (files: Files, options = {}): Promise<Evidence> =>
  checkEvidence(zipOf(files, options), document, line, () => {});

describe('an export in the browser', () => {
  test('is good where all of it verifies and nothing shows that there is more', async () => {
    const found = await check(await whole());
    expect(found.faults).toEqual([]);
    expect(found.verdict).toBe('good');
    expect(
      found.feeds.map((one) => [one.party, one.entries, one.bodies, one.rootGood, one.signed, one.cosignedBy]),
    ).toEqual([
      ['us', 3, 3, true, true, ['ru']],
      ['ru', 2, 2, true, true, ['us']],
    ]);
  });

  test('is good where bodies are withheld: their headers stand there', async () => {
    const files = await whole();
    await feed(files, 'ru', [{ text: 'secret', withheld: true }, { text: 'zwei' }], ['us']);
    for (const name of Object.keys(files).filter((one) => one.startsWith('bodies/'))) delete files[name];
    const found = await check(files);
    expect([found.verdict, found.feeds[1]?.withheld]).toEqual(['good', 2]);
  });

  // EVIDENCE-16
  test('is good in part without a party’s feed, unsealed, or shorter than another saw it, and says which', async () => {
    const without = await whole();
    for (const name of Object.keys(without).filter((one) => one.startsWith('feeds/ru/') || one.startsWith('bodies/')))
      delete without[name];
    const missing = await check(without);
    expect(missing.verdict).toBe('part');
    expect(missing.lacks).toContainEqual({ what: 'feed', party: 'ru' });
    expect(missing.lacks).toContainEqual({ what: 'seen', party: 'ru', size: 2, entry: 'us/1' });

    const unsealed = await whole();
    for (const name of Object.keys(unsealed).filter((one) => one.startsWith('feeds/ru/') || one.startsWith('bodies/')))
      delete unsealed[name];
    await feed(unsealed, 'ru', [{ text: 'eins' }, { text: 'zwei' }], []);
    expect(await check(unsealed)).toMatchObject({
      verdict: 'part',
      lacks: [{ what: 'seal', party: 'ru', by: ['us'] }],
    });

    const shorter = await whole();
    for (const name of Object.keys(shorter).filter((one) => one.startsWith('feeds/us/') || one.startsWith('bodies/')))
      delete shorter[name];
    await feed(shorter, 'us', [{ text: 'one' }], ['ru']);
    expect(await check(shorter)).toMatchObject({
      verdict: 'part',
      lacks: [{ what: 'seen', party: 'us', size: 3, entry: 'ru/1' }],
    });
  });

  test('is bad with one body changed, one entry changed, a stray file, or a signature that is not the author’s', async () => {
    const body = await whole();
    const name = Object.keys(body).find((one) => one.startsWith('bodies/')) ?? '';
    body[name] = Uint8Array.from(body[name] ?? [], (byte, i) => (i === 40 ? byte ^ 1 : byte));
    expect(await check(body)).toMatchObject({ verdict: 'bad', faults: [{ what: 'body' }] });

    const entry = await whole();
    const bundle = entry['feeds/us/tile/entries/000.p/3'] ?? new Uint8Array();
    entry['feeds/us/tile/entries/000.p/3'] = Uint8Array.from(bundle, (byte, i) => (i === 12 ? byte ^ 1 : byte));
    const changed = await check(entry);
    expect(changed.verdict).toBe('bad');
    expect(changed.faults).toContainEqual({ what: 'root', where: 'us' });

    const stray = await whole();
    stray['feeds/other/checkpoint'] = utf8.encode('x');
    stray['bodies/00'] = utf8.encode('y');
    expect((await check(stray)).faults).toEqual([
      { what: 'stray', where: 'feeds/other/checkpoint' },
      { what: 'unclaimed', where: 'bodies/00' },
    ]);

    const signed = await whole();
    [signed['feeds/us/checkpoint'], signed['feeds/ru/checkpoint']] = [
      signed['feeds/ru/checkpoint'] ?? new Uint8Array(),
      signed['feeds/us/checkpoint'] ?? new Uint8Array(),
    ];
    expect((await check(signed)).verdict).toBe('bad');
  });

  test('is bad without its line document, and with that of another line', async () => {
    const { 'line.json': _, ...without } = await whole();
    expect(await check(without)).toMatchObject({ verdict: 'bad', faults: [{ what: 'no-line' }] });
    expect(await check({ ...without, 'line.json': utf8.encode('{"document":"another"}') })).toMatchObject({
      verdict: 'bad',
      faults: [{ what: 'document' }],
    });
  });

  // EVIDENCE-17
  test('is bad where the zip holds what its directory does not tell, or tells twice, or where a header says something else', async () => {
    const files = await whole();
    expect(await check(files, { between: 'feeds/ru/checkpoint' })).toMatchObject({
      verdict: 'bad',
      faults: expect.arrayContaining([{ what: 'between', where: 'feeds/ru/checkpoint' }]),
    });
    const zip = zipOf(files);
    expect(readArchive(join(zip, utf8.encode('x'))).faults).toEqual([{ what: 'no-directory', where: '' }]);
    const renamed = Uint8Array.from(zip);
    renamed[30] = 'm'.charCodeAt(0);
    expect(readArchive(renamed).faults).toEqual([{ what: 'header', where: 'line.json' }]);
    expect(readArchive(zip.slice(0, zip.length - 30)).faults[0]?.what).toBe('no-directory');
    for (let i = 0; i < zip.length; i += 7)
      expect(() => readArchive(Uint8Array.from(zip, (byte, at) => (at === i ? byte ^ 255 : byte)))).not.toThrow();
    const beside = await check({ ...files, 'readme.txt': utf8.encode('hello') });
    expect([beside.verdict, beside.beside]).toEqual(['good', ['readme.txt']]);
  });

  // EVIDENCE-18
  test('is bad with a link in place of a file', async () => {
    expect(await check(await whole(), { mode: { 'line.json': 0o120777 } })).toMatchObject({
      verdict: 'bad',
      faults: [{ what: 'link', where: 'line.json' }],
    });
  });
});
