import type { Key, T } from '../messages';

/** What a station says that a text lacks, in its own words, and what that is called here. */
export const lacks: Readonly<Record<string, Key>> = {
  'it does not say of which class it is': 'cease.lack.class',
  'it states no purpose': 'cease.lack.purpose',
  'it names no area or line': 'cease.lack.area',
  'an area has neither a map nor coordinates': 'cease.lack.map',
  'it states no start: it would take effect with the last signature': 'cease.lack.start',
  'it states no end, nor outright that it has none': 'cease.lack.end',
  'no clause says what is not to be done': 'cease.lack.prohibited',
  'nobody is to monitor it': 'cease.lack.monitor',
  'it does not say what follows a violation': 'cease.lack.violation',
  'it has no counting rule': 'cease.lack.counting',
  'its reporting day closes at no time of day such as 19:30': 'cease.lack.reporting',
  'it does not say how many days of notice a denunciation takes': 'cease.lack.notice',
  'nobody is to sign it as a party': 'cease.lack.party',
  'it has no guarantor': 'cease.lack.guarantor',
  'it does not say which language decides': 'cease.lack.language',
};

/** What a text lacks, in the officer's language; null for what only a newer station says. */
export function lackWord(t: T, told: string): string | null {
  const key = Object.hasOwn(lacks, told) ? lacks[told] : undefined;
  if (key !== undefined) return t(key);
  const [, language, clauses] = /^in (\S+) these clauses are lacking: (.+)$/.exec(told) ?? [];
  return language === undefined || clauses === undefined ? null : t('cease.lack.clauses', { language, clauses });
}
