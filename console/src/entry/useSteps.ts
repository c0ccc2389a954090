import { useCallback, useRef, useState } from 'react';
import { done, historyOf, redone, undone, type History } from '../world/drawing';
import { partOf, withPart } from './shapes';
import type { Values } from './fields';

/** Steps of drawing that can be undone, of one member of a form: what was typed into it comes back as well. */
export function useSteps(
  at: string,
  values: Values,
  onChange: (change: (values: Values) => Values) => void,
): { onStep: () => void; undo: { can: boolean; redo: boolean; onUndo: () => void; onRedo: () => void } } {
  const [history, setHistory] = useState<History<Values>>(() => historyOf({}));
  const now = useRef(values);
  now.current = values;
  const onStep = useCallback(
    () => setHistory((held) => ({ ...done({ ...held, now: partOf(now.current, at) }, {}), future: [] })),
    [at],
  );
  const go = (next: History<Values>): void => {
    setHistory(next);
    onChange((all) => withPart(all, at, next.now));
  };
  const here = (): History<Values> => ({ ...history, now: partOf(now.current, at) });
  return {
    onStep,
    undo: {
      can: history.past.length > 0,
      redo: history.future.length > 0,
      onUndo: () => go(undone(here())),
      onRedo: () => go(redone(here())),
    },
  };
}
