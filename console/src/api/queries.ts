import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { api, placeOf, text, value } from './client';
import type {
  AlarmView, ChronologyView, DraftView, EntryDetail, ForkView, ItemView, LineDetail, LineStatus, LineSummary, OffRecordMessage, ProposalView, Receipts, RefusalView, RefusedProposal, StationView,
  TrafficView, WatchView,
} from './types';

// Keys begin with what it is, then the line: the event stream outdates them by these two (live.ts). Times are only for what no
// event tells: that a time has passed, when a peer was last heard.

export const stationQuery = queryOptions({ queryKey: ['station'], queryFn: () => value<StationView>(api.GET('/api/v1/station')), refetchInterval: 15_000 });
export const linesQuery = queryOptions({ queryKey: ['lines'], queryFn: () => value<LineSummary[]>(api.GET('/api/v1/lines')), refetchInterval: 30_000 });

export const lineQuery = (line: string) => queryOptions({
  queryKey: ['line', line], queryFn: () => value<LineDetail>(api.GET('/api/v1/lines/{line}', { params: { path: { line } } })), staleTime: 60_000,
});
export const statusQuery = (line: string) => queryOptions({
  queryKey: ['status', line], queryFn: () => value<LineStatus>(api.GET('/api/v1/lines/{line}/status', { params: { path: { line } } })), refetchInterval: 4_000,
});
export const trafficQuery = (line: string) => queryOptions({
  queryKey: ['traffic', line], queryFn: () => value<TrafficView>(api.GET('/api/v1/lines/{line}/traffic', { params: { path: { line } } })), refetchInterval: 15_000,
});
export const watchQuery = (line: string) => queryOptions({
  queryKey: ['watch', line], queryFn: () => value<WatchView[]>(api.GET('/api/v1/lines/{line}/watch', { params: { path: { line } } })),
});
export const chronologyQuery = (line: string, at: string | null, office: string, exercise: boolean | null = null) => queryOptions({
  queryKey: ['chronology', line, at, office, exercise],
  queryFn: () => value<ChronologyView>(api.GET('/api/v1/lines/{line}/chronology', {
    params: { path: { line }, query: { ...(at === null ? {} : { at }), ...(office === '' ? {} : { with: office }), ...(exercise === null ? {} : { exercise }) } },
  })),
});
export const entryQuery = (line: string, entry: string) => queryOptions({
  queryKey: ['entry', line, entry], queryFn: () => value<EntryDetail>(api.GET('/api/v1/lines/{line}/entries/{party}/{seq}', { params: { path: { line, ...placeOf(entry) } } })),
});
export const receiptsQuery = (line: string, entry: string) => queryOptions({
  queryKey: ['receipts', line, entry],
  queryFn: () => value<Receipts>(api.GET('/api/v1/lines/{line}/entries/{party}/{seq}/receipts', { params: { path: { line, ...placeOf(entry) } } })),
});
export const itemQuery = (line: string, entry: string) => queryOptions({
  queryKey: ['item', line, entry], queryFn: () => value<ItemView>(api.GET('/api/v1/lines/{line}/items/{party}/{seq}', { params: { path: { line, ...placeOf(entry) } } })), retry: false,
});
export const proofQuery = (line: string, entry: string) => queryOptions({
  queryKey: ['entry', line, entry, 'proof'], queryFn: () => text(`/api/v1/lines/${line}/entries/${entry}/proof`), retry: false,
});
export const forksQuery = (line: string) => queryOptions({
  queryKey: ['forks', line], queryFn: () => value<ForkView[]>(api.GET('/api/v1/lines/{line}/forks', { params: { path: { line } } })),
});
export const offRecordQuery = (line: string) => queryOptions({
  queryKey: ['off-record', line], queryFn: () => value<OffRecordMessage[]>(api.GET('/api/v1/lines/{line}/off-record', { params: { path: { line } } })), refetchInterval: 3_000,
});
export const refusalsQuery = queryOptions({ queryKey: ['refusals'], queryFn: () => value<RefusalView[]>(api.GET('/api/v1/refusals')) });
export const alarmsQuery = queryOptions({ queryKey: ['alarms'], queryFn: () => value<AlarmView[]>(api.GET('/api/v1/alarms')), refetchInterval: 5_000 });
export const proposalsQuery = queryOptions({ queryKey: ['proposals'], queryFn: () => value<ProposalView[]>(api.GET('/api/v1/proposals')), refetchInterval: 3_000 });
export const refusedQuery = queryOptions({ queryKey: ['proposals', 'refused'], queryFn: () => value<RefusedProposal[]>(api.GET('/api/v1/proposals/refused')), refetchInterval: 10_000 });
export const draftsQuery = queryOptions({ queryKey: ['drafts'], queryFn: () => value<DraftView[]>(api.GET('/api/v1/drafts')) });

export const useLines = (): LineSummary[] => useQuery(linesQuery).data ?? [];

/** What stands on every line, by line. */
export function useEveryTraffic(lines: LineSummary[]): Map<string, TrafficView> {
  return useQueries({
    queries: lines.map(line => trafficQuery(line.line)),
    combine: results => new Map(results.flatMap(result => (result.data === undefined ? [] : [[result.data.line, result.data] as const]))),
  });
}

export function useEveryStatus(lines: LineSummary[]): Map<string, LineStatus> {
  return useQueries({
    queries: lines.map(line => statusQuery(line.line)),
    combine: results => new Map(results.flatMap(result => (result.data === undefined ? [] : [[result.data.line, result.data] as const]))),
  });
}
