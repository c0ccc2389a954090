import type { Mark, Precedence } from '../api/types';

/** What is to be written: an answer to an entry, or something new; what is not said stays as the officer left it. */
export type Wanted = { line: string; re?: string; precedence?: Precedence; mark?: Mark };

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
