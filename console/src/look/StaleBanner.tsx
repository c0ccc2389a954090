import { theLive, useConnection } from '../api/live';
import { useT } from '../messages';
import { useNow } from './now';
import css from './shell.module.css';
import { ageText, clock } from './time';

/** Loud while the event stream is broken: nothing on the screen is live then (P6). */
export function StaleBanner() {
  const t = useT();
  const now = useNow();
  const connection = useConnection();
  if (connection.state !== 'broken') return null;
  const heard = theLive().connection.heard;
  return (
    <div role="alert" className={css['stale']}>
      <strong>{connection.status === 401 || connection.status === 403 ? t('stale.signed-out') : t('stale.broken')}</strong>{' '}
      {heard === null ? t('stale.never') : t('stale.as-of', { clock: clock(heard), age: ageText(now - heard) })} {t('stale.drafts')}
    </div>
  );
}
