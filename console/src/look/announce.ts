import { useSyncExternalStore } from 'react';

/** What a screen reader is told, each thing once. Nothing that ticks stands in a live region: an age would be read out every second. */
type Told = { polite: string; urgent: string };
let told: Told = { polite: '', urgent: '' };
const listeners = new Set<() => void>();
const tell = (part: Partial<Told>): void => {
  told = { ...told, ...part };
  for (const listener of listeners) listener();
};
/** So long it stands, in milliseconds: who reads the page line by line later does not meet it as if it were new. */
const stands = 3_000;
const ending: Partial<Record<keyof Told, ReturnType<typeof setTimeout>>> = {};

/** Says it once. The same words again are said again: an unseen mark tells them apart. */
export function announce(text: string, urgent = false): void {
  const how = urgent ? 'urgent' : 'polite';
  clearTimeout(ending[how]);
  tell({ [how]: told[how] === text ? `${text}\u00A0` : text });
  ending[how] = setTimeout(() => tell({ [how]: '' }), stands);
}

export const useAnnounced = (): Told =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => told,
    () => told,
  );
