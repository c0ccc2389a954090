import { describe, expect, test } from 'vitest';
import { en as atFirst } from './en';
import { catalogueOf, languages, translate, type Language } from './index';
import { en as ofScreens } from './screens/en';

const en = { ...atFirst, ...ofScreens };
const others = (Object.keys(languages) as Language[]).filter((one) => one !== 'en');
const filledIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test('one of something is told as one', async () => {
  await catalogueOf('de');
  expect(translate('en', 'blind.found', { count: 1 })).toBe('Found: 1 cell that both brought');
  expect(translate('en', 'blind.found', { count: 2 })).toBe('Found: 2 cells that both brought');
  expect(translate('de', 'clear.drafts-sure', { count: 1 })).toMatch(/^1 Entwurf .* wird /);
  expect(translate('de', 'clear.drafts-sure', { count: 0 })).toMatch(/^0 Entwürfe .* werden /);
});

test('a language with more forms than two has them where things are counted', async () => {
  await Promise.all(others.map(catalogueOf));
  for (const language of ['ru', 'uk', 'ar'] as const)
    expect(
      new Set([1, 3, 5, 11].map((count) => translate(language, 'blind.found', { count }).replace(/\d+/, ''))).size,
      language,
    ).toBeGreaterThan(1);
});

describe.each(others)('%s', (language) => {
  test('says every text, and fills in what English fills in', async () => {
    const catalogue: Record<string, string> = await catalogueOf(language);
    for (const [key, text] of Object.entries(en).filter(([one]) => !one.includes('#'))) {
      expect(catalogue[key]?.trim(), key).toBeTruthy();
      expect(filledIn(catalogue[key] ?? ''), key).toEqual(filledIn(text));
    }
  });

  test('has forms for a number only of texts that there are, of categories that it has, and each of its own', async () => {
    const catalogue: Record<string, string> = await catalogueOf(language);
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(catalogue).filter(([one]) => one.includes('#'))) {
      const [whole = '', category = ''] = key.split('#');
      expect(categories, key).toContain(category);
      expect(filledIn(text), key).toEqual(filledIn(catalogue[whole] ?? ''));
      expect(text, key).not.toBe(catalogue[whole]);
    }
  });
});

test('what ends an alarm and what silences it for a minute are two words in every language', async () => {
  for (const language of Object.keys(languages) as Language[]) {
    await catalogueOf(language);
    const [take, silence] = [translate(language, 'alarm.take'), translate(language, 'alarm.silence')];
    expect(silence.startsWith(take.split(' ')[0] ?? ''), `${language}: ${take}, ${silence}`).toBe(false);
  }
});
