import { queryOptions } from '@tanstack/react-query';
import { api, placeOf, value } from '../api/client';
import { listed } from '../api/known';
import type { CallLive } from './types';

/** The calls of a line that ring or that voice may be on. The event stream outdates it. */
export const callsQuery = (line: string) =>
  queryOptions({
    queryKey: ['calls', line],
    queryFn: () => listed(value<CallLive[]>(api.GET('/api/v1/lines/{line}/calls', { params: { path: { line } } }))),
  });

/** One call as it is, or was: what the station saw of it. */
export const liveCallQuery = (line: string, call: string) =>
  queryOptions({
    queryKey: ['live-call', line, call],
    queryFn: () =>
      value<CallLive>(
        api.GET('/api/v1/lines/{line}/calls/{party}/{seq}', { params: { path: { line, ...placeOf(call) } } }),
      ),
    staleTime: 0,
    retry: false,
  });

/** Where a call stands for this party: it rings here, it can be joined, or it rings at the others. */
export type Standing = 'rings' | 'waits' | 'open' | 'ringing-them';

/** Somebody of another party is in it, and nobody of ours: they wait. */
export function standingOf(call: CallLive, party: string): Standing {
  const ours = call.members.some((member) => partyOf(member.joined) === party);
  if (call.state === 'ringing') return call.opener === party ? 'ringing-them' : 'rings';
  return !ours && call.members.length > 0 ? 'waits' : 'open';
}

export const partyOf = (entry: string): string => entry.slice(0, entry.lastIndexOf('/'));
