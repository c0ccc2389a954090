import { expect, test } from 'vitest';
import { csvField } from './csv';

test('a field with commas, quotes or lines is quoted, and a formula becomes text', () => {
  expect(['plain', 'a,b', 'say "no"', 'two\nlines', '=1+1', '+49', '-3', '@x', null, 7].map(csvField)).toEqual(['plain', '"a,b"', '"say ""no"""', '"two\nlines"', "'=1+1", "'+49", "'-3", "'@x", '', '7']);
});
