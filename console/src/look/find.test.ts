import { expect, test } from 'vitest';
import { found } from './find';

test('a line is found by parts of its title and its parties, without accents or capitals', () => {
  const lines = [
    { word: 'Ligne d’Évian', more: 'France Suisse' },
    { word: 'Northern line', more: 'Norway Russia' },
  ];
  expect(found(lines, 'evian suis')).toEqual([lines[0]]);
  expect(found(lines, 'norw')).toEqual([lines[1]]);
  expect(found(lines, '')).toEqual(lines);
  expect(found(lines, 'evian norway')).toEqual([]);
});
