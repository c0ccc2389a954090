import { queryOptions, useQuery } from '@tanstack/react-query';
import { rememberCsrf, request } from '../api/client';
import type { Officer } from '../api/types';

export type User = { name: string; seats: string[]; passkeys: number };
/** Who sits at this browser. `user` is null while nobody is signed in. */
export type Session = { party: string; partyName: string; user: User | null; seat: string | null; until: string | null; csrf: string };

async function readSession(): Promise<Session> {
  const session = await request<Session>('GET', '/api/v1/session');
  rememberCsrf(session.csrf);
  return session;
}

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: readSession, staleTime: 60_000, refetchInterval: 60_000 });

export type SignedIn = Session & { user: User };

export function useSession(): SignedIn {
  const session = useQuery(sessionQuery).data;
  if (session === undefined || session.user === null) throw new Error('only screens of a signed-in officer ask who it is');
  return session as SignedIn;
}

export function useOfficer(): Officer {
  const session = useSession();
  return { seat: session.seat ?? session.user.seats[0] ?? 'watch', name: session.user.name };
}

/** Draws on Parley.Traffic's Seats: what is not for this seat is not offered. The station decides. */
const writers: Record<string, readonly string[]> = {
  'message.sent': ['watch', 'principal', 'planner', 'administrator'],
  'message.acknowledged': ['watch', 'principal', 'interpreter', 'spokesperson', 'planner', 'administrator'],
  'message.passed_on': ['watch', 'principal', 'interpreter', 'spokesperson', 'planner', 'administrator'],
  'message.translated': ['interpreter', 'watch'],
  'readout.released': ['spokesperson', 'principal'],
  'readout.agreed': ['principal', 'watch'],
  'statement.released': ['spokesperson', 'principal'],
  'party.admitted': ['administrator', 'principal'],
  'line.suspended': ['principal', 'administrator'],
  'line.resumed': ['principal', 'administrator'],
};
const families: Record<string, readonly string[]> = {
  notice: ['watch', 'planner', 'principal'], blind: ['planner', 'watch', 'principal'], test: ['watch'], watch: ['watch'], claim: ['spokesperson', 'principal', 'watch'],
};

/** An alarm is down for the whole station, so that only who is to act on it takes it down. */
export function mayQuiet(seat: string): boolean {
  return seat === 'watch' || seat === 'principal';
}

export function mayWrite(seat: string, kind: string): boolean {
  return (writers[kind] ?? families[kind.split('.')[0] ?? ''] ?? ['watch', 'principal']).includes(seat);
}
