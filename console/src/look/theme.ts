import { createTheme } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { keep, readKept } from './kept';

export const looks = ['dark', 'light', 'contrast', 'night', 'system'] as const;
export type Look = (typeof looks)[number];

let look: Look = readKept<Look>('look', 'dark');
const subscribers = new Set<() => void>();

/** Light, where the computer is set so and the look is to be the computer's. */
const lightThere = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: light)');
const moreThere = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-contrast: more)');

/** What is drawn: one of the looks with colours of its own. */
export function drawnLook(of: Look = look): Exclude<Look, 'system'> {
  if (of !== 'system') return of;
  return moreThere?.matches === true ? 'contrast' : lightThere?.matches === true ? 'light' : 'dark';
}

export function applyLook(next: Look = look): void {
  look = looks.includes(next) ? next : 'dark';
  keep('look', look);
  document.documentElement.dataset['look'] = drawnLook();
  for (const subscriber of subscribers) subscriber();
}
for (const there of [lightThere, moreThere])
  there?.addEventListener('change', () => {
    if (look === 'system') applyLook();
  });

export function useLook(): Look {
  return useSyncExternalStore(
    (changed) => {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
    () => look,
    () => look,
  );
}

/** The look that is drawn, also where it is the computer's own. */
export function useDrawnLook(): Exclude<Look, 'system'> {
  return useSyncExternalStore(
    (changed) => {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
    () => drawnLook(),
    () => drawnLook(),
  );
}

export const mantineTheme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'sm',
  focusRing: 'never', // look/base.css draws one and the same ring around everything
});
