import { expect, test } from 'vitest';
import { readBefore, readTail, type ReadPage } from './tail';
import type { EntryView } from './types';

/** A record whose entries have these arrivals, and how often it was asked. A page holds `most` at most, as the station's does by its bytes. */
function recordOf(arrivals: number[], most = 1000): { read: ReadPage; asked: () => number } {
  let asked = 0;
  const entries = arrivals.map((arrival) => ({ id: `us/${arrival}`, arrival }) as EntryView);
  const read: ReadPage = async (where, limit) => {
    asked++;
    const rest =
      'after' in where
        ? entries.filter((entry) => entry.arrival > where.after)
        : entries.filter((entry) => where.before === null || entry.arrival < where.before).toReversed();
    const page = rest.slice(0, Math.min(limit, most));
    return { entries: page, next: rest.length > page.length ? (page.at(-1)?.arrival ?? null) : null };
  };
  return { read, asked: () => asked };
}
const upTo = (count: number, step = 1): number[] => Array.from({ length: count }, (_, i) => 1 + i * step);

test('the newest entries of any record come in the order of their arrival', async () => {
  for (const [count, step] of [
    [0, 1],
    [1, 1],
    [99, 1],
    [100, 1],
    [101, 1],
    [5_000, 1],
    [1_000, 7],
    [20_000, 3],
  ] as const) {
    const arrivals = upTo(count, step);
    expect(
      (await readTail(recordOf(arrivals).read, 100)).map((entry) => entry.arrival),
      `${count} × ${step}`,
    ).toEqual(arrivals.slice(-100));
  }
});

test('the newest of a hundred thousand entries take one request', async () => {
  const record = recordOf(upTo(100_000));
  expect((await readTail(record.read, 600)).at(-1)?.arrival).toBe(100_000);
  expect(record.asked()).toBe(1);
});

test('entries so large that a page holds few are read on until there are enough', async () => {
  expect((await readTail(recordOf(upTo(50), 3).read, 20)).map((entry) => entry.arrival)).toEqual(upTo(50).slice(-20));
});

test('going back page by page meets every entry once', async () => {
  const arrivals = upTo(3_000, 4);
  const { read } = recordOf(arrivals);
  const met: number[] = [];
  for (let page = await readTail(read, 500); page.length > 0; page = await readBefore(read, page[0]?.arrival ?? 0, 500))
    met.unshift(...page.map((entry) => entry.arrival));
  expect(met).toEqual(arrivals);
});
