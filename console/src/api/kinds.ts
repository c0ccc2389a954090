import { queryOptions, useQuery } from '@tanstack/react-query';
import { labelsFrom } from '../look/labels';
import { api, value } from './client';
import { listed } from './known';
import { useOfficer } from './session';
import type { ItemView, KindView } from './types';

/** What a body, or a member of one, may be: JSON Schema 2020-12 with the words that the station adds (docs/operations/api.md). */
export type Schema = {
  type?: string | readonly string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: readonly (string | null)[];
  /** Words that a text usually is; any other may stand there too. */
  examples?: readonly string[];
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  'x-type'?: string;
};
export type Kind = Omit<KindView, 'body'> & { body: Schema | null };

/** Every kind of entry that the station knows, by name. Forms, labels, seats and what replaces what are asked here, and written down nowhere else. */
export type Kinds = ReadonlyMap<string, Kind>;

export const kindsOf = (told: readonly unknown[]): Kinds => new Map((told as Kind[]).map((kind) => [kind.kind, kind]));
const none: Kinds = new Map();

export const kindsQuery = queryOptions({
  queryKey: ['kinds'],
  queryFn: async () => {
    const kinds = kindsOf(await listed(value<KindView[]>(api.GET('/api/v1/kinds'))));
    labelsFrom(kinds);
    return kinds;
  },
  structuralSharing: false,
  staleTime: Infinity, // it changes with the program alone: a stream that is opened anew outdates it
});

/** The kinds; none while they are not known. */
export const useKinds = (): Kinds => useQuery(kindsQuery).data ?? none;

/** Whether a seat may write a kind. The station decides: what is not known here is not kept from anybody. */
export const mayWrite = (kinds: Kinds, seat: string, kind: string): boolean =>
  kinds.size === 0 || kinds.get(kind)?.seats.includes(seat) === true;

/** The same, for the seat of the officer at this browser. */
export function useMayWrite(): (kind: string) => boolean {
  const kinds = useKinds();
  const { seat } = useOfficer();
  return (kind) => mayWrite(kinds, seat, kind);
}

/** What the officer may write next about an item, in the station's order: by the state, by who opened it, and by the seat. */
export const actsOf = (kinds: Kinds, seat: string, item: ItemView): Kind[] =>
  (item.acts ?? [])
    .map((name) => kinds.get(name))
    .filter((kind) => kind !== undefined)
    .filter((kind) => kind.seats.includes(seat) && !kind.byStation);

/** True for what says the whole of an item, the first time or anew. */
const saysAll = (kinds: Kinds, kind: string): boolean => {
  const known = kinds.get(kind);
  return known !== undefined && (known.replaces === 'supersedes' || (known.opens && !known.continues));
};

/** The entry of an item whose words stand now: the newest that said all of it, and was not flagged. */
export function standingEntry(kinds: Kinds, item: ItemView): string {
  const flagged = new Set((item.flags ?? []).map((flag) => flag.entry));
  return item.entries.findLast((one) => saysAll(kinds, one.kind) && !flagged.has(one.entry))?.entry ?? item.entry;
}

/** The act of two officers that it is, with what is typed into it; null for what one officer may do. */
export const actOf = (kind: Kind, level: unknown): string | null =>
  kind.actAtLevel === null || kind.actAtLevel === level ? kind.act : null;

/** What a seat may say about an entry whatever its state: what replaces only about its own, and of that family. */
export const aboutKinds = (kinds: Kinds, seat: string, kindOrFamily: string, own: boolean): Kind[] =>
  [...kinds.values()].filter(
    (kind) =>
      kind.about &&
      kind.seats.includes(seat) &&
      !kind.byStation &&
      (kind.replaces === null || (own && kind.family === kindOrFamily.split('.')[0])),
  );
