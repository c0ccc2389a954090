import { api, value } from './client';
import type { EntryView, RecordPage } from './types';

/** The station's largest page. */
export const maxPage = 1000;

export type ReadPage = (after: number, limit: number) => Promise<RecordPage>;

export const pagesOf = (line: string): ReadPage => async (after, limit) =>
  await value<RecordPage>(api.GET('/api/v1/lines/{line}/entries', { params: { path: { line }, query: { after, limit } } }));

/** Arrival of the newest entry. The record is paged forwards only, so that its end is looked for by doubling and halving. */
export async function findNewest(read: ReadPage, known: number): Promise<number> {
  let last = known; // an entry has this arrival
  let none = Math.max(known, 1) * 2; // no entry has arrived after this, once the first loop ends
  for (let page = await read(none, 1); page.entries[0] !== undefined; page = await read(none, 1)) {
    last = page.entries[0].arrival;
    none = Math.max(none, last) * 2;
  }
  while (last < none) {
    const middle = last + Math.floor((none - last) / 2);
    const found = (await read(middle, 1)).entries[0];
    if (found === undefined) none = middle;
    else last = found.arrival;
  }
  return last;
}

/**
 * The newest entries of a line, oldest first: up to `wanted`, and at least one where it has any. One request for a short line.
 */
export async function readTail(read: ReadPage, wanted: number): Promise<EntryView[]> {
  const start = await read(0, wanted);
  if (start.next === null) return start.entries;
  return await readBefore(read, (await findNewest(read, start.next)) + 1, wanted);
}

/**
 * The last entries that arrived before another, oldest first: up to `wanted`, at least one where there is any. Arrivals are counted
 * over all lines of the station, so that the step back is widened until it holds enough.
 */
export async function readBefore(read: ReadPage, before: number, wanted: number): Promise<EntryView[]> {
  let found: EntryView[] = [];
  for (let back = wanted; ; back *= 4) {
    const after = Math.max(0, before - 1 - back);
    const page = await read(after, maxPage);
    const last = page.entries.at(-1);
    // A page that ends too early holds more than is wanted: what the narrower step found is nearer.
    if (page.next !== null && last !== undefined && last.arrival < before - 1 && found.length > 0) return found;
    found = page.entries.filter(entry => entry.arrival < before).slice(-wanted);
    if (found.length >= wanted || after === 0) return found;
  }
}
