import { useSyncExternalStore } from 'react';

let on = false;
const listeners = new Set<() => void>();
const set = (next: boolean): void => {
  on = next;
  for (const listener of listeners) listener();
};

/** One screen for a whole room: large, read only, and kept from going dark. */
export function startWall(): void {
  set(true);
  // A browser that does not let it fill the screen shows it all the same.
  void document.documentElement.requestFullscreen?.().catch(() => undefined);
}

export function endWall(): void {
  set(false);
  if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
}

export const useWall = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => on,
    () => on,
  );

/** Keeps the screen from going dark while it is asked to: browsers let go of it when the page is hidden, so that it is asked for again. */
export function keepAwake(told: (isAwake: boolean) => void): () => void {
  let lock: WakeLockSentinel | null = null;
  let ended = false;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== 'visible') return;
    try {
      lock = (await navigator.wakeLock?.request('screen')) ?? null;
      if (ended) void lock?.release();
      else told(lock !== null);
      lock?.addEventListener('release', () => told(false));
    } catch {
      told(false); // a battery that runs low, or a browser that has none
    }
  };
  const back = (): void => void ask();
  void ask();
  document.addEventListener('visibilitychange', back);
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', back);
    void lock?.release().catch(() => undefined);
  };
}
