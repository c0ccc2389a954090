import createClient from 'openapi-fetch';
import { listOf, membersOf } from '../look/body';
import type { paths } from './schema';
import { secretHeader } from './secret';

/** What the station refused, with its stable code (RFC 9457 problem details). */
export class Refused extends Error {
  constructor(
    readonly code: string,
    reason: string,
    readonly status: number,
    readonly retryAfter: number | null = null,
    /** Entries that a plan conflicts with and that its author has not shown to know. */
    readonly conflicts: readonly string[] = [],
  ) {
    super(reason);
  }
}

/** No answer at all: the station is not there, or the network is not. */
export class Unreachable extends Error {}

async function send(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(secretHeader())) request.headers.set(name, value);
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new Unreachable(String(e));
  }
  if (answer.ok) return answer;
  throw refusedOf(
    answer.status,
    answer.statusText,
    await answer.json().catch(() => ({})),
    answer.headers.get('Retry-After'),
  );
}

/** What an answer that is no success says. */
export function refusedOf(status: number, statusText: string, answer: unknown, retryAfter: string | null): Refused {
  const problem = (answer ?? {}) as {
    code?: string;
    title?: string;
    detail?: string;
    conflicts?: unknown;
  };
  const wait = Number(retryAfter ?? Number.NaN);
  return new Refused(
    problem.code ?? `http-${status}`,
    problem.title ?? problem.detail ?? statusText,
    status,
    Number.isFinite(wait) ? wait : null,
    listOf(problem.conflicts).flatMap((one) => {
      const entry = membersOf(one)?.['second'];
      return typeof entry === 'string' ? [entry] : [];
    }),
  );
}

/** The station's own origin; every path and request shape is checked against its description. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  fetch: send,
});

/** The answer's value as the type that ./types tells for it. Refusals have become exceptions by now. */
export async function value<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  return (await answer).data as T;
}

/** For what the description does not hold. */
export async function request<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const answer = await send(
    new Request(new URL(path, location.origin), {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export async function text(path: string): Promise<string> {
  return await (await answerOf(path)).text();
}

/** Pages that are asked for of one list: a station that names a next page for ever does not keep an officer waiting for ever. */
const mostPages = 64;

/** Every page of an answer that comes in pages: the header Parley-Next is what the next one is asked for with. */
export async function pagesOf<T>(path: string): Promise<T[]> {
  const pages: T[] = [];
  for (let after: string | null = ''; after !== null;) {
    if (pages.length === mostPages) throw new Error('the answer has more pages than can be shown');
    const answer = await answerOf(
      after === '' ? path : `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`,
    );
    pages.push((await answer.json()) as T);
    after = answer.headers.get('Parley-Next');
  }
  return pages;
}

/** What the station answers, for who reads it piece by piece. */
export async function answerOf(path: string): Promise<Response> {
  return await send(new Request(new URL(path, location.origin)));
}

/** A body's bytes, for checking them here. */
export async function bytes(path: string): Promise<ArrayBuffer> {
  return await (await answerOf(path)).arrayBuffer();
}

/** Some bytes of a file that the station serves, and the tag of the file that they are of. */
export async function rangeOf(
  path: string,
  offset: number,
  length: number,
  signal: AbortSignal | null,
): Promise<{ content: ArrayBuffer; tag: string | null }> {
  const answer = await send(
    new Request(new URL(path, location.origin), {
      headers: { Range: `bytes=${offset}-${offset + length - 1}` },
      signal,
      cache: 'no-store',
    }),
  );
  const content = await answer.arrayBuffer();
  // Whoever passes the range over gives the whole file.
  return {
    content: answer.status === 206 ? content : content.slice(offset, offset + length),
    tag: answer.headers.get('ETag'),
  };
}

/** A body as a file, under the name that the station made safe: the browser puts what is large on its disk, and runs nothing of it. */
export async function file(path: string): Promise<{ name: string | null; content: Blob }> {
  const answer = await answerOf(path);
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
  const content = await answer.blob();
  return {
    name: name === undefined ? null : decodeURIComponent(name),
    content: content.slice(0, content.size, 'application/octet-stream'),
  };
}

/** The party and number that an entry id is made of, as paths want them. */
export function placeOf(entry: string): { party: string; seq: string } {
  const slash = entry.lastIndexOf('/');
  return { party: entry.slice(0, slash), seq: entry.slice(slash + 1) };
}
