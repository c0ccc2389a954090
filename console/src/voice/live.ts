import { queryOptions } from '@tanstack/react-query';
import { api, placeOf, value } from '../api/client';
import { sharesOf } from '../api/known';
import type { Officer } from '../api/types';
import type { Tone } from '../look/sound';
import type { CallLive, CallLogs } from './types';

/** The calls of a line that ring or that voice may be on, and by opener how many are left out. The event stream outdates it. */
export const callsQuery = (line: string) =>
  queryOptions({
    queryKey: ['calls', line],
    queryFn: () => sharesOf<CallLive>(api.GET('/api/v1/lines/{line}/calls', { params: { path: { line } } })),
  });

/** One call as it is, or was. */
export const callLive = (line: string, call: string): Promise<CallLive> =>
  value<CallLive>(
    api.GET('/api/v1/lines/{line}/calls/{party}/{seq}', { params: { path: { line, ...placeOf(call) } } }),
  );

/** What each side says of a call: the station's draft of its log, what parties signed, and where they differ. */
export const callLogsQuery = (line: string, call: string) =>
  queryOptions({
    queryKey: ['call-logs', line, call],
    queryFn: () =>
      value<CallLogs>(
        api.GET('/api/v1/lines/{line}/calls/{party}/{seq}/log', { params: { path: { line, ...placeOf(call) } } }),
      ),
    staleTime: 0,
    retry: false,
  });

/** How calls sound at this console now; null where they make no sound. Until when each rings the station says: what is only
 * played never sounds as what is meant. CALL-18 */
export function ringOf(
  calls: readonly Pick<CallLive, 'mark' | 'ringsUntil'>[],
  now: number,
  playedMuted: boolean,
): Tone | null {
  const ringing = calls.filter((call) => call.ringsUntil !== null && Date.parse(call.ringsUntil) > now);
  if (ringing.some((call) => call.mark === 'actual')) return 'actual';
  return ringing.length > 0 && !playedMuted ? 'exercise' : null;
}

/** Where a call stands for this party: it rings here, it can be joined, or it rings at the others. */
export type Standing = 'rings' | 'waits' | 'open' | 'ringing-them';

/** Somebody of another party is in it, and nobody of ours: they wait. */
export function standingOf(call: CallLive, party: string): Standing {
  const ours = call.members.some((member) => partyOf(member.joined) === party);
  if (call.state === 'ringing') return call.opener === party ? 'ringing-them' : 'rings';
  return !ours && call.members.length > 0 ? 'waits' : 'open';
}

/** What an officer does in a call who joins it now: whoever comes first speaks for their party. CALL-15 */
export function partFor(call: Pick<CallLive, 'members'>, party: string, officer: Officer): string {
  if (officer.seat === 'interpreter') return 'interpreter';
  const holder = call.members.find((member) => partyOf(member.joined) === party && member.part === 'speaker');
  return holder === undefined || (holder.by.name === officer.name && holder.by.seat === officer.seat)
    ? 'speaker'
    : 'second officer';
}

export const partyOf = (entry: string): string => entry.slice(0, entry.lastIndexOf('/'));
