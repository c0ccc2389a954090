import { useEffect, useState } from 'react';
import { useRoute } from './route';

/** The page makes or takes room only when nobody has touched anything for so long: no button leaves from under a pointer. */
const still = 1_500;

/** What is wanted of the page's room, taken over once nobody is about to press something. */
export function useStill<T>(wanted: T): T {
  const [held, setHeld] = useState(wanted);
  useEffect(() => {
    if (wanted === held) return undefined;
    let last = performance.now();
    const touched = (): void => {
      last = performance.now();
    };
    const events = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) addEventListener(event, touched, { passive: true });
    const looking = setInterval(() => {
      if (performance.now() - last >= still) setHeld(wanted);
    }, 200);
    return () => {
      clearInterval(looking);
      for (const event of events) removeEventListener(event, touched);
    };
  }, [wanted, held]);
  return held;
}

/** What is wanted as it was when the officer came to this screen: nothing moves while one looks at it. */
export function useSinceScreen<T>(wanted: T, isKnown: boolean): T {
  const { screen } = useRoute();
  const [held, setHeld] = useState({ screen, wanted, isKnown });
  if (held.screen !== screen || (isKnown && !held.isKnown)) setHeld({ screen, wanted, isKnown });
  return held.wanted;
}
