import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { consoleQuery } from '../api/queries';
import { useT } from '../messages';
import { useNow } from './now';
import css from './shell.module.css';
import { mute, mutePlayed, runningNow, testTone, unmute, useArmed, useSound } from './sound';

/** Whether alarms can be heard here, always in sight: a deaf desk looks like a quiet one. */
export function SoundState() {
  const t = useT();
  useNow(); // a mute runs out with the clock
  useArmed();
  const sound = useSound();
  const words = useQuery(consoleQuery).data?.noticeWords === true;
  const left = Math.max(0, sound.mutedUntil - runningNow());
  const state = left > 0 ? 'muted' : sound.armed ? 'on' : 'blocked';
  const [allowed, setAllowed] = useState(() => ('Notification' in globalThis ? Notification.permission : 'denied'));
  return (
    <details data-menu className={css['sound']} data-sound={state}>
      <summary>
        <svg viewBox="0 0 20 16" width="18" height="15" aria-hidden="true">
          <path d="M1 5.5h3.500L9 1.500v13L4.500 10.500H1z" fill="currentColor" />
          {state === 'on' ? (
            <path
              d="M12 5a4 4 0 0 1 0 6M14.500 2.500a7.500 7.500 0 0 1 0 11"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.600"
            />
          ) : (
            <path d="M12.500 5.500l5 5M17.500 5.500l-5 5" stroke="currentColor" strokeWidth="1.800" />
          )}
        </svg>
        <span className={css['soundWord']}>
          {state === 'muted' ? t('sound.muted', { minutes: Math.ceil(left / 60_000) }) : t(`sound.${state}`)}
        </span>
      </summary>
      <div className={css['sheet']}>
        {state === 'blocked' && <p>{t('sound.touch')}</p>}
        <button type="button" className={css['plain']} onClick={() => void testTone()}>
          {t('sound.test')}
        </button>
        {state === 'muted' ? (
          <button type="button" className={css['plain']} onClick={unmute}>
            {t('sound.unmute')}
          </button>
        ) : (
          <button type="button" className={css['plain']} onClick={mute}>
            {t('sound.mute')}
          </button>
        )}
        <label className={css['check']}>
          <input type="checkbox" checked={sound.playedMuted} onChange={(e) => mutePlayed(e.currentTarget.checked)} />
          {t('sound.mute-played')}
        </label>
        {allowed === 'default' && (
          <button
            type="button"
            className={css['plain']}
            onClick={() => void Notification.requestPermission().then(setAllowed)}
          >
            {t('sound.notify')}
          </button>
        )}
        <p className="dim">
          {t(allowed !== 'granted' ? 'sound.not-notified' : words ? 'sound.notified-words' : 'sound.notified')}
        </p>
      </div>
    </details>
  );
}
