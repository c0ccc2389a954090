import { expect, test } from 'vitest';
import { directionOf, piecesOf, plain } from './visible';

test('characters that change how a text reads without being seen are shown by their code point', () => {
  expect(piecesOf('Fire at \u202E0050\u202C')).toEqual([
    { text: 'Fire at ' },
    { hidden: 'U+202E' },
    { text: '0050' },
    { hidden: 'U+202C' },
  ]);
  for (const hidden of [
    '\u200B',
    '\u200D',
    '\u2066',
    '\u2069',
    '\uFEFF',
    '\u00AD',
    '\u061C',
    '\u0000',
    '\u{E0041}',
    '\u2028',
    '\u3164',
  ])
    expect(piecesOf(`a${hidden}b`).length, hidden.codePointAt(0)?.toString(16)).toBe(3);
});

test('ordinary text of any script stays as it is, line breaks included', () => {
  for (const text of ['Zeile 1\nZeile 2\tEnde', 'نؤكد الاستلام', 'Підтверджуємо', '停火', '😀 ok'])
    expect(piecesOf(text)).toEqual([{ text }]);
  expect(piecesOf('')).toEqual([]);
});

test('the direction follows the language where it is known, and the text itself where not', () => {
  expect(['ar', 'he-IL', 'FA', 'ur'].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'rtl']);
  expect(['en', 'uk', 'ru-RU'].map(directionOf)).toEqual(['ltr', 'ltr', 'ltr']);
  expect([null, undefined, ''].map(directionOf)).toEqual(['auto', 'auto', 'auto']);
});

test('in a drawing, where no element can stand, what hides is written out too', () => {
  expect(plain('Al\u202Eder\u200B')).toBe('AlU+202EderU+200B');
});
