import { expect, test } from 'vitest';
import { labelRows } from './labels';

test('labels of places near each other stand below each other, and others stay where they are', () => {
  const rows = labelRows([
    { id: 'a', x: 100, y: 100, text: 'Live firing east' },
    { id: 'b', x: 110, y: 102, text: 'Patrol flight' },
    { id: 'c', x: 105, y: 98, text: 'Notice' },
    { id: 'far', x: 400, y: 100, text: 'Hospital No. 2' },
  ]);
  expect(rows.get('a')).toBe(0);
  expect(rows.get('b')).toBe(1);
  expect(rows.get('c')).toBeGreaterThan(1);
  expect(rows.get('far')).toBe(0);
});

test('a crowd of labels ends', () => {
  const rows = labelRows(Array.from({ length: 40 }, (_, i) => ({ id: `${i}`, x: 0, y: 0, text: 'same' })));
  expect(Math.max(...rows.values())).toBe(12);
});
