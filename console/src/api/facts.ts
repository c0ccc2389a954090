import type { Kinds } from './kinds';
import type { EntryView } from './types';

/** Which parties did what about an entry, as the entries at hand tell it: four facts beside delivery, never merged (R8). */
export type Facts = {
  read: string[];
  translated: string[];
  passedOn: string[];
  answered: string[];
  replacedBy: string | null;
};

const none: Facts = { read: [], translated: [], passedOn: [], answered: [], replacedBy: null };

export const authorOf = (entry: string): string => entry.slice(0, entry.lastIndexOf('/'));

/** Kinds that only say something about the entry itself. */
const receipts: Record<string, 'read' | 'translated' | 'passedOn'> = {
  'message.acknowledged': 'read',
  'message.translated': 'translated',
  'message.passed_on': 'passedOn',
};

/** What a station writes by itself: nobody has answered anything by it. */
const isAutomatic = (kind: string): boolean =>
  kind === 'line.opened' || kind === 'attachment.received' || kind.startsWith('test.');

/**
 * Facts of every entry that another one is about, by entry id. What the station flagged replaces nothing and is no
 * receipt; a step that was none is still a
 * sign that somebody read what it is about, as the station counts it.
 */
export function factsOf(
  entries: readonly EntryView[],
  kinds: Kinds,
  flagged: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const entry of entries) {
    const by = authorOf(entry.id);
    const isFlagged = flagged.has(entry.id);
    const receipt = receipts[entry.kind];
    for (const about of entry.re) {
      const old = facts.get(about) ?? none;
      if (authorOf(about) === by) {
        if (kinds.get(entry.kind)?.replaces != null && !isFlagged) facts.set(about, { ...old, replacedBy: entry.id });
      } else if (receipt !== undefined) {
        if (!isFlagged) facts.set(about, { ...old, [receipt]: [...new Set([...old[receipt], by])] });
      } else if (!isAutomatic(entry.kind) && !(isFlagged && entry.kind.startsWith('message.')))
        facts.set(about, { ...old, answered: [...new Set([...old.answered, by])] });
    }
  }
  return facts;
}

export const factsFor = (facts: ReadonlyMap<string, Facts>, entry: string): Facts => facts.get(entry) ?? none;

/** True for what only tells something about another entry, so that it stands there and needs no row of its own weight. */
export const isReceipt = (kind: string): boolean => kind in receipts;

/** Without the acknowledgements that say nothing but that: each is told with what it acknowledges, where that is at hand. */
export function foldedInto<T extends { id: string; kind: string; body: unknown; re: readonly string[] }>(
  entries: readonly T[],
  but: string | null,
): T[] {
  const here = new Set(entries.map((entry) => entry.id));
  const says = (body: unknown): boolean =>
    typeof body !== 'object' || body === null || Object.values(body).some((value) => value !== null && value !== '');
  return entries.filter(
    (entry) =>
      entry.kind !== 'message.acknowledged' ||
      entry.id === but ||
      !Array.isArray(entry.re) ||
      entry.re.length === 0 ||
      says(entry.body) ||
      !entry.re.every((about) => here.has(about)),
  );
}
