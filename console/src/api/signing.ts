import type { QueryClient } from '@tanstack/react-query';
import { Refused, request } from './client';
import { keepSecret } from './secret';
import { sessionQuery, type Begun } from './session';

// The WebAuthn JSON forms (WebAuthn Level 3 §5.1.8, §5.1.9, §5.4) as the browser itself reads and writes them.
type Options = { options: never };

async function assertion(path: string): Promise<unknown> {
  const { options } = await request<Options>('POST', path, {});
  const credential = (await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
  })) as PublicKeyCredential | null;
  if (credential === null) throw new DOMException('no passkey was chosen', 'NotAllowedError');
  return credential.toJSON();
}

/** From now on this page's requests bring its half of the session. */
function begin(queries: QueryClient, { secret, ...session }: Begun): void {
  keepSecret(secret);
  queries.setQueryData(sessionQuery.queryKey, session);
  void queries.invalidateQueries({
    predicate: (query) => query.queryKey[0] !== 'link' && query.queryKey[0] !== 'session',
  });
}

export async function signInWithPasskey(queries: QueryClient): Promise<void> {
  const credential = await assertion('/api/v1/session/sign-in/options');
  begin(queries, await request<Begun>('POST', '/api/v1/session/sign-in', { credential }));
}

/** Whom a link is for: it is looked at, and not spent. */
export type Link = { name: string; seats: string[]; until: string };
export const lookAtLink = (token: string): Promise<Link> =>
  request<Link>('POST', '/api/v1/session/link/look', { token });

export async function signInWithLink(queries: QueryClient, token: string): Promise<void> {
  begin(queries, await request<Begun>('POST', '/api/v1/session/link', { token }));
}

/** Passkeys change only for who is there: where the station wants it, one of them is shown again first. */
export async function confirmed<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (e) {
    if (!(e instanceof Refused && e.code === 'passkey-wanted')) throw e;
    await request('POST', '/api/v1/session/confirm', {
      credential: await assertion('/api/v1/session/confirm/options'),
    });
    return await act();
  }
}

export async function registerPasskey(queries: QueryClient, label: string): Promise<void> {
  const { options } = await confirmed(() => request<Options>('POST', '/api/v1/session/passkeys/options', {}));
  const credential = (await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
  })) as PublicKeyCredential | null;
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
  keepSecret('');
  queries.clear();
  location.assign('/');
}
