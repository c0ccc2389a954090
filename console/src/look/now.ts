import { useSyncExternalStore } from 'react';
import { clock } from './clock';

// One clock for the page, the station's: every age on the screen moves together.
const subscribers = new Set<() => void>();
let now = clock.now();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  now = clock.now();
  // What beats, beats with it.
  if (typeof document !== 'undefined') document.documentElement.dataset['beat'] = String(Math.floor(now / 1000) % 2);
  for (const subscriber of subscribers) subscriber();
}

function subscribe(changed: () => void): () => void {
  subscribers.add(changed);
  if (timer === null) {
    tick();
    timer = setInterval(tick, 1000);
  }
  return () => {
    subscribers.delete(changed);
    if (subscribers.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The station's time in milliseconds, a second at a time. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => now,
  );

/** The station's time at this moment, for what is written into an act. */
export const stationNow = (): number => clock.now();

/** A moment of this computer's clock (when an answer was heard) as the station's time. */
export const asStationTime = (at: number): number => at - clock.computerAhead();
