import { createTheme, Modal } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { keep, readKept } from './kept';

export const looks = ['dark', 'light', 'contrast', 'night'] as const;
export type Look = (typeof looks)[number];

let look: Look = readKept<Look>('look', 'dark');
const subscribers = new Set<() => void>();

export function applyLook(next: Look = look): void {
  look = looks.includes(next) ? next : 'dark';
  keep('look', look);
  document.documentElement.dataset['look'] = look;
  for (const subscriber of subscribers) subscriber();
}

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

export const mantineTheme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'sm',
  focusRing: 'never', // look/base.css draws one and the same ring around everything
  components: { Modal: Modal.extend({ defaultProps: { lockScroll: false, transitionProps: { duration: 0 } } }) },
});
