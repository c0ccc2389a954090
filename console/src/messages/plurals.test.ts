import { expect, test } from 'vitest';
import { de } from './de';
import { en } from './en';
import { translate, type Key } from './index';

test('one of something is told as one', () => {
  expect(translate('en', 'blind.found', { count: 1 })).toBe('Found: 1 cell that both brought');
  expect(translate('en', 'blind.found', { count: 2 })).toBe('Found: 2 cells that both brought');
  expect(translate('de', 'clear.drafts-sure', { count: 1 })).toMatch(/^1 Entwurf .* wird /);
  expect(translate('de', 'clear.drafts-sure', { count: 0 })).toMatch(/^0 Entwürfe .* werden /);
});

test('a form for a number is one of a text, has what that has, and is in every language where it differs', () => {
  for (const catalogue of [en, de] as Record<string, string>[])
    for (const [key, text] of Object.entries(catalogue).filter(([one]) => one.includes('#'))) {
      const whole = catalogue[key.slice(0, key.indexOf('#')) as Key] ?? '';
      const filledIn = (one: string): string[] => [...one.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
      expect(filledIn(text), key).toEqual(filledIn(whole));
      expect(text, key).not.toBe(whole);
    }
});
