import { api, Refused, Unreachable, value } from './client';
import type { Appended, Mark, Officer, Precedence, ProposalView } from './types';

/**
 * One entry as an officer means it. The station checks seat, step and second officer the same way whether it is sent,
 * or proposed for
 * another officer to release.
 */
export type Act = {
  kind: string;
  body: unknown;
  re?: string[];
  precedence?: Precedence;
  /** Left out, the station marks it as what it answers: a step of an exercise stays one. */
  mark?: Mark;
  lang?: string | null;
  to?: string[] | null;
};

export type Done = { sent: Appended } | { proposed: ProposalView };

/** The answer was lost, or the station itself is in doubt: nobody here knows whether it was done. */
export class NotKnown extends Error {
  constructor(
    readonly why: 'lost' | 'other-run' | 'in-doubt',
    override readonly cause: unknown,
  ) {
    super(why);
  }
}

export function requestOf(act: Act, by: Officer) {
  return {
    by,
    kind: act.kind,
    body: act.body as never,
    re: act.re ?? [],
    ...(act.precedence === undefined ? {} : { precedence: act.precedence }),
    mark: act.mark ?? null,
    to: act.to ?? null,
    lang: act.lang ?? null,
  } as never;
}

/** Which run of the station this page speaks to, as its view says. */
let run: string | null = null;
export function rememberRun(startedAt: string): void {
  run = startedAt;
}

export type Attempt = { key: string; run: string | null; again: boolean };
/** What was sent and not answered, by what it is: the same again goes under the same key, and is done once. In memory: it may be off the record. */
const lost = new Map<string, Attempt>();
/** Lost answers that are remembered at most. */
const mostLost = 100;

export const headersOf = ({ key, run: first, again }: Attempt): Record<string, string> => ({
  'Idempotency-Key': key,
  ...(again && first !== null ? { 'Parley-Run': first } : {}),
});

/** True for an answer that says that nothing was done; everything else leaves that open. */
const wasRefused = (e: unknown): e is Refused => e instanceof Refused && e.status >= 400 && e.status < 500;
/** Refusals of the station that failed before it recorded anything. */
const nothingRecorded = ['store-fault', 'station-faulted', 'stopping', 'catching-up', 'read-only', 'no-room'];

/** Sends what is not to be done twice. Where the answer is lost, that is said, and the same again is the same act. */
export async function once<T>(what: unknown, send: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  const name = JSON.stringify(what);
  const before = lost.get(name);
  const attempt: Attempt =
    before === undefined
      ? { key: crypto.randomUUID().replaceAll('-', ''), run, again: false }
      : { ...before, again: true };
  lost.delete(name);
  if (lost.size >= mostLost) lost.delete(lost.keys().next().value ?? '');
  lost.set(name, attempt);
  try {
    const answer = await send(headersOf(attempt));
    if (answer === null || answer === undefined) throw new Unreachable('the answer is empty');
    lost.delete(name);
    return answer;
  } catch (e) {
    if ((wasRefused(e) && e.code !== 'other-run') || (e instanceof DOMException && e.name === 'AbortError')) {
      lost.delete(name);
      throw e;
    }
    if (e instanceof Refused && nothingRecorded.includes(e.code)) {
      lost.delete(name);
      throw e;
    }
    // From here on nobody knows. After another run, or a doubt of the station's own, only the record tells: the next
    // try is a new act.
    if (e instanceof Refused && (e.code === 'other-run' || e.code === 'in-doubt')) {
      lost.delete(name);
      throw new NotKnown(e.code, e);
    }
    throw new NotKnown('lost', e);
  }
}

export async function sendAct(line: string, act: Act, by: Officer): Promise<Appended> {
  const body = requestOf(act, by);
  return await once(['send', line, body], (headers) =>
    value<Appended>(api.POST('/api/v1/lines/{line}/entries', { params: { path: { line } }, body, headers })),
  );
}

export async function proposeAct(line: string, act: Act, by: Officer): Promise<ProposalView> {
  const body = requestOf(act, by);
  return await once(['propose', line, body], (headers) =>
    value<ProposalView>(api.POST('/api/v1/lines/{line}/proposals', { params: { path: { line } }, body, headers })),
  );
}

/** Sends it; where the line's policy wants a second officer, proposes it instead. */
export async function sendOrPropose(line: string, act: Act, by: Officer): Promise<Done> {
  try {
    return { sent: await sendAct(line, act, by) };
  } catch (e) {
    if (e instanceof Refused && e.code === 'two-officers') return { proposed: await proposeAct(line, act, by) };
    throw e;
  }
}
