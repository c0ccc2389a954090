import { useEffect, useRef } from 'react';
import { useSession } from '../api/session';
import { useT } from '../messages';
import { announce } from './announce';
import { useNow } from './now';
import { go } from './route';
import css from './shell.module.css';

/** An officer is warned so many minutes before the session ends, and again. */
const warnings = [30, 5] as const;

/** That the session ends, before it does: who is cut off in the middle of a word has lost it. */
export function WatchEnd() {
  const t = useT();
  const { until } = useSession();
  const now = useNow();
  const left = until === null ? Infinity : Math.ceil((Date.parse(until) - now) / 60_000);
  const told = warnings.findLast((minutes) => left <= minutes) ?? null;
  const said = useRef<number | null>(null);
  useEffect(() => {
    if (told === null || said.current === told) return;
    said.current = told;
    announce(t('watch-end.said', { count: Math.max(left, 0) }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- said once for each of the two, not each minute
  }, [told]);
  if (told === null || left < 0) return null;
  return (
    <button
      type="button"
      className={css['ending']}
      data-level={told === 5 ? 'serious' : 'caution'}
      onClick={() => go({ screen: 'handover' })}
    >
      {t('watch-end.in', { count: left })}
    </button>
  );
}
