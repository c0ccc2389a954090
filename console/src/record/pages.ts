import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTail } from '../api/live';
import { pagesOf } from '../api/tail';
import type { EntryView, RecordPage } from '../api/types';

export type Order = 'newest' | 'oldest';
const page = 500;

/** Entries in the order asked for, a page at a time as they are scrolled to; what arrives meanwhile is added at its end. */
export function useRecord(
  line: string,
  order: Order,
): { entries: EntryView[]; more: boolean; loading: boolean; load: () => void; error: unknown } {
  const read = pagesOf(line);
  const tail = useTail(line).entries;
  const query = useInfiniteQuery({
    queryKey: ['record', line, order],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }): Promise<RecordPage> =>
      read(order === 'oldest' ? { after: pageParam ?? 0 } : { before: pageParam }, page),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Infinity, // what is on the record does not change; seals come from the event stream
  });
  const entries = useMemo(() => {
    const loaded = query.data?.pages.flatMap((one) => one.entries) ?? [];
    if (loaded.length === 0) return [...(order === 'newest' ? tail.toReversed() : [])];
    const live = new Map(tail.map((entry) => [entry.id, entry]));
    const known = loaded.map((entry) => live.get(entry.id) ?? entry);
    if (order === 'newest') {
      const newest = loaded[0]?.arrival ?? 0;
      return [...tail.filter((entry) => entry.arrival > newest).reverse(), ...known];
    }
    const last = loaded.at(-1)?.arrival ?? 0;
    return query.hasNextPage ? known : [...known, ...tail.filter((entry) => entry.arrival > last)];
  }, [query.data, query.hasNextPage, tail, order]);
  return {
    entries,
    more: query.hasNextPage,
    loading: query.isFetching,
    load: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
    error: query.error,
  };
}
