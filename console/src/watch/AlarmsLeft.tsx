import { useQuery } from '@tanstack/react-query';
import { timeOf } from '../api/known';
import { alarmsQuery } from '../api/queries';
import { toneOf } from '../look/alarms';
import { useNow } from '../look/now';
import { Status } from '../look/Status';
import { ageText, clock } from '../look/time';
import { useT } from '../messages';
import { useSiren } from '../look/sound';
import css from './watch.module.css';

/** Above the sign-in, where a session ended by itself: the alarms that stood then sound on. Whether they still stand is known to who signs in. */
export function AlarmsLeft() {
  const t = useT();
  const now = useNow();
  const left = useQuery({ ...alarmsQuery, enabled: false });
  const acute = (left.data ?? []).filter((alarm) => alarm.rings);
  const tone = toneOf(acute);
  const blocked = useSiren(tone);
  const level = tone === 'exercise' ? 'standby' : 'critical';
  if (acute.length === 0) return null;
  const at = timeOf(left);
  return (
    <section className={css['alarmsLeft']} data-level={level} role="alert" aria-label={t('alarm.title')}>
      <Status level={level} word={t('alarm.left', { count: acute.length })} />{' '}
      {t('stale.as-of', { clock: clock(at), age: ageText(now - at) })} {blocked && t('alarm.blocked')}
    </section>
  );
}
