import { expect, test } from 'vitest';
import { hashOf, readHash, timeOf, type MapView } from './view';

test('what the address keeps is read back', () => {
  const views: MapView[] = [
    { view: null, moment: { mode: 'any' }, band: 'all' },
    { view: { zoom: 7.25, centre: [-179.5, -16.25] }, moment: { mode: 'now' }, band: 'low' },
    {
      view: { zoom: 3, centre: [36.94, 50.3] },
      moment: { mode: 'fixed', at: Date.UTC(2026, 10, 30, 12) },
      band: 'all',
    },
  ];
  for (const view of views) expect(readHash(hashOf(view))).toEqual(view);
  expect(hashOf({ view: null, moment: { mode: 'any' }, band: 'all' })).toBe('');
});

test('an address that says nothing sensible shows the map as usual', () => {
  for (const hash of ['#', '#x', '#5/91/0', '#5/1/181', '#at=yesterday&band=deep', '#5/1'])
    expect(readHash(hash)).toEqual({ view: null, moment: { mode: 'any' }, band: 'all' });
});

test('now goes on with the clock, and a fixed time does not', () => {
  expect([timeOf({ mode: 'now' }, 5), timeOf({ mode: 'fixed', at: 3 }, 5), timeOf({ mode: 'any' }, 5)]).toEqual([
    5,
    3,
    null,
  ]);
});
