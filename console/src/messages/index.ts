import { useCallback, useSyncExternalStore } from 'react';
import { keep, readKept } from '../look/kept';
import { plainOf } from '../look/visible';
import { de } from './de';
import { en, type Key } from './en';

export type { Key } from './en';
export type Language = 'en' | 'de';
export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

// German is typed by the English catalogue: a text that lacks its translation does not compile.
const catalogues: Record<Language, Record<Key, string>> = { en, de };

const preferred = (): Language =>
  typeof navigator !== 'undefined' && navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
let language: Language = readKept<Language>('language', preferred());
const subscribers = new Set<() => void>();

export function setLanguage(next: Language): void {
  language = next;
  keep('language', next);
  document.documentElement.lang = next;
  for (const subscriber of subscribers) subscriber();
}

export type T = (key: Key, values?: Record<string, string | number>) => string;

const plurals: Record<Language, Intl.PluralRules> = {
  en: new Intl.PluralRules('en'),
  de: new Intl.PluralRules('de'),
};

/**
 * A text as it stands in the catalogue. Where it has a form of its own for the number that is filled in first
 * (`search.found#one`), that one.
 */
function textOf(to: Language, key: Key, values: Record<string, string | number> | undefined): string {
  const catalogue: Partial<Record<string, string>> = catalogues[to];
  const text = Object.hasOwn(catalogue, key) ? (catalogue[key] ?? key) : key; // a word of a newer station is shown as it came
  if (values === undefined) return text;
  const count = [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => values[name])
    .find((one) => typeof one === 'number');
  return (typeof count === 'number' ? catalogue[`${key}#${plurals[to].select(count)}`] : undefined) ?? text;
}

/** What is filled in may be a peer's: nothing in it hides itself. */
export function translate(to: Language, key: Key, values?: Record<string, string | number>): string {
  const text = textOf(to, key, values);
  return values === undefined
    ? text
    : text.replace(/\{(\w+)\}/g, (all, name: string) => (name in values ? plainOf(String(values[name])) : all));
}

export function useLanguage(): Language {
  return useSyncExternalStore(
    (changed) => {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
    () => language,
    () => language,
  );
}

export function useT(): T {
  const to = useLanguage();
  return useCallback((key, values) => translate(to, key, values), [to]);
}

/** True where the page has a word of its own for it. */
export const hasWord = (group: string, word: string): boolean =>
  Object.hasOwn(en, `${group}.${word.replaceAll(' ', '-')}`);

/** A word of the protocol (a state, an outcome, a kind) in the officer's language; one that is not known stays as it came. */
export function wordOf(t: T, group: string, word: string): string {
  const key = `${group}.${word.replaceAll(' ', '-')}`;
  return Object.hasOwn(en, key) ? t(key as Key) : plainOf(word);
}
