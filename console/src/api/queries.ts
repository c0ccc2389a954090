import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { stands } from '../look/alarms';
import { rememberRun } from './acts';
import { api, placeOf, text, value } from './client';
import { listed, shaped, useKnown, useKnownOfEach, type Known, type KnownOfEach } from './known';
import type {
  AlarmView,
  ChronologyView,
  ConsoleView,
  DraftView,
  EntryDetail,
  ForkView,
  ItemView,
  LineDetail,
  LineStatus,
  LineSummary,
  OffRecordMessage,
  PresenceView,
  ProposalView,
  Receipts,
  RefusalView,
  RefusedProposal,
  ReliefView,
  StationView,
  TrafficView,
  WatchView,
} from './types';

// Keys begin with what it is, then the line: the event stream outdates them by these two (live.ts). Times are only for
// what no
// event tells: that a time has passed, when a peer was last heard.

export const stationQuery = queryOptions({
  queryKey: ['station'],
  queryFn: async () => {
    const station = await shaped(value<StationView>(api.GET('/api/v1/station')));
    rememberRun(station.startedAt);
    return station;
  },
  refetchInterval: 15_000,
});
export const linesQuery = queryOptions({
  queryKey: ['lines'],
  queryFn: () => listed(value<LineSummary[]>(api.GET('/api/v1/lines'))),
  refetchInterval: 30_000,
});

export const lineQuery = (line: string) =>
  queryOptions({
    queryKey: ['line', line],
    queryFn: () =>
      shaped(value<LineDetail>(api.GET('/api/v1/lines/{line}', { params: { path: { line } } })), 'parties'),
    staleTime: 60_000,
  });
export const statusQuery = (line: string) =>
  queryOptions({
    queryKey: ['status', line],
    queryFn: () =>
      shaped(
        value<LineStatus>(api.GET('/api/v1/lines/{line}/status', { params: { path: { line } } })),
        'peers',
        'suspensions',
      ),
    refetchInterval: 4_000,
  });
/** Every page of what is open on a line, as one. */
async function wholeTraffic(line: string): Promise<TrafficView> {
  const page = (after?: string) =>
    shaped(
      value<TrafficView>(
        api.GET('/api/v1/lines/{line}/traffic', {
          params: { path: { line }, query: after === undefined ? {} : { after } },
        }),
      ),
      'open',
      'waiting',
      'conditions',
      'flags',
    );
  const first = await page();
  const open = [...first.open];
  for (let next = first.next; next != null;) {
    const more = await page(next);
    open.push(...more.open);
    next = more.next;
  }
  return { ...first, open, next: null };
}
export const trafficQuery = (line: string) =>
  queryOptions({
    queryKey: ['traffic', line],
    queryFn: () => wholeTraffic(line),
    refetchInterval: 15_000,
  });
export const watchQuery = (line: string) =>
  queryOptions({
    queryKey: ['watch', line],
    queryFn: () => listed(value<WatchView[]>(api.GET('/api/v1/lines/{line}/watch', { params: { path: { line } } }))),
  });
export const chronologyQuery = (line: string, at: string | null, office: string, exercise: boolean | null = null) =>
  queryOptions({
    queryKey: ['chronology', line, at, office, exercise],
    queryFn: () =>
      shaped(
        value<ChronologyView>(
          api.GET('/api/v1/lines/{line}/chronology', {
            params: {
              path: { line },
              query: {
                ...(at === null ? {} : { at }),
                ...(office === '' ? {} : { with: office }),
                ...(exercise === null ? {} : { exercise }),
              },
            },
          }),
        ),
        'attempts',
        'contacts',
        'readouts',
        'silences',
      ),
  });
export const entryQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['entry', line, entry],
    queryFn: () =>
      shaped(
        value<EntryDetail>(
          api.GET('/api/v1/lines/{line}/entries/{party}/{seq}', { params: { path: { line, ...placeOf(entry) } } }),
        ),
        're',
        'cosignatures',
      ),
  });
export const receiptsQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['receipts', line, entry],
    queryFn: () =>
      shaped(
        value<Receipts>(
          api.GET('/api/v1/lines/{line}/entries/{party}/{seq}/receipts', {
            params: { path: { line, ...placeOf(entry) } },
          }),
        ),
        'read',
        'translated',
        'passedOn',
        'answered',
      ),
  });
export const itemQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['item', line, entry],
    queryFn: () =>
      shaped(
        value<ItemView>(
          api.GET('/api/v1/lines/{line}/items/{party}/{seq}', { params: { path: { line, ...placeOf(entry) } } }),
        ),
        'entries',
      ),
    retry: false,
  });
export const proofQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['entry', line, entry, 'proof'],
    queryFn: () => text(`/api/v1/lines/${line}/entries/${entry}/proof`),
    retry: false,
  });
export const forksQuery = (line: string) =>
  queryOptions({
    queryKey: ['forks', line],
    queryFn: () => listed(value<ForkView[]>(api.GET('/api/v1/lines/{line}/forks', { params: { path: { line } } }))),
  });
export const offRecordQuery = (line: string) =>
  queryOptions({
    queryKey: ['off-record', line],
    queryFn: () =>
      listed(value<OffRecordMessage[]>(api.GET('/api/v1/lines/{line}/off-record', { params: { path: { line } } }))),
    refetchInterval: 3_000,
  });
export const refusalsQuery = queryOptions({
  queryKey: ['refusals'],
  queryFn: () => listed(value<RefusalView[]>(api.GET('/api/v1/refusals'))),
});
/** What stands on every screen: also what somebody took the sound from, while it waits for this party's word. */
export const alarmsQuery = queryOptions({
  queryKey: ['alarms'],
  queryFn: async () =>
    (await listed(value<AlarmView[]>(api.GET('/api/v1/alarms', { params: { query: { quiet: true } } })))).filter(
      stands,
    ),
  refetchInterval: 5_000,
});
export const presenceQuery = queryOptions({
  queryKey: ['presence'],
  queryFn: () => listed(value<PresenceView[]>(api.GET('/api/v1/presence'))),
  refetchInterval: 4_000,
});
export const proposalsQuery = queryOptions({
  queryKey: ['proposals'],
  queryFn: () => listed(value<ProposalView[]>(api.GET('/api/v1/proposals'))),
  refetchInterval: 3_000,
});
export const refusedQuery = queryOptions({
  queryKey: ['proposals', 'refused'],
  queryFn: () => listed(value<RefusedProposal[]>(api.GET('/api/v1/proposals/refused'))),
  refetchInterval: 10_000,
});
/** What the operator decided about the console. */
export const consoleQuery = queryOptions({
  queryKey: ['console'],
  queryFn: () => shaped(value<ConsoleView>(api.GET('/api/v1/console'))),
  staleTime: 600_000,
});
/** Who can take the watch. */
export const reliefQuery = queryOptions({
  queryKey: ['relief'],
  queryFn: () => listed(value<ReliefView[]>(api.GET('/api/v1/users/relief'))),
  staleTime: 60_000,
});
export const draftsQuery = queryOptions({
  queryKey: ['drafts'],
  queryFn: () => listed(value<DraftView[]>(api.GET('/api/v1/drafts'))),
});

/** Items with each that is shortened in the list as it is at its own address, once that is here: what is written about it goes by the whole. */
export function useWhole(line: string, items: ItemView[]): ItemView[] {
  const cut = items.filter((item) => item.cut === true);
  const whole = useQueries({
    queries: cut.map((item) => itemQuery(line, item.entry)),
    combine: (results) =>
      new Map(results.flatMap((result) => (result.data === undefined ? [] : [[result.data.entry, result.data]]))),
  });
  return items.map((item) => (item.cut === true ? (whole.get(item.entry) ?? item) : item));
}

export const useLines = (): LineSummary[] => useQuery(linesQuery).data ?? [];

export const useKnownLines = (): Known<LineSummary[]> => useKnown(linesQuery);

/** What stands on every line, by line. */
export const useEveryTraffic = (lines: readonly LineSummary[]): KnownOfEach<TrafficView> =>
  useKnownOfEach(lines, trafficQuery);
export const useEveryStatus = (lines: readonly LineSummary[]): KnownOfEach<LineStatus> =>
  useKnownOfEach(lines, statusQuery);
