import { readArchive, type ArchiveFault, type ArchiveFile } from './archive';
import {
  cardsOf,
  cosignedAt,
  fromBase64,
  leafHash,
  nodeHash,
  readCheckpoint,
  same,
  sha256,
  signedByLog,
  toHex,
  type Checkpoint,
} from './notes';

/** What was found of one feed. `wrong` are its entries and bodies that are not what they are said to be. */
export type Checked = {
  party: string;
  missing: boolean;
  entries: number;
  bodies: number;
  withheld: number;
  rootGood: boolean;
  signed: boolean;
  cosignedBy: string[];
  notCosignedBy: string[];
  wrong: string[];
};

/** Something that is proven wrong, and where. */
export type Fault =
  | ArchiveFault
  | {
      what:
        | 'no-line'
        | 'document'
        | 'checkpoint'
        | 'cosignature'
        | 'root'
        | 'signature'
        | 'entry'
        | 'body'
        | 'stray'
        | 'unclaimed';
      where: string;
    };
/** Something that the export itself shows not to be in it. // EVIDENCE-16 */
export type Lack =
  | { what: 'feed'; party: string }
  | { what: 'seal'; party: string; by: string[] }
  | { what: 'seen'; party: string; size: number; entry: string };
/** `part`: all that is there verifies, and it shows that there is more of the record than is here. */
export type Evidence = {
  verdict: 'good' | 'part' | 'bad';
  feeds: Checked[];
  faults: Fault[];
  lacks: Lack[];
  beside: string[];
};

/** Index of an entry bundle by its path, c2sp.org/tlog-tiles: `x001/234` is 1234; with `.p/W` it is partial. */
export function bundleIndex(path: string): number {
  return path
    .replace(/\.p\/\d+$/, '')
    .split('/')
    .reduce((sum, part) => sum * 1000 + Number(part.replace('x', '')), 0);
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
/** Faults that are listed: more is no list that anybody reads. */
const most = 200;

type Head = {
  line?: unknown;
  from?: unknown;
  seq?: unknown;
  body?: unknown;
  size?: unknown;
  seen?: Record<string, unknown>;
};

/** The text of the line document, as `line.json` holds it. */
function documentIn(file: Uint8Array): string | null {
  try {
    const line = JSON.parse(new TextDecoder().decode(file)) as { document?: unknown } | null;
    return typeof line?.document === 'string' ? line.document : null;
  } catch {
    return null;
  }
}

function headOf(header: Uint8Array): Head | null {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header)) as Head | null;
  } catch {
    return null;
  }
}

/**
 * Checks an exported record as an outsider would: the zip itself, every leaf hashed again, every feed's root compared
 * with its checkpoint, the
 * author's signature and the cosignatures verified with the keys in the line document, every disclosed body against its
 * commitment; and what the export
 * itself shows to be missing. The hash tiles, which prove nothing more here, are left to `parley verify`.
 */
export async function checkEvidence(
  zip: Uint8Array,
  document: string,
  line: string,
  progress: (done: number) => void,
): Promise<Evidence> {
  const { files, faults: broken } = readArchive(zip);
  const faults: Fault[] = [...broken];
  const lacks: Lack[] = [];
  const fault = (what: Fault['what'], where: string): void => {
    if (faults.length < most) faults.push({ what, where } as Fault);
  };
  const content = (file: ArchiveFile): Uint8Array => zip.subarray(file.from, file.from + file.size);
  const bodies = new Map(
    files.filter((file) => file.name.startsWith('bodies/')).map((file) => [file.name.slice('bodies/'.length), file]),
  );
  const lineFile = files.find((file) => file.name === 'line.json');
  if (lineFile === undefined) fault('no-line', 'line.json');
  else if (documentIn(content(lineFile)) !== new TextDecoder().decode(fromBase64(document)))
    fault('document', 'line.json'); // EVIDENCE-2
  const cards = cardsOf(document);
  const sizes = new Map<string, number>();
  const seen = new Map<string, { size: number; entry: string }>();
  const claimed = new Set<string>();
  const feeds: Checked[] = [];
  let done = 0;
  for (const card of cards) {
    const feed: Checked = {
      party: card.party,
      missing: false,
      entries: 0,
      bodies: 0,
      withheld: 0,
      rootGood: false,
      signed: false,
      cosignedBy: [],
      notCosignedBy: [],
      wrong: [],
    };
    feeds.push(feed);
    const prefix = `feeds/${card.party}/`;
    const note = files.find((file) => file.name === `${prefix}checkpoint`);
    const bundles = files
      .filter((file) => file.name.startsWith(`${prefix}tile/entries/`))
      .map((file) => ({ file, index: bundleIndex(file.name.slice(`${prefix}tile/entries/`.length)) }))
      .sort((a, b) => a.index - b.index);
    if (note === undefined) {
      feed.missing = true;
      sizes.set(card.party, 0);
      lacks.push({ what: 'feed', party: card.party });
      for (const file of files) if (file.name.startsWith(prefix)) fault('stray', file.name); // EVIDENCE-3: it has no files then
      continue;
    }
    const checkpoint = checkpointIn(content(note));
    if (checkpoint === null || checkpoint.origin !== `${line}/${card.party}`) {
      fault('checkpoint', note.name);
      continue;
    }
    sizes.set(card.party, checkpoint.size);
    const tree = new Frontier();
    const wrong = (what: 'entry' | 'body', entry: number): void => {
      feed.wrong.push(`${card.party}/${entry}`);
      fault(what, `${card.party}/${entry}`);
    };
    for (const { file } of bundles) {
      const bytes = content(file);
      let at = 0;
      while (at + 2 <= bytes.length && feed.entries < checkpoint.size) {
        const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
        const header = bytes.subarray(at + 2, at + 2 + length);
        at += 2 + length;
        await tree.add(await leafHash(header));
        const head = headOf(header);
        if (head === null || head.line !== line || head.from !== card.party || head.seq !== feed.entries)
          wrong('entry', feed.entries); // EVIDENCE-7
        for (const [party, size] of Object.entries(head?.seen ?? {})) {
          if (typeof size === 'number' && size > (seen.get(party)?.size ?? 0))
            seen.set(party, { size, entry: `${card.party}/${feed.entries}` });
        }
        const hex = typeof head?.body === 'string' ? head.body.replace('sha256:', '') : null;
        const body = hex === null ? undefined : bodies.get(hex);
        if (hex !== null && body !== undefined) {
          feed.bodies++;
          claimed.add(hex);
          if (body.size !== Number(head?.size) + saltLength || toHex(await sha256(content(body))) !== hex)
            wrong('body', feed.entries); // EVIDENCE-10
        } else if (hex !== null) feed.withheld++;
        feed.entries++;
        if (++done % step === 0) {
          progress(done);
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      }
      if (at !== bytes.length) fault('stray', file.name); // EVIDENCE-6: exactly the feed's entries
    }
    feed.rootGood = feed.entries === checkpoint.size && same(await tree.root(), checkpoint.root);
    if (!feed.rootGood) fault('root', card.party);
    feed.signed = await signedByLog(checkpoint, card.log);
    if (!feed.signed) fault('signature', card.party);
    for (const other of cards)
      if (other.party !== card.party)
        ((await cosignedAt(checkpoint, other.party, other.cosign)) !== null
          ? feed.cosignedBy
          : feed.notCosignedBy
        ).push(other.party);
    // Every further line is a cosignature that verifies. // EVIDENCE-4
    for (const { name } of checkpoint.signatures)
      if (name !== checkpoint.origin && !feed.cosignedBy.includes(name)) fault('cosignature', `${card.party}: ${name}`);
    if (feed.notCosignedBy.length > 0) lacks.push({ what: 'seal', party: card.party, by: feed.notCosignedBy });
  }
  for (const [party, { size, entry }] of seen)
    if (sizes.has(party) && size > (sizes.get(party) ?? 0)) lacks.push({ what: 'seen', party, size, entry });
  const parties = new Set(cards.map((card) => card.party));
  for (const { name } of files)
    if (name.startsWith('feeds/') && !parties.has(name.split('/')[1] ?? '')) fault('stray', name); // EVIDENCE-11
  if (feeds.every((feed) => feed.missing || feed.rootGood))
    for (const hex of bodies.keys()) if (!claimed.has(hex)) fault('unclaimed', `bodies/${hex}`);
  progress(done);
  const beside = files
    .map((file) => file.name)
    .filter((name) => name !== 'line.json' && !name.startsWith('feeds/') && !name.startsWith('bodies/'));
  return { verdict: faults.length > 0 ? 'bad' : lacks.length > 0 ? 'part' : 'good', feeds, faults, lacks, beside };
}

/** A body's file is its salt and its bytes. */
const saltLength = 32;

/** Origin, size, root, and what stands behind the last newline: a checkpoint without extension lines. // EVIDENCE-3 */
const plainLines = 4;

function checkpointIn(bytes: Uint8Array): Checkpoint | null {
  try {
    const read = readCheckpoint(new TextDecoder().decode(bytes));
    return read.body.split('\n').length === plainLines ? read : null;
  } catch {
    return null;
  }
}
