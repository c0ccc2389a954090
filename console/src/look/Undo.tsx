import { useEffect } from 'react';
import { useConnection } from '../api/live';
import { measured, useT } from '../messages';
import { Foreign } from './Foreign';
import { useNow } from './now';
import { goNow, goOn, takeAllBack, takeBack, useGoing, useUndoTime } from './pending';
import css from './extra.module.css';

/** What will be signed in a moment, on every screen, with the way to take it back. */
export function Undo() {
  const t = useT();
  useNow();
  const going = useGoing();
  const { state } = useConnection();
  const [undo] = useUndoTime();
  useEffect(() => takeAllBack, []);
  useEffect(() => {
    if (state === 'live') goOn(undo);
  }, [state, undo]);
  if (going.length === 0) return null;
  return (
    <div className={css['undo']}>
      {going.map((one) => (
        <div key={one.key}>
          <span role="status">
            {t(one.at === null ? 'undo.waits' : 'undo.signs')} <Foreign text={one.words} />
          </span>
          {one.at !== null && (
            <span className={css['left']} aria-hidden="true">
              {measured(Math.max(0, Math.ceil((one.at - performance.now()) / 1000)), 's')}
            </span>
          )}
          <button
            type="button"
            onClick={() => {
              takeBack(one.key);
              // Whoever takes it back goes on writing.
              document.getElementById('write')?.focus();
            }}
          >
            {t('undo.back')}
          </button>
          {one.at !== null && (
            <button type="button" onClick={() => goNow(one.key)}>
              {t('undo.now')}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
