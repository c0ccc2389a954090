import { queryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, value } from '../api/client';
import type { EntryView } from '../api/types';
import { readUtc } from '../look/time';

/** What is sought, as it is typed; empty fits everything. */
export type Sought = {
  text: string;
  kind: string;
  from: string;
  by: string;
  since: string;
  until: string;
  mark: string;
};
export const nothingSought: Sought = { text: '', kind: '', from: '', by: '', since: '', until: '', mark: '' };

type Findings = { entries: EntryView[]; looked: number; next: number | null };
const page = 100;

export const isSought = (sought: Sought): boolean => Object.values(sought).some((one) => one.trim() !== '');

/** The query that the station is asked; a time that cannot be read is left out, and said to be so by its field. */
export function queryOf(sought: Sought): Record<string, string> {
  const times = { since: readUtc(sought.since), until: readUtc(sought.until) };
  return Object.fromEntries(
    Object.entries({ ...sought, ...times }).flatMap(([name, typed]) =>
      typed === null || typed.trim() === '' ? [] : [[name, typed.trim()]],
    ),
  );
}

/** The first of what is found on a line. */
export const searchQuery = (line: string, sought: Sought) =>
  queryOptions({
    queryKey: ['search', line, sought, 'first'],
    queryFn: ({ signal }) =>
      value<Findings>(
        api.GET('/api/v1/lines/{line}/search', {
          params: { path: { line }, query: { ...queryOf(sought), limit: 20 } as never },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

/** What the station finds, the newest first. It looks at a part of the record at a time: the next part is asked for by `load`. */
export function useSearch(
  line: string,
  sought: Sought | null,
): { entries: EntryView[]; looked: number; more: boolean; loading: boolean; load: () => void; error: unknown } {
  const query = useInfiniteQuery({
    queryKey: ['search', line, sought],
    enabled: sought !== null,
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam, signal }) =>
      await value<Findings>(
        api.GET('/api/v1/lines/{line}/search', {
          params: {
            path: { line },
            query: {
              ...queryOf(sought ?? nothingSought),
              limit: page,
              ...(pageParam === null ? {} : { before: pageParam }),
            } as never,
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Infinity,
    gcTime: 0,
  });
  const entries = useMemo(() => query.data?.pages.flatMap((one) => one.entries) ?? [], [query.data]);
  return {
    entries,
    looked: query.data?.pages.reduce((sum, one) => sum + one.looked, 0) ?? 0,
    more: query.hasNextPage,
    loading: query.isFetching,
    load: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
    error: query.error,
  };
}
