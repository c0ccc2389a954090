import { expect, test } from 'vitest';
import { directionsOf, directionOf, piecesOf, plain } from './visible';

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

test.each([
  ['השיירה נעצרה בנקודה 50.30 N 36.94 E בשעה 04:00Z', ['50.30 N 36.94 E', '04:00Z']],
  ['أوقفنا القافلة عند 50.300° N 36.940° E (us/20)', ['50.300° N 36.940° E', 'us/20']],
  ['عند 50°18′N 36°56′E في 290354Z NOV 26', ['50°18′N 36°56′E', '290354Z NOV 26']],
  ['בגובה 3000 m, 15 km', ['3000 m', '15 km']],
  ['الموقع 50.3012, 36.9401', ['50.3012, 36.9401']],
])('what would be turned about in a text from right to left keeps its own direction: %s', (text, kept) => {
  const parts = directionsOf(text);
  expect(parts.filter((part) => part.fixed).map((part) => part.text)).toEqual(kept);
  expect(parts.map((part) => part.text).join('')).toBe(text);
});

test('a text from left to right is one part', () => {
  expect(directionsOf('50.30 N 36.94 E at 04:00Z')).toHaveLength(1);
});
