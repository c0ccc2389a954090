import { expect, test } from 'vitest';
import { findNewest, readBefore, readTail, type ReadPage } from './tail';
import type { EntryView } from './types';

/** A record whose entries have these arrivals, and how often it was asked. */
function recordOf(arrivals: number[]): { read: ReadPage; asked: () => number } {
  let asked = 0;
  const entries = arrivals.map(arrival => ({ id: `us/${arrival}`, arrival }) as EntryView);
  const read: ReadPage = async (after, limit) => {
    asked++;
    const rest = entries.filter(entry => entry.arrival > after);
    return { entries: rest.slice(0, limit), next: rest.length > limit ? (rest[limit - 1]?.arrival ?? null) : null };
  };
  return { read, asked: () => asked };
}
const upTo = (count: number, step = 1): number[] => Array.from({ length: count }, (_, i) => 1 + i * step);

test('the newest entries of any record are found in the order of their arrival', async () => {
  for (const [count, step] of [[0, 1], [1, 1], [99, 1], [100, 1], [101, 1], [5_000, 1], [1_000, 7], [300, 50], [20_000, 3]] as const) {
    const arrivals = upTo(count, step);
    const tail = (await readTail(recordOf(arrivals).read, 100)).map(entry => entry.arrival);
    expect(tail, `${count} × ${step}`).toEqual(arrivals.slice(-100));
  }
});

test('a line that fell silent while the station was busy elsewhere still shows its last entries', async () => {
  const arrivals = [...upTo(5_000), 900_000];
  const tail = await readTail(recordOf(arrivals).read, 100);
  expect(tail.at(-1)?.arrival).toBe(900_000);
});

test('the end of a hundred thousand entries is found in some forty requests', async () => {
  const record = recordOf(upTo(100_000));
  expect(await findNewest(record.read, 100)).toBe(100_000);
  expect(record.asked()).toBeLessThan(40);
});

test('going back page by page meets every entry once', async () => {
  const arrivals = upTo(3_000, 4);
  const { read } = recordOf(arrivals);
  const met: number[] = [];
  for (let page = await readTail(read, 500); page.length > 0; page = await readBefore(read, page[0]?.arrival ?? 0, 500)) met.unshift(...page.map(entry => entry.arrival));
  expect(met).toEqual(arrivals);
});
