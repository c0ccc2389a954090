import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { request } from './client';
import { dropSecret, findSecret } from './secret';
import type { Officer } from './types';

export type User = { name: string; seats: string[]; passkeys: number };
/** A passkey that was added since the officer last used the one he signed in with; `address` is where from, where the station still knows. */
export type NewPasskey = { id: string; label: string; created: string; address: string | null };
/** Who sits at this browser. `user` is null while nobody is signed in; `cookieAlone` where a session is, that this tab has no part in. */
export type Session = {
  party: string;
  partyName: string;
  user: User | null;
  seat: string | null;
  until: string | null;
  cookieAlone: boolean;
  newPasskeys: NewPasskey[];
  /** Of this station's card, in words. */
  fingerprint?: string | null;
};
/** The answer that begins a session, with the page's half of it. */
export type Begun = Session & { secret: string };

async function readSession({ client }: { client: QueryClient }): Promise<Session> {
  await findSecret(() => void client.invalidateQueries());
  const session = await request<Session>('GET', '/api/v1/session');
  if (session.user === null) dropSecret();
  return session;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: 60_000,
  refetchInterval: 60_000,
});

export type SignedIn = Session & { user: User };

/**
 * The session that the screens below were drawn for. One that ends is known to be over before the page has left its screens: what is drawn in
 * between, because something else changed, is drawn for who was signed in.
 */
export const DrawnFor = createContext<SignedIn | null>(null);

export function useSession(): SignedIn {
  const now = useQuery(sessionQuery).data;
  const drawnFor = useContext(DrawnFor);
  const session = now !== undefined && isSignedIn(now) ? now : drawnFor;
  if (session === null) throw new Error('only screens of a signed-in officer ask who it is');
  return session;
}

export const isSignedIn = (session: Session): session is SignedIn => session.user !== null;

export function useOfficer(): Officer {
  const session = useSession();
  return { seat: session.seat ?? session.user.seats[0] ?? 'watch', name: session.user.name };
}

/** An alarm is down for the whole station, so that only who is to act on it takes it down. */
export function mayQuiet(seat: string): boolean {
  return seat === 'watch' || seat === 'principal';
}

/** Who decides that a station signs on: the station takes that from these seats alone. */
export function maySignOn(seat: string): boolean {
  return seat === 'watch' || seat === 'principal' || seat === 'administrator';
}
