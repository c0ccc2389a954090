import type { EntryView } from '../api/types';

/** Which parties did what about an entry, as the entries at hand tell it: four facts beside delivery, never merged (R8). */
export type Facts = { read: string[]; translated: string[]; passedOn: string[]; answered: string[]; replacedBy: string | null };

const none: Facts = { read: [], translated: [], passedOn: [], answered: [], replacedBy: null };

export const authorOf = (entry: string): string => entry.slice(0, entry.lastIndexOf('/'));

/** Kinds that only say something about the entry itself. */
const receipts: Record<string, 'read' | 'translated' | 'passedOn'> = {
  'message.acknowledged': 'read', 'message.translated': 'translated', 'message.passed_on': 'passedOn',
};

/** Facts of every entry that another one is about, by entry id. */
export function factsOf(entries: readonly EntryView[]): ReadonlyMap<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const entry of entries) {
    const by = authorOf(entry.id);
    for (const about of entry.re) {
      const old = facts.get(about) ?? none;
      const own = authorOf(about) === by;
      const receipt = receipts[entry.kind];
      if (receipt !== undefined) facts.set(about, { ...old, [receipt]: [...new Set([...old[receipt], by])] });
      else if (own && (entry.kind === 'message.superseded' || entry.kind === 'message.cancelled' || entry.kind === 'notice.updated')) facts.set(about, { ...old, replacedBy: entry.id });
      else if (!own && entry.kind !== 'attachment.received') facts.set(about, { ...old, answered: [...new Set([...old.answered, by])] });
    }
  }
  return facts;
}

export const factsFor = (facts: ReadonlyMap<string, Facts>, entry: string): Facts => facts.get(entry) ?? none;

/** True for what only tells something about another entry, so that it stands there and needs no row of its own weight. */
export const isReceipt = (kind: string): boolean => kind in receipts;
