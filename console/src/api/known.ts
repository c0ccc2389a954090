import { useQueries, useQuery, type QueryKey, type UseQueryOptions, type UseQueryResult } from '@tanstack/react-query';
import { pagesOf } from './client';
import { membersOf } from '../look/body';
import { asStationTime, useNow } from '../look/now';
import type { LineSummary } from './types';

/** What the station answered last, and whether that is known now. What is not known is never taken for nothing. */
export type Known<T> = { data: T | undefined; unknown: boolean; at: number };

/** Age from which an answer that is asked for again and again is no longer known: its question has had no answer. */
const oldest = 45_000;

/** The answer is a list, or it is none: null, a page of a proxy, half an answer. */
export async function listed<T>(answer: Promise<T[]>): Promise<T[]> {
  const list = (await answer) as unknown;
  if (!Array.isArray(list)) throw new Error('the answer cannot be read');
  return list as T[];
}

/** A list of which each author has its share; `leftOut` counts, by author, what is beyond it. */
export type Shares<T> = { items: T[]; leftOut: Readonly<Record<string, number>> };

/** The answer is a list, and says in the header Parley-Left-Out what it leaves out: `ru 3; us 12`. */
export async function sharesOf<T>(answer: Promise<{ data?: unknown; response: Response }>): Promise<Shares<T>> {
  const { data, response } = await answer;
  return {
    items: await listed(Promise.resolve(data as T[])),
    leftOut: countsOf(response.headers.get('Parley-Left-Out')),
  };
}

export function countsOf(header: string | null): Record<string, number> {
  const counts = (header ?? '').split(';').map((one) => one.trim().split(' '));
  return Object.fromEntries(
    counts.flatMap(([party = '', count = '']) => (/^\d+$/.test(count) ? [[party, Number(count)]] : [])),
  );
}

/** All pages of a list. */
export async function listedOf<T>(path: string): Promise<T[]> {
  return (await Promise.all((await pagesOf<T[]>(path)).map((page) => listed(Promise.resolve(page))))).flat();
}

/** The answer is an object with these lists in it, or it is none. */
export async function shaped<T>(answer: Promise<T>, ...lists: (keyof T & string)[]): Promise<T> {
  const value = (await answer) as unknown;
  const members = membersOf(value);
  if (members === null || lists.some((name) => !Array.isArray(members[name])))
    throw new Error('the answer cannot be read');
  return value as T;
}

/** A question whose data is there goes on being known until it fails, or until it was asked for too long ago with no answer. */
export function isUnknown(
  query: Pick<UseQueryResult<unknown>, 'data' | 'isError' | 'errorUpdateCount' | 'dataUpdatedAt' | 'fetchStatus'>,
  now: number,
): boolean {
  if (query.data === undefined) return query.errorUpdateCount > 0;
  return query.isError || (query.fetchStatus !== 'idle' && now - asStationTime(query.dataUpdatedAt) > oldest);
}

/** When it was answered last, by the station's time; 0 for never. */
export const timeOf = (query: Pick<UseQueryResult<unknown>, 'dataUpdatedAt'>): number =>
  query.dataUpdatedAt === 0 ? 0 : asStationTime(query.dataUpdatedAt);

export function useKnown<T, K extends QueryKey>(options: UseQueryOptions<T, Error, T, K>): Known<T> {
  const query = useQuery(options);
  const now = useNow();
  return { data: query.data, unknown: isUnknown(query, now), at: timeOf(query) };
}

/** The same question about every line. `unknown` are the lines whose answer is not known now; `asking` is true while one never came, and none failed. */
export type KnownOfEach<T> = { of: Map<string, T>; unknown: string[]; at: number; asking: boolean };

export function useKnownOfEach<T, K extends QueryKey>(
  lines: readonly LineSummary[],
  question: (line: string) => UseQueryOptions<T, Error, T, K>,
): KnownOfEach<T> {
  const now = useNow();
  const results = useQueries({ queries: lines.map((line) => question(line.line)) });
  const unknown: string[] = [];
  const of = new Map<string, T>();
  let at = Infinity;
  for (const [i, line] of lines.entries()) {
    const result = results[i];
    if (result === undefined) continue;
    if (result.data !== undefined) of.set(line.line, result.data as T);
    if (!isUnknown(result, now)) continue;
    unknown.push(line.line);
    at = Math.min(at, timeOf(result));
  }
  return {
    of,
    unknown,
    at: at === Infinity ? 0 : at,
    asking: results.some((result) => result.data === undefined && result.errorUpdateCount === 0),
  };
}
