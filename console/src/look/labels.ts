import { hasText, wordOf, type T } from '../messages';
import { plainOf } from './visible';

/** What the station calls a kind and its members, in English. */
type Told = { label: string; body: { properties?: Readonly<Record<string, Titled>> } | null };
type Titled = { title?: string; items?: Titled; properties?: Readonly<Record<string, Titled>> };
let told: ReadonlyMap<string, Told> = new Map();

/** Kinds and members that this catalogue has no words for are called what the station calls them. */
export function labelsFrom(kinds: ReadonlyMap<string, Told>): void {
  told = kinds;
}

const fromCatalogue = (t: T, keys: readonly string[]): string | null => {
  const key = keys.find(hasText);
  return key === undefined ? null : t(key);
};

/** The title of a member, wherever in a body it stands. */
function titleOf(schema: Titled | null | undefined, member: string): string | undefined {
  if (schema == null) return undefined;
  const own = schema.properties?.[member]?.title;
  if (own !== undefined) return own;
  for (const one of Object.values(schema.properties ?? {})) {
    const deeper = titleOf(one, member) ?? titleOf(one.items, member);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

const keysOf = (kind: string, member: string): string[] =>
  [`member.${kind}.`, `member.${kind.split('.')[0] ?? ''}.`, 'member.'].map((group) => group + member);

/** True where the catalogue has words of its own for a member of a kind. */
export const hasLabel = (kind: string, member: string): boolean => keysOf(kind, member).some(hasText);

/** What a member of a body is called: by the catalogue, else by the station, else by its own name with spaces. */
export const labelOf = (t: T, kind: string, member: string): string =>
  fromCatalogue(t, keysOf(kind, member)) ??
  plainOf(titleOf(told.get(kind)?.body, member) ?? member.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());

/** A kind that neither the catalogue nor the station knows, in words: `proposal.discussed` is no word of an officer's. As it was signed it stands in the record. */
const inWords = (kind: string): string => {
  const words = plainOf(kind).replaceAll(/[._]+/g, ' ').trim();
  return words === '' ? plainOf(kind) : words[0]?.toUpperCase() + words.slice(1);
};

/** What an entry of a kind is called. */
export const kindWord = (t: T, kind: string): string =>
  fromCatalogue(t, [`kind.${kind}`]) ?? (told.has(kind) ? plainOf(told.get(kind)?.label ?? '') : inWords(kind));

/** What a button says by which an officer begins to write a kind about something. */
export const actWord = (t: T, kind: string): string =>
  fromCatalogue(t, [`do.${kind}`]) ?? (told.has(kind) ? plainOf(told.get(kind)?.label ?? '') : inWords(kind));

/** A word that stands in a body, such as a level: one that is not known stays as it came. */
export const choiceWord = (t: T, kind: string, member: string, word: string): string =>
  fromCatalogue(
    t,
    [`choice.${kind}.${member}.`, `choice.${member}.`, 'choice.'].map((group) => group + word.replaceAll(' ', '-')),
  ) ?? wordOf(t, 'choice', word);
