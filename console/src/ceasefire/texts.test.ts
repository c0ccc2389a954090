import { expect, test } from 'vitest';
import { languagesOf, membersBetween, pairsOf, restOf } from './texts';

const clause = (id: string, text: string, lang?: string) => ({ id, kind: 'prohibited act', text, lang });

test('two texts stand beside each other clause by clause and language by language, and what was dropped stands where it stood', () => {
  const then = { clauses: [clause('1', 'No fire.'), clause('2', 'No drones.'), clause('3', 'No mines.', 'en')] };
  const now = {
    clauses: [clause('1', 'No fire at all.'), clause('3', 'No mines.', 'en'), clause('3', 'لا ألغام', 'ar')],
  };
  expect(pairsOf(then, now).map(({ id, change, now: own }) => `${id}${own?.lang ?? ''} ${change}`)).toEqual([
    '1 changed',
    '2 removed',
    '3en same',
    '3ar added',
  ]);
});

test('the other members differ by what they say, not by how they are ordered, and what is empty is not there', () => {
  const then = { title: 'A', countingRule: { unit: 'discharge', name: 'r' }, areas: [], noticeDays: 3, purpose: null };
  const now = { countingRule: { name: 'r', unit: 'discharge' }, title: 'B', noExpiry: true, purpose: '' };
  expect(membersBetween(then, now).map(({ name, change }) => `${name} ${change}`)).toEqual([
    'title changed',
    'noExpiry added',
    'noticeDays removed',
  ]);
  expect(restOf(now)).toEqual({ countingRule: { name: 'r', unit: 'discharge' }, noExpiry: true });
});

test('the language that decides comes first, and whatever a peer put in its text throws nothing', () => {
  expect(
    languagesOf({
      languages: [{ lang: 'en' }, { lang: 'ar', authoritative: true }],
      clauses: [clause('1', 'x', 'fr')],
    }).map(({ lang, decides }) => `${lang} ${decides}`),
  ).toEqual(['ar true', 'en false', 'fr false']);
  for (const hostile of [null, 7, 'x', [], { clauses: 'x', languages: {} }, { clauses: [null, 1, { id: 3 }] }]) {
    expect(languagesOf(hostile)).toEqual([{ lang: null, decides: false }]);
    expect(pairsOf(hostile, hostile)).toEqual([]);
    expect(membersBetween(hostile, hostile)).toEqual([]);
  }
});
