import { expect, test } from 'vitest';
import type { ChronologyView } from '../api/types';
import { csvField } from '../look/csv';
import { chronologyCsv } from './csv';

test('a field with commas, quotes or lines is quoted, and a formula becomes text', () => {
  expect(['plain', 'a,b', 'say "no"', 'two\nlines', '=1+1', '+49', '-3', '@x', null, 7].map(csvField)).toEqual([
    'plain',
    '"a,b"',
    '"say ""no"""',
    '"two\nlines"',
    "'=1+1",
    "'+49",
    "'-3",
    "'@x",
    '',
    '7',
  ]);
});

test('nothing that an officer of the other side wrote is run by a spreadsheet, in whatever width or behind whatever line end', () => {
  for (const text of [
    '=1',
    '\n=1',
    '\r\n=1',
    '\t=1',
    ' =1',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    '−1',
    '\u00A0=1',
    '\u3000=1',
    '\n',
    '@SUM(A1)',
  ])
    expect(csvField(text), JSON.stringify(text)).toMatch(/^"?'/);
  for (const text of ['a=1', 'x', '1+1', 'о деле']) expect(csvField(text)).toBe(text);
});

test('controls that turn a text around or hide in it are shown by their code point', () => {
  expect(csvField('fire at \u202E0050\u202C')).toBe('fire at [U+202E]0050[U+202C]');
  expect(csvField('\u200B=1+1')).toBe('[U+200B]=1+1');
});

test('the file begins with a byte-order mark', () => {
  const csv = chronologyCsv({ attempts: [], contacts: [], readouts: [] } as unknown as ChronologyView, new Map());
  expect([...new TextEncoder().encode(csv).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
});
