import { useCallback, useSyncExternalStore } from 'react';
import { keep, readKept } from '../look/kept';
import { plainOf } from '../look/visible';
import type { Catalogue, Key, ScreenCatalogue } from './catalogue';

export type { Key } from './catalogue';
export type Language = 'en' | 'de' | 'fr' | 'ru' | 'uk' | 'tr' | 'ar' | 'he';
/** Each by its own name, so that whoever cannot read the page finds it. */
export const languages: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  ru: 'Русский',
  uk: 'Українська',
  tr: 'Türkçe',
  ar: 'العربية',
  he: 'עברית',
};
const rightToLeft: ReadonlySet<Language> = new Set(['ar', 'he']);

// A catalogue is as large as a screen: each is fetched when somebody reads that language.
const fetchers: Record<Language, () => Promise<Catalogue>> = {
  en: async () => (await import('./en')).en,
  de: async () => (await import('./de')).de,
  fr: async () => (await import('./fr')).fr,
  ru: async () => (await import('./ru')).ru,
  uk: async () => (await import('./uk')).uk,
  tr: async () => (await import('./tr')).tr,
  ar: async () => (await import('./ar')).ar,
  he: async () => (await import('./he')).he,
};
/** What only the screens say that are fetched when they are opened. */
const screenFetchers: Record<Language, () => Promise<ScreenCatalogue>> = {
  en: async () => (await import('./screens/en')).en,
  de: async () => (await import('./screens/de')).de,
  fr: async () => (await import('./screens/fr')).fr,
  ru: async () => (await import('./screens/ru')).ru,
  uk: async () => (await import('./screens/uk')).uk,
  tr: async () => (await import('./screens/tr')).tr,
  ar: async () => (await import('./screens/ar')).ar,
  he: async () => (await import('./screens/he')).he,
};
const catalogues: Partial<Record<Language, Catalogue & Partial<ScreenCatalogue>>> = {};
const isWhole = new Set<Language>();
let screensAreOpen = false;

const firstOf = async (of: Language): Promise<void> => {
  catalogues[of] ??= await fetchers[of]();
};

/** Fetches all texts of a language; `translate` has them from then on. */
export async function catalogueOf(of: Language): Promise<Record<string, string>> {
  const [, more] = await Promise.all([firstOf(of), isWhole.has(of) ? {} : screenFetchers[of]()]);
  isWhole.add(of);
  return (catalogues[of] = { ...(catalogues[of] as Catalogue), ...more });
}

/** What a screen says is there before the screen is: called by whatever fetches one. */
export async function textsOfScreens(): Promise<void> {
  screensAreOpen = true;
  if (!isWhole.has(language)) await catalogueOf(language);
}

const isLanguage = (word: unknown): word is Language => typeof word === 'string' && Object.hasOwn(languages, word);

/** The first language of the browser that the console has. */
function preferred(): Language {
  const asked = typeof navigator === 'undefined' ? [] : navigator.languages;
  // Some browsers call Hebrew by its old code.
  return asked.map((one) => one.toLowerCase().split('-')[0]?.replace('iw', 'he')).find(isLanguage) ?? 'en';
}

let wanted: Language = preferred();
let language: Language = 'en';
const subscribers = new Set<() => void>();

function show(next: Language): void {
  language = next;
  document.documentElement.lang = next;
  document.documentElement.dir = rightToLeft.has(next) ? 'rtl' : 'ltr';
  for (const subscriber of subscribers) subscriber();
}

/** Shows the page in a language as soon as its texts are here; where they cannot be had, the page stays as it is. */
export async function setLanguage(next: Language): Promise<void> {
  wanted = next;
  keep('language', next);
  await firstOf(next);
  if (screensAreOpen) await catalogueOf(next);
  // Whoever chose another one meanwhile gets that.
  if (wanted === next) show(next);
}

/** The language that was chosen here before, else the browser's: fetched before anything is shown. */
export async function startLanguage(): Promise<void> {
  const kept = readKept<unknown>('language', null);
  if (isLanguage(kept)) wanted = kept;
  try {
    await firstOf(wanted);
    show(wanted);
  } catch {
    // Words that cannot be had are shown by their names: a page without any would say less.
    await firstOf('en').catch(() => undefined);
    show('en');
  }
}

export type T = (key: Key, values?: Record<string, string | number>) => string;

const plurals: Partial<Record<Language, Intl.PluralRules>> = {};
const pluralOf = (of: Language, count: number): string => (plurals[of] ??= new Intl.PluralRules(of)).select(count);

/**
 * A text as it stands in the catalogue. Where it has a form of its own for the number that is filled in first
 * (`search.found#one`), that one.
 */
function textOf(to: Language, key: Key, values: Record<string, string | number> | undefined): string {
  const catalogue: Partial<Record<string, string>> = catalogues[to] ?? catalogues.en ?? {};
  const text = Object.hasOwn(catalogue, key) ? (catalogue[key] ?? key) : key; // a word of a newer station is shown as it came
  if (values === undefined) return text;
  const count = [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => values[name])
    .find((one) => typeof one === 'number');
  return (typeof count === 'number' ? catalogue[`${key}#${pluralOf(to, count)}`] : undefined) ?? text;
}

/** What is filled in may be a peer's: nothing in it hides itself. Among words that are read from the right it keeps its own order ("2 h 58"): FSI and PDI of UAX #9. */
export function translate(to: Language, key: Key, values?: Record<string, string | number>): string {
  const text = textOf(to, key, values);
  if (values === undefined) return text;
  const told = (value: string): string => (rightToLeft.has(to) ? `\u2068${value}\u2069` : value);
  return text.replace(/\{(\w+)\}/g, (all, name: string) =>
    name in values ? told(plainOf(String(values[name]))) : all,
  );
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

/** True where the page has a text of that name: every language has the same. */
export const hasText = (key: string): key is Key => Object.hasOwn(catalogues[language] ?? catalogues.en ?? {}, key);

/** True where the page has a word of its own for it. */
export const hasWord = (group: string, word: string): boolean => hasText(`${group}.${word.replaceAll(' ', '-')}`);

/** A number with its unit, as the officer's language writes it: `3 h`, `3 ч`. A unit that it has no sign for stays as it is. */
export const measured = (count: number | string, unit: string): string =>
  `${count} ${hasText(`unit.${unit}`) ? translate(language, `unit.${unit}` as Key) : unit}`;

/** A word of the protocol (a state, an outcome, a kind) in the officer's language; one that is not known stays as it came. */
export function wordOf(t: T, group: string, word: string): string {
  const key = `${group}.${word.replaceAll(' ', '-')}`;
  return hasText(key) ? t(key) : plainOf(word);
}
