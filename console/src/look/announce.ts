import { useSyncExternalStore } from 'react';

/** What a screen reader is told, each thing once. Nothing that ticks stands in a live region: an age would be read out every second. */
type Told = { polite: string; urgent: string };
let told: Told = { polite: '', urgent: '' };
const listeners = new Set<() => void>();

/** Says it once. The same words again are said again: an unseen mark tells them apart. */
export function announce(text: string, urgent = false): void {
  const how = urgent ? 'urgent' : 'polite';
  told = { ...told, [how]: told[how] === text ? `${text}\u00A0` : text };
  for (const listener of listeners) listener();
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
