import { useSyncExternalStore } from 'react';

// One clock for the page: every age on the screen moves together.
const subscribers = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  now = Date.now();
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

/** The time in milliseconds, a second at a time. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now, () => now);
