import { useCallback, useSyncExternalStore } from 'react';

/** The part of the browser's storage that is used here; null where there is none. */
export type Box = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** How a value is kept. */
export type Keeping<T> = {
  /** What is read of what stands there, which another version may have written; null for what cannot be used. */
  read?: (stored: unknown) => T | null;
  /** Whether this value may be on this computer's disk at all. One that may not is taken from it, and held in memory. */
  keeps?: (value: T) => boolean;
};

/**
 * One value of this browser, shared by all its windows. Each window goes on from what the others wrote; where two wrote
 * at the same time,
 * neither text is lost: the other one is held `beside`.
 */
export class Kept<T> {
  value: T;
  /** What another window wrote over which this one wrote too. */
  beside: T | null = null;
  /** The stored text that this window has read or written last. */
  private seen: string | null;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly box: Box | null,
    private readonly key: string,
    private readonly otherwise: T,
    private readonly how: Keeping<T> = {},
  ) {
    this.seen = this.stored();
    this.value = this.readOf(this.seen) ?? otherwise;
  }

  set(next: T): void {
    const there = this.stored();
    this.value = next;
    if (!this.isKept(next)) {
      // Only this window's own text leaves the disk: another window's stays what it is.
      if (there === this.seen) this.write((this.seen = null));
      this.changed();
      return;
    }
    const other = there === this.seen ? null : this.readOf(there);
    if (
      other !== null &&
      JSON.stringify(other) !== JSON.stringify(next) &&
      JSON.stringify(other) !== JSON.stringify(this.otherwise)
    )
      this.beside = other;
    this.write((this.seen = JSON.stringify(next)));
    this.changed();
  }

  /** Another window may have written: what it wrote is taken over, but for what this one holds off the disk. */
  look(): void {
    const there = this.stored();
    if (
      there === this.seen ||
      (!this.isKept(this.value) && JSON.stringify(this.value) !== JSON.stringify(this.otherwise))
    )
      return;
    this.value = this.readOf(there) ?? this.otherwise;
    this.seen = there;
    this.changed();
  }

  drop(): void {
    this.beside = null;
    this.changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private isKept(value: T): boolean {
    return value !== null && value !== undefined && this.how.keeps?.(value) !== false;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private stored(): string | null {
    try {
      return this.box?.getItem(this.key) ?? null;
    } catch {
      return null;
    }
  }

  private readOf(text: string | null): T | null {
    if (text === null) return null;
    try {
      const stored = JSON.parse(text) as unknown;
      return this.how.read === undefined ? (stored as T) : this.how.read(stored);
    } catch {
      return null;
    }
  }

  private write(text: string | null): void {
    try {
      if (text === null) this.box?.removeItem(this.key);
      else this.box?.setItem(this.key, text);
    } catch {
      // A browser without storage keeps no drafts over a reload; everything else works.
    }
  }
}

const box = (): Box | null => {
  try {
    return localStorage;
  } catch {
    return null;
  }
};

/** A value of this browser alone, such as the look; kept over a reload, and lost without harm where nothing can be stored. */
export const readKept = <T>(key: string, otherwise: T): T => new Kept<T>(box(), `parley.${key}`, otherwise).value;

export function keep(key: string, value: unknown): void {
  new Kept<unknown>(box(), `parley.${key}`, null).set(value);
}

const held = new Map<string, Kept<unknown>>();

if (typeof window !== 'undefined') {
  addEventListener('storage', (e) => {
    if (e.key === null) for (const one of held.values()) one.look();
    else held.get(e.key)?.look();
  });
  // A window that was frozen meanwhile heard of nothing.
  for (const back of ['pageshow', 'focus'])
    addEventListener(back, () => {
      for (const one of held.values()) one.look();
    });
}

export type Beside<T> = { value: T; take: () => void; drop: () => void };

/** As useState, kept under the key, for the life of the page at least; another key is another value. The third part is what another window wrote at the same time. */
export function useKept<T>(key: string, otherwise: T, how?: Keeping<T>): [T, (value: T) => void, Beside<T> | null] {
  const name = `parley.${key}`;
  let kept = held.get(name) as Kept<T> | undefined;
  if (kept === undefined) {
    kept = new Kept<T>(box(), name, otherwise, how);
    held.set(name, kept as unknown as Kept<unknown>);
  }
  const mine = kept;
  const value = useSyncExternalStore(
    mine.subscribe,
    () => mine.value,
    () => mine.value,
  );
  const other = useSyncExternalStore(
    mine.subscribe,
    () => mine.beside,
    () => mine.beside,
  );
  const set = useCallback((next: T): void => mine.set(next), [mine]);
  return [
    value,
    set,
    other === null
      ? null
      : {
          value: other,
          take: () => {
            const taken = other;
            mine.drop();
            mine.set(taken);
          },
          drop: () => mine.drop(),
        },
  ];
}

/** True where anything stands under the key, readable or not. */
export function isKept(key: string): boolean {
  try {
    return localStorage.getItem(`parley.${key}`) !== null;
  } catch {
    return false;
  }
}

/** What the value is now, for who began before it was last changed. */
export const currentKept = <T>(key: string): T | undefined => held.get(`parley.${key}`)?.value as T | undefined;
