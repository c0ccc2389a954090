import { useCallback, useState } from 'react';

/** A value of this browser alone, such as the look; kept over a reload, and lost without harm where nothing can be stored. */
export function readKept<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`parley.${key}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    if (value === null || value === undefined) localStorage.removeItem(`parley.${key}`);
    else localStorage.setItem(`parley.${key}`, JSON.stringify(value));
  } catch {
    // A browser without storage keeps no drafts over a reload; everything else works.
  }
}

/** As useState, kept under the key; another key is another value. */
export function useKept<T>(key: string, otherwise: T): [T, (value: T) => void] {
  const [held, setHeld] = useState<{ key: string; value: T }>(() => ({ key, value: readKept(key, otherwise) }));
  const value = held.key === key ? held.value : readKept(key, otherwise);
  const set = useCallback((next: T): void => {
    keep(key, next);
    setHeld({ key, value: next });
  }, [key]);
  return [value, set];
}
