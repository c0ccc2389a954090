import { useSyncExternalStore } from 'react';

/** Where the tour is; null while there is none. */
let at: number | null = null;
const listeners = new Set<() => void>();

export function setTour(next: number | null): void {
  at = next;
  for (const listener of listeners) listener();
}
export const startTour = (): void => setTour(0);

export const useTour = (): number | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => at,
    () => at,
  );

/** What is shown, in this order: the screen, the part of it, and what is said of it. A part that is not there is told of without being pointed at. */
export const stops = [
  { id: 'state', screen: 'watch', part: '[data-tour=state]' },
  { id: 'alarms', screen: 'watch', part: '[data-tour=alarms]' },
  { id: 'lines', screen: 'watch', part: '[data-tour=lines]' },
  { id: 'traffic', screen: 'watch', part: '[data-tour=traffic]' },
  { id: 'write', screen: 'watch', part: '[data-tour=write]' },
  { id: 'duty', screen: 'watch', part: '[data-tour=duty]' },
  { id: 'map', screen: 'map', part: '[data-tour=main]' },
  { id: 'record', screen: 'record', part: '[data-tour=main]' },
  { id: 'practise', screen: 'watch', part: '[data-tour=write]' },
] as const;
