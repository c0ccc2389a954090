import { useSyncExternalStore } from 'react';
import { numberOf } from './body';
import { useKept } from './kept';

/** Seconds in which what was sent can be taken back: what is signed cannot. */
export const undoTimes = [0, 5, 10] as const;
const usual = 5;

/** How long this browser waits before it signs a ROUTINE or a PRIORITY. */
export function useUndoTime(): [number, (seconds: number) => void] {
  const [kept, set] = useKept<number>('undo', usual, { read: numberOf });
  return [undoTimes.find((one) => one === kept) ?? usual, set];
}

/** What goes in a moment: its first words, when (by the page's running clock; null while the station cannot be reached), and how. */
export type Going = { key: string; words: string; at: number | null; run: () => void };
let going: readonly Going[] = [];
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();
const set = (next: readonly Going[]): void => {
  going = next;
  for (const listener of listeners) listener();
};

function end(key: string): Going | undefined {
  clearTimeout(timers.get(key));
  timers.delete(key);
  const one = going.find((other) => other.key === key);
  if (one !== undefined) set(going.filter((other) => other.key !== key));
  return one;
}

/** Does it after that time, unless it is taken back; at once where no time is given. One at a time for each key. */
export function goIn(seconds: number, key: string, words: string, run: () => void): void {
  if (seconds === 0) {
    run();
    return;
  }
  end(key);
  set([...going, { key, words, at: performance.now() + seconds * 1000, run }]);
  timers.set(
    key,
    setTimeout(() => goNow(key), seconds * 1000),
  );
}

/** Keeps it until the station can be reached again, as long as this page is open. */
export function goLater(key: string, words: string, run: () => void): void {
  end(key);
  set([...going, { key, words, at: null, run }]);
}

/** The station can be reached: what waited goes, and can be taken back once more before it does. */
export function goOn(seconds: number): void {
  for (const { key, words, run } of going.filter((one) => one.at === null))
    goIn(Math.max(seconds, usual), key, words, run);
}

/** Takes it back: nothing was signed, and the draft stands as it was written. */
export const takeBack = (key: string): void => void end(key);
export const goNow = (key: string): void => end(key)?.run();
/** A session that ends signs nothing more. */
export const takeAllBack = (): void => {
  for (const { key } of going) end(key);
};

export const useGoing = (): readonly Going[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => going,
    () => going,
  );
