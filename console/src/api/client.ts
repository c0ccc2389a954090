import createClient from 'openapi-fetch';
import type { paths } from './schema';

/** What the station refused, with its stable code (RFC 9457 problem details). */
export class Refused extends Error {
  constructor(readonly code: string, reason: string, readonly status: number, readonly retryAfter: number | null = null) {
    super(reason);
  }
}

/** No answer at all: the station is not there, or the network is not. */
export class Unreachable extends Error {}

let csrf = '';

/** The value that a session's unsafe requests carry; the session tells it. */
export function rememberCsrf(value: string): void {
  csrf = value;
}

const csrfName = 'X-Parley-Csrf';

/** The header, and its value, for what is not sent by the functions here. */
export const csrfHeader = (): readonly [string, string] => [csrfName, csrf];

async function send(request: Request): Promise<Response> {
  if (csrf !== '' && request.method !== 'GET' && request.method !== 'HEAD') request.headers.set(csrfName, csrf);
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new Unreachable(String(e));
  }
  if (answer.ok) return answer;
  throw refusedOf(answer.status, answer.statusText, await answer.json().catch(() => ({})), answer.headers.get('Retry-After'));
}

/** What an answer that is no success says. */
export function refusedOf(status: number, statusText: string, answer: unknown, retryAfter: string | null): Refused {
  const problem = (answer ?? {}) as { code?: string; title?: string; detail?: string };
  const wait = Number(retryAfter ?? Number.NaN);
  return new Refused(problem.code ?? `http-${status}`, problem.title ?? problem.detail ?? statusText, status, Number.isFinite(wait) ? wait : null);
}

/** The station's own origin; every path and request shape is checked against its description. */
export const api = createClient<paths>({ baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin, fetch: send });

/** The answer's value as the type that ./types tells for it. Refusals have become exceptions by now. */
export async function value<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  return (await answer).data as T;
}

/** For what the description does not hold. */
export async function request<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const answer = await send(new Request(new URL(path, location.origin), {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  }));
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export async function text(path: string): Promise<string> {
  return await (await send(new Request(new URL(path, location.origin)))).text();
}

/** A body's bytes, for checking them here. */
export async function bytes(path: string): Promise<ArrayBuffer> {
  return await (await send(new Request(new URL(path, location.origin)))).arrayBuffer();
}

/** The party and number that an entry id is made of, as paths want them. */
export function placeOf(entry: string): { party: string; seq: string } {
  const slash = entry.lastIndexOf('/');
  return { party: entry.slice(0, slash), seq: entry.slice(slash + 1) };
}
