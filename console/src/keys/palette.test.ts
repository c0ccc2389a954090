import { expect, test } from 'vitest';
import { found, type Choice } from './palette';

const choice = (word: string, group = '', more = ''): Choice => ({ id: word, word, group, more, run: () => undefined });

test('all typed words must be in it, and a beginning goes before a middle', () => {
  const all = [
    choice('Northern line'),
    choice('Line of the north'),
    choice('Map'),
    choice('Maritime line', 'Line', 'us-no'),
  ];
  expect(found(all, 'line').map(({ word }) => word)).toEqual(['Line of the north', 'Northern line', 'Maritime line']);
  expect(found(all, 'us-no').map(({ word }) => word)).toEqual(['Maritime line']);
  expect(found(all, 'line map')).toEqual([]);
  expect(found(all, '')).toEqual(all);
});

test('accents and capitals make no difference', () => {
  expect(found([choice('Gestion à Évian')], 'evian')).toHaveLength(1);
});
