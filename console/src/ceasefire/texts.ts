import { membersOf, objectsOfList, textOf, type Members } from '../look/body';

/** A clause as a text has it, in one language. */
export type Clause = { id: string; kind: string; lang: string | null; heading: string | null; text: string };
/** What became of something between two texts. */
export type Change = 'same' | 'changed' | 'added' | 'removed';
export type ClausePair = { id: string; change: Change; then: Clause | null; now: Clause | null };
export type MemberPair = { name: string; change: Change; then: unknown; now: unknown };

/** Clauses that a text of another party's is read for; the station takes no more. */
const mostClauses = 512;

export function clausesOf(text: unknown): Clause[] {
  const listed = membersOf(text)?.['clauses'];
  return (Array.isArray(listed) ? (listed as unknown[]) : []).slice(0, mostClauses).flatMap((one) => {
    const clause = membersOf(one);
    const id = textOf(clause?.['id']);
    return clause === null || id === null
      ? []
      : [
          {
            id,
            kind: textOf(clause['kind']) ?? '',
            lang: textOf(clause['lang']),
            heading: textOf(clause['heading']),
            text: textOf(clause['text']) ?? '',
          },
        ];
  });
}

export type LanguageVersion = { lang: string | null; decides: boolean };

/** The languages of a text, the deciding ones first; one without a name where no clause says which. */
export function languagesOf(text: unknown): LanguageVersion[] {
  const stated = objectsOfList(membersOf(text)?.['languages']).map((one) => ({
    lang: textOf(one['lang']),
    decides: one['authoritative'] === true,
  }));
  const all = [...stated.filter((one) => one.decides), ...stated.filter((one) => !one.decides)];
  for (const { lang } of clausesOf(text))
    if (lang !== null && !all.some((one) => one.lang === lang)) all.push({ lang, decides: false });
  return all.length === 0 ? [{ lang: null, decides: false }] : all;
}

const nameOf = ({ id, lang }: Clause): string => `${id}\n${lang ?? ''}`;
const isSame = (a: Clause, b: Clause): boolean => a.kind === b.kind && a.heading === b.heading && a.text === b.text;

/** Two texts clause by clause, in the order of the later one; what it dropped stands where it stood. CEASEFIRE-5. */
export function pairsOf(then: unknown, now: unknown): ClausePair[] {
  const before = clausesOf(then);
  const after = clausesOf(now);
  const pairs = after.map((clause): ClausePair => {
    const old = before.find((one) => nameOf(one) === nameOf(clause)) ?? null;
    return {
      id: clause.id,
      change: old === null ? 'added' : isSame(old, clause) ? 'same' : 'changed',
      then: old,
      now: clause,
    };
  });
  for (const [i, clause] of before.entries()) {
    if (after.some((one) => nameOf(one) === nameOf(clause))) continue;
    const behind = before.slice(0, i).findLast((one) => pairs.some((pair) => pair.then === one));
    const at = behind === undefined ? 0 : pairs.findIndex((pair) => pair.then === behind) + 1;
    pairs.splice(at, 0, { id: clause.id, change: 'removed', then: clause, now: null });
  }
  return pairs;
}

/** Members that stand in tables of their own. */
const apart: ReadonlySet<string> = new Set(['clauses', 'title']);
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** What a text settles beside its clauses and its title. */
export const restOf = (text: unknown): Members =>
  Object.fromEntries(Object.entries(membersOf(text) ?? {}).filter(([name, one]) => !apart.has(name) && !isEmpty(one)));

/** The same of two texts, member by member. */
export function membersBetween(then: unknown, now: unknown): MemberPair[] {
  const [before, after] = [membersOf(then) ?? {}, membersOf(now) ?? {}];
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .filter((name) => name !== 'clauses')
    .map((name): MemberPair => {
      const [old, own] = [before[name], after[name]];
      const change: Change = isEmpty(old)
        ? 'added'
        : isEmpty(own)
          ? 'removed'
          : canonical(old) === canonical(own)
            ? 'same'
            : 'changed';
      return { name, change, then: old, now: own };
    })
    .filter((pair) => pair.change !== 'same' && !(isEmpty(pair.then) && isEmpty(pair.now)));
}

/** The same bytes for the same value, in whatever order its members stand. */
function canonical(value: unknown): string {
  const members = membersOf(value);
  if (members !== null)
    return `{${Object.keys(members)
      .filter((name) => !isEmpty(members[name]))
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(members[name])}`)
      .join()}}`;
  return Array.isArray(value) ? `[${value.map(canonical).join()}]` : JSON.stringify(value ?? null);
}
