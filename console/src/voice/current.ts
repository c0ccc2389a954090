import { useSyncExternalStore } from 'react';
import { sendAct } from '../api/acts';
import type { Mark, Officer } from '../api/types';
import { before, CallSession } from './session';

/** The call that this page is in; one at a time. */
let current: CallSession | null = null;
let version = 0;
const listeners = new Set<() => void>();
const tell = (): void => {
  version++;
  for (const listener of listeners) listener();
};

export function join(line: string, call: string, officer: Officer, part = 'speaker'): void {
  if (current !== null && !current.ended) return;
  current = new CallSession(line, call, officer, part);
  current.subscribe(tell);
  void current.start();
  tell();
}

/** Opens a call to the other watch, and is in it at once. */
export async function callTheirWatch(line: string, mark: Mark, officer: Officer): Promise<void> {
  const { id } = await sendAct(line, { kind: 'call.opened', body: {}, mark }, officer);
  join(line, id, officer);
}

/** After a reload: the call that this tab was in goes on. */
export function goOn(officer: Officer): void {
  const was = before();
  if (was === null || current !== null) return;
  current = new CallSession(was.line, was.call, officer, was.part);
  current.subscribe(tell);
  void current.start(was);
  tell();
}

export function forget(): void {
  current = null;
  tell();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useCurrent(): CallSession | null {
  useSyncExternalStore(
    subscribe,
    () => version,
    () => version,
  );
  return current;
}

/** For who measures what is heard in this page. */
export const currentCall = (): CallSession | null => current;
