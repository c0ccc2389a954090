import { api, Refused, value } from './client';
import type { Appended, Mark, Officer, Precedence, ProposalView } from './types';

/**
 * One entry as an officer means it. The station checks seat, step and second officer the same way whether it is sent, or proposed for
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

export function requestOf(act: Act, by: Officer) {
  return {
    by, kind: act.kind, body: act.body as never, re: act.re ?? [], ...(act.precedence === undefined ? {} : { precedence: act.precedence }), mark: act.mark ?? null, to: act.to ?? null, lang: act.lang ?? null,
  } as never;
}

export async function sendAct(line: string, act: Act, by: Officer): Promise<Appended> {
  return await value<Appended>(api.POST('/api/v1/lines/{line}/entries', { params: { path: { line } }, body: requestOf(act, by) }));
}

export async function proposeAct(line: string, act: Act, by: Officer): Promise<ProposalView> {
  return await value<ProposalView>(api.POST('/api/v1/lines/{line}/proposals', { params: { path: { line } }, body: requestOf(act, by) }));
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
