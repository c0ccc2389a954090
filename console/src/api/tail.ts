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
 * Arrivals are counted over all lines of the station, so that the step back is widened until it holds enough.
 */
export async function readTail(read: ReadPage, wanted: number): Promise<EntryView[]> {
  const start = await read(0, wanted);
  if (start.next === null) return start.entries;
  const last = await findNewest(read, start.next);
  let found = start.entries;
  for (let back = wanted; ; back *= 4) {
    const after = Math.max(0, last - back);
    const page = await read(after, maxPage);
    if (page.next !== null && page.next < last) return found; // more than a page: the narrower step was enough
    found = page.entries;
    if (found.length >= wanted || after === 0) return found.slice(-wanted);
  }
}
