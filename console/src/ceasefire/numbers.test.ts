import { expect, test } from 'vitest';
import type { Tally } from '../api/ceasefire';
import { daysOf, ruleWords, sizesOf, slicesOf, tallyCsv } from './numbers';

const tally = (rows: Tally['rows'], until = '2026-03-03T17:30:00.000Z'): Tally => ({
  rule: { name: 'shellings', unit: 'incident', gap: 'PT1H', least: 30, exclude: ['flare'] } as never,
  from: '2026-03-02T17:30:00.000Z',
  until,
  rows,
  asOf: { us: 12, jmc: 3 },
  notCounted: {},
  sides: {},
});
const row = (reporter: string, accused: string, n: number, slice?: string) => ({
  reporter,
  accused,
  n,
  observations: n,
  feeds: ['us'],
  ...(slice === undefined ? {} : { slice }),
});

test('what one reporter counts is never added to what another does', () => {
  const counted = slicesOf(
    tally([row('jmc', 'north', 4, 'burst'), row('north', 'south', 9, 'burst'), row('jmc', 'south', 1, 'impact')]),
  );
  expect(counted.map(({ reporter, accused }) => [reporter, accused])).toEqual([
    ['jmc', ['north', 'south']],
    ['north', ['south']],
  ]);
  expect(counted[0]?.bars).toEqual([
    { key: 'burst', of: { north: 4 } },
    { key: 'impact', of: { south: 1 } },
  ]);
});

test('a day without a report is a day, and stands in the chart', () => {
  const days = daysOf({
    zone: 'UTC',
    closes: '19:30',
    days: [tally([row('jmc', 'north', 2)]), tally([], '2026-03-04T17:30:00.000Z')],
  });
  expect(days[0]?.bars.map(({ key, of }) => [key, of['north'] ?? 0])).toEqual([
    ['2026-03-03', 2],
    ['2026-03-04', 0],
  ]);
});

test('each number of the table for other programs stands with its rule and with what it was computed from', () => {
  const [head = '', one = ''] = tallyCsv([tally([row('=jmc', 'north', 4)])])
    .slice(1)
    .split('\r\n');
  expect(head).toBe('reporter,accused,from,until,slice,n,observations,rule,as_of');
  expect(one).toContain("'=jmc,north,2026-03-02T17:30:00.000Z,2026-03-03T17:30:00.000Z,,4,4,");
  expect(one).toContain('"jmc:3,us:12"');
  expect(sizesOf(tally([]))).toBe('jmc:3,us:12');
  expect(ruleWords(tally([]).rule)).toEqual({
    name: 'shellings',
    says: 'unit incident, gap PT1H, least 30, not counted: flare',
  });
  expect(ruleWords(null).name).toBe('?');
});
