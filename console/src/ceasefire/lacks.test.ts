import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { T } from '../messages';
import { lacks, lackWord } from './lacks';

const source = readFileSync('../src/Parley.Traffic/Agreements/AgreementForm.cs', 'utf8');

test('whatever the station says that a text lacks has a word in every language', () => {
  const said = [...source.matchAll(/"((?:it|its|an|no|nobody) [^"]+)"/g)].map(([, words]) => words ?? '');
  expect(said.length).toBeGreaterThan(10);
  expect(said.filter((words) => !Object.hasOwn(lacks, words))).toEqual([]);
});

test('clauses that one language lacks are told by their numbers, and what is not known is not guessed', () => {
  const t: T = (key, values) => `${key} ${Object.values(values ?? {}).join(' ')}`;
  expect(lackWord(t, 'in ru these clauses are lacking: 2, 3')).toBe('cease.lack.clauses ru 2, 3');
  expect(lackWord(t, 'it has no flag')).toBeNull();
});
