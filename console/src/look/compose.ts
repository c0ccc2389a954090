import type { Mark, Precedence } from '../api/types';
import { precedences } from './Chips';

/** What is to be written: an answer to an entry, or something new; what is not said stays as the officer left it. */
export type Wanted = { line: string; re?: string; precedence?: Precedence; mark?: Mark };

/** What an answer is offered with: it is as pressing as what it answers, until its officer says otherwise. */
export const answerTo = (entry: { line: string; id: string; precedence: Precedence }): Wanted => ({
  line: entry.line,
  re: entry.id,
  precedence: entry.precedence,
});

const rank = (one: Precedence): number => precedences.indexOf(one);

/** The more pressing of two. */
export const morePressing = (one: Precedence, other: Precedence): Precedence => (rank(one) < rank(other) ? other : one);

type Written = {
  text: string;
  precedence: Precedence;
  mark: Mark | null;
  record: 'on' | 'off' | null;
  re?: string | null;
};

/** What stands in the composer once it has taken up what is wanted. What is written already is made no less pressing by it. */
export function takenUp<Draft extends Written>(draft: Draft, asked: Wanted): Draft {
  const begun = draft.text !== '';
  return {
    ...draft,
    ...(asked.re === undefined ? {} : { re: asked.re, record: draft.record ?? 'on' }),
    ...(asked.precedence === undefined || (begun && rank(asked.precedence) <= rank(draft.precedence))
      ? {}
      : { precedence: asked.precedence }),
    ...(asked.mark === undefined ? {} : { mark: asked.mark }),
  };
}

let wanted: Wanted | null = null;
const listeners = new Set<() => void>();

/** Asks the composer of a line to take it up: at once where it is shown, else when it is. */
export function compose(what: Wanted): void {
  wanted = what;
  for (const listener of listeners) listener();
}

/** What is asked of a line's composer; asked once. */
export function takeWanted(line: string): Wanted | null {
  if (wanted?.line !== line) return null;
  const taken = wanted;
  wanted = null;
  return taken;
}

export function onWanted(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
