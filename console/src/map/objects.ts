import type { EntryView, ItemView, Mark } from '../api/types';
import { instantOf, membersOf, numberOf, objectsOfList, placeOf, positionOf, textOf } from '../look/body';
import type { Kinds } from '../api/kinds';
import { factsOf } from '../api/facts';
import { summaryOf } from '../look/summary';
import { metresOf } from './heights';

/** Something that an entry puts at a place, for a time and perhaps at a height. */
export type MapObject = {
  id: string;
  line: string;
  entry: string;
  kind: string;
  mark: Mark;
  what: string;
  placeName: string | null;
  position: [number, number];
  radiusMetres: number | null;
  /** When it holds, in milliseconds; null ends are open. */
  from: number;
  until: number | null;
  altitudeMetres: number | null;
};

/**
 * What the station says of a line: which items are open, which of those read earlier are settled and how, what it
 * flagged, and which plans are in force (null where
 * that is not known). It alone decides what leaves the map: an entry of a peer that says so does not.
 */
export type Standing = {
  open: readonly ItemView[];
  settled: ReadonlyMap<string, ItemView>;
  flagged: ReadonlySet<string>;
  plans: ReadonlySet<string> | null;
};

/** Families whose items have a place: the item says where, not its entries. */
const withItems: ReadonlySet<string> = new Set(['clarification', 'notice', 'accident']);
const familyOf = (kind: string): string => kind.split('.')[0] ?? '';
const opens = (kinds: Kinds, kind: string): boolean => withItems.has(familyOf(kind)) && kinds.get(kind)?.opens === true;
/** States of an item that was in force, and whose time is over: it stays for whoever looks back. */
const isOver = (state: string): boolean => state === 'ended';

/** Openers among these entries that have a place and are not open: whether they are over or gone, only the station knows. */
export const settledOpeners = (entries: readonly EntryView[], open: readonly ItemView[], kinds: Kinds): string[] => {
  const standing = new Set(open.map((item) => item.entry));
  return entries
    .filter((entry) => opens(kinds, entry.kind) && !standing.has(entry.id) && objectOf(entry) !== null)
    .map((entry) => entry.id);
};

/** Everything on the map of a line: what is in force there, however old, and what other entries at hand place. Without the station's word, what was read stays. */
export function objectsOf(
  entries: readonly EntryView[],
  line: string,
  standing: Standing | null,
  kinds: Kinds,
): MapObject[] {
  const facts = factsOf(entries, kinds, standing?.flagged);
  const read = new Map(entries.map((entry) => [entry.id, entry]));
  const items = (standing?.open ?? [])
    .filter((item) => withItems.has(item.family))
    .flatMap((item) => objectsOfItem(line, item, read.get(item.entry)));
  const drawn = new Set(standing?.open.map((item) => item.entry));
  return [
    ...items,
    ...entries.flatMap((entry) => {
      const family = familyOf(entry.kind);
      if (withItems.has(family)) {
        if (!opens(kinds, entry.kind) || drawn.has(entry.id)) return [];
        if (standing !== null) {
          const settled = standing.settled.get(entry.id);
          return settled !== undefined && isOver(settled.state) ? objectsOfItem(line, settled, entry) : [];
        }
      } else if (facts.get(entry.id)?.replacedBy != null || standing?.flagged.has(entry.id) === true) return [];
      // A report of a movement stands as long as that is under way.
      if (
        family === 'movement' &&
        standing?.plans != null &&
        entry.re.length > 0 &&
        !entry.re.some((about) => standing.plans?.has(about) === true)
      )
        return [];
      const object = objectOf(entry);
      return object === null ? [] : [object];
    }),
  ];
}

function objectsOfItem(line: string, item: ItemView, read: EntryView | undefined): MapObject[] {
  const root = item.entries.find((one) => one.entry === item.entry) ?? item.entries[0];
  const first = read === undefined ? null : objectOf(read);
  const at = (entry: string, kind: string, place: unknown): MapObject[] => {
    const where = placeOf(place);
    return where === null || where.position === null
      ? []
      : [
          {
            id: `${line} ${entry}`,
            line,
            entry,
            kind,
            mark: item.mark,
            what: item.what ?? item.concern ?? first?.what ?? '',
            placeName: where.name,
            position: where.position,
            radiusMetres: where.uncertaintyMetres,
            from: instantOf(item.from) ?? first?.from ?? instantOf(root?.at) ?? instantOf(item.since) ?? 0,
            until: instantOf(item.until),
            altitudeMetres: null,
          },
        ];
  };
  const answer = item.entries.findLast((one) => one.kind === 'clarification.answered');
  const own = at(item.entry, read?.kind ?? root?.kind ?? item.family, item.place);
  // A list may have shortened the item to where its place is no more: the entry that opened it has one.
  return [
    ...(own.length === 0 && item.cut === true && first !== null ? [first] : own),
    ...(answer === undefined ? [] : at(answer.entry, answer.kind, item.answer?.place)),
  ];
}

/** An entry that names a place, by itself. */
function objectOf(entry: EntryView): MapObject | null {
  const body = membersOf(entry.body);
  if (body === null || entry.kind === 'notice.read_back') return null;
  const fields = objectsOfList(body['fields']);
  const where = placeOf(body['place']) ?? placeOf(body['where']);
  const position =
    where?.position ?? fields.map((field) => positionOf(field['position'])).find((at) => at !== null) ?? null;
  if (position === null) return null;
  const height = fields.find((field) => field['name'] === 'altitude' && numberOf(field['number']) !== null);
  return {
    id: `${entry.line} ${entry.id}`,
    line: entry.line,
    entry: entry.id,
    kind: entry.kind,
    mark: entry.mark,
    what: summaryOf(entry.kind, entry.body).text ?? '',
    placeName: where?.name ?? null,
    position,
    radiusMetres: where?.uncertaintyMetres ?? null,
    from: instantOf(body['from']) ?? instantOf(body['when']) ?? instantOf(entry.at) ?? 0,
    until: instantOf(body['until']),
    altitudeMetres: height === undefined ? null : metresOf(numberOf(height['number']), textOf(height['unit'])),
  };
}

export const bands = ['all', 'low', 'middle', 'high', 'unsaid'] as const;
export type Band = (typeof bands)[number];

/** Below 3,000 m, to 8,000 m, and above; what names no height has a band of its own. */
export function inBand(object: MapObject, band: Band): boolean {
  const at = object.altitudeMetres;
  switch (band) {
    case 'all':
      return true;
    case 'unsaid':
      return at === null;
    case 'low':
      return at !== null && at < 3_000;
    case 'middle':
      return at !== null && at >= 3_000 && at < 8_000;
    case 'high':
      return at !== null && at >= 8_000;
  }
}

export const holdsAt = (object: MapObject, time: number): boolean =>
  object.from <= time && (object.until === null || time <= object.until);
