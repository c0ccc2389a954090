import { useSyncExternalStore } from 'react';

const query = typeof matchMedia === 'undefined' ? null : matchMedia('(max-width: 820px)');

/** True on a phone, as the style sheets mean it. */
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      query?.addEventListener('change', changed);
      return () => query?.removeEventListener('change', changed);
    },
    () => query?.matches === true,
    () => false,
  );
