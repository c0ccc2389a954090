import { api, value } from './client';
import type { EntryView, RecordPage } from './types';

/** The station's largest page. */
export const maxPage = 1000;

/** A page of a line's record in either direction: after an arrival, oldest first; or before one (null: from the end), newest first. */
export type ReadPage = (where: { after: number } | { before: number | null }, limit: number) => Promise<RecordPage>;

export const pagesOf =
  (line: string): ReadPage =>
  async (where, limit) => {
    const query =
      'after' in where
        ? { after: where.after, limit }
        : { order: 'newest', limit, ...(where.before === null ? {} : { before: where.before }) };
    return await value<RecordPage>(api.GET('/api/v1/lines/{line}/entries', { params: { path: { line }, query } }));
  };

/** The last entries before an arrival (null: of all), oldest first: as many as are wanted, where the line has them. One request, but for entries that fill the station's page. */
export async function readBefore(read: ReadPage, before: number | null, wanted: number): Promise<EntryView[]> {
  const found: EntryView[] = [];
  for (let from: number | null = before; found.length < wanted;) {
    const page: RecordPage = await read({ before: from }, Math.min(maxPage, wanted - found.length));
    found.push(...page.entries);
    if (page.next === null) break;
    from = page.next;
  }
  return found.reverse();
}

export const readTail = (read: ReadPage, wanted: number): Promise<EntryView[]> => readBefore(read, null, wanted);
