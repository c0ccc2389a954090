import type { QueryClient } from '@tanstack/react-query';
import { request } from '../api/client';
import { sessionQuery, type Session } from './session';

// The WebAuthn JSON forms (WebAuthn Level 3 §5.1.8, §5.1.9, §5.4) as the browser itself reads and writes them.
type Options = { options: never };

export async function signInWithPasskey(queries: QueryClient): Promise<void> {
  const { options } = await request<Options>('POST', '/api/v1/session/sign-in/options', {});
  const credential = (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })) as PublicKeyCredential | null;
  if (credential === null) return;
  await request<Session>('POST', '/api/v1/session/sign-in', { credential: credential.toJSON() });
  await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export async function registerPasskey(queries: QueryClient, label: string): Promise<void> {
  const { options } = await request<Options>('POST', '/api/v1/session/passkeys/options', {});
  const credential = (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })) as PublicKeyCredential | null;
  if (credential === null) return;
  await request('POST', '/api/v1/session/passkeys', { credential: credential.toJSON(), label });
  await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export async function takeSeat(queries: QueryClient, seat: string): Promise<void> {
  await request('POST', '/api/v1/session/seat', { seat });
  await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export async function endSession(queries: QueryClient): Promise<void> {
  await request('POST', '/api/v1/session/end', {});
  queries.clear();
  location.assign('/');
}
