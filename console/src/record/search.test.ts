import { expect, test } from 'vitest';
import { isSought, nothingSought, queryOf } from './search';

test('only what was typed is asked for, and times as the station reads them', () => {
  expect(
    queryOf({ ...nothingSought, text: ' columns ', since: '221730Z NOV 26', until: 'soon', mark: 'exercise' }),
  ).toEqual({ text: 'columns', since: '2026-11-22T17:30:00.000Z', mark: 'exercise' });
  expect(isSought(nothingSought)).toBe(false);
  expect(isSought({ ...nothingSought, kind: 'call.' })).toBe(true);
});
