/**
 * An export's zip, looked through so that every tool that reads it sees what was verified (APPNOTE 4.3; EVIDENCE-17):
 * the files stand one after another from the
 * first byte to the directory, each header says what the directory says, no name comes twice, and nothing stands
 * before, between or behind.
 */

export type ArchiveFile = { name: string; from: number; size: number };
export type ArchiveFault = {
  what: 'no-directory' | 'directory' | 'twice' | 'between' | 'header' | 'compressed' | 'link';
  where: string;
};

const [localSignature, centralSignature, endSignature, wideEndSignature, locatorSignature] = [
  0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50,
];
const [localLength, centralLength, endLength, wideEndLength, locatorLength] = [30, 46, 22, 56, 20];
const wideField = 1;
const whole = 0xffffffff;
/** What a Unix archiver writes where a file is a link, a device or a folder: its type, of four bits. */
const [typeMask, regularFile] = [0xf000, 0x8000];

type Sizes = { size: number; packed: number; place: number };

/** Sizes and place, from the ZIP64 field where the short ones are full; null where the field is cut. */
function sizesOf(view: DataView, from: number, length: number, short: Sizes): Sizes | null {
  const sizes = { ...short };
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== wideField) continue;
    let field = at + 4;
    const end = field + view.getUint16(at + 2, true);
    if (end > from + length) return null;
    for (const name of ['size', 'packed', 'place'] as const) {
      if (short[name] !== whole) continue;
      if (field + 8 > end) return null;
      sizes[name] = Number(view.getBigUint64(field, true));
      field += 8;
    }
  }
  return sizes;
}

/** Where the directory begins and ends, and how many records it has; null where that is not certain. */
function directoryOf(zip: Uint8Array, view: DataView): { start: number; end: number; count: number } | null {
  let at = -1;
  for (let i = zip.length - endLength; i >= Math.max(0, zip.length - endLength - 0xffff); i--) {
    if (view.getUint32(i, true) !== endSignature) continue;
    // A second one, in the comment of the first, would be the directory of another archive to another tool.
    if (at >= 0 || i + endLength + view.getUint16(i + 20, true) !== zip.length) return null;
    at = i;
  }
  if (at < 0 || view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== view.getUint16(at + 10, true))
    return null;
  let [end, count, size, start] = [
    at,
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  if (at >= locatorLength && view.getUint32(at - locatorLength, true) === locatorSignature) {
    end = Number(view.getBigUint64(at - locatorLength + 8, true));
    if (end !== at - locatorLength - wideEndLength || end < 0 || view.getUint32(end, true) !== wideEndSignature)
      return null;
    [count, size, start] = [32, 40, 48].map((place) => Number(view.getBigUint64(end + place, true))) as [
      number,
      number,
      number,
    ];
  }
  return start + size === end && start <= zip.length ? { start, end, count } : null;
}

export function readArchive(zip: Uint8Array): { files: ArchiveFile[]; faults: ArchiveFault[] } {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const faults: ArchiveFault[] = [];
  const directory = directoryOf(zip, view);
  if (directory === null) return { files: [], faults: [{ what: 'no-directory', where: '' }] };
  const records: (Sizes & { name: string; flags: number; method: number; crc: number })[] = [];
  let at = directory.start;
  for (let i = 0; i < directory.count; i++) {
    if (at + centralLength > directory.end || view.getUint32(at, true) !== centralSignature) break;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const next = at + centralLength + nameLength + extraLength + commentLength;
    const sizes =
      next > directory.end
        ? null
        : sizesOf(view, at + centralLength + nameLength, extraLength, {
            size: view.getUint32(at + 24, true),
            packed: view.getUint32(at + 20, true),
            place: view.getUint32(at + 42, true),
          });
    if (sizes === null) break;
    const name = new TextDecoder().decode(zip.subarray(at + centralLength, at + centralLength + nameLength));
    const type = (view.getUint32(at + 38, true) >>> 16) & typeMask;
    if (view.getUint8(at + 5) === 3 && type !== 0 && type !== regularFile && !name.endsWith('/'))
      faults.push({ what: 'link', where: name }); // EVIDENCE-18
    records.push({
      ...sizes,
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
    });
    at = next;
  }
  if (records.length !== directory.count || at !== directory.end)
    return { files: [], faults: [...faults, { what: 'directory', where: records.at(-1)?.name ?? '' }] };
  const names = new Set<string>();
  for (const { name } of records) {
    if (names.has(name)) faults.push({ what: 'twice', where: name });
    names.add(name);
  }
  const files: ArchiveFile[] = [];
  let place = 0;
  for (const record of records.toSorted((a, b) => a.place - b.place)) {
    if (record.place !== place) return { files, faults: [...faults, { what: 'between', where: record.name }] };
    const from = contentOf(zip, view, record);
    if (typeof from === 'string') return { files, faults: [...faults, { what: from, where: record.name }] };
    files.push({ name: record.name, from, size: record.size });
    place = from + record.size;
  }
  if (place !== directory.start) faults.push({ what: 'between', where: '' });
  return { files, faults };
}

/** Where a file's bytes begin, or what is wrong with its own header. Parley's exports are stored: what is packed was zipped again by another tool. */
function contentOf(
  zip: Uint8Array,
  view: DataView,
  record: Sizes & { name: string; flags: number; method: number; crc: number },
): number | 'header' | 'compressed' {
  const { place } = record;
  if (place + localLength > zip.length || view.getUint32(place, true) !== localSignature) return 'header';
  if (record.method !== 0 || (record.flags & 0b1001) !== 0) return 'compressed';
  const [nameLength, extraLength] = [view.getUint16(place + 26, true), view.getUint16(place + 28, true)];
  const from = place + localLength + nameLength + extraLength;
  if (from + record.size > zip.length || record.size !== record.packed) return 'header';
  const sizes = sizesOf(view, place + localLength + nameLength, extraLength, {
    size: view.getUint32(place + 22, true),
    packed: view.getUint32(place + 18, true),
    place: 0,
  });
  const name = new TextDecoder().decode(zip.subarray(place + localLength, place + localLength + nameLength));
  const says =
    sizes !== null &&
    name === record.name &&
    sizes.size === record.size &&
    sizes.packed === record.packed &&
    view.getUint32(place + 14, true) === record.crc &&
    view.getUint16(place + 6, true) === record.flags &&
    view.getUint16(place + 8, true) === record.method;
  return says ? from : 'header';
}
