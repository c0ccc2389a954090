import { useQuery } from '@tanstack/react-query';
import { theLive, useConnection } from '../api/live';
import { stationQuery } from '../api/queries';
import { useT } from '../messages';
import { clock as stationClock, tellFrom } from './clock';
import { Foreign } from './Foreign';
import { asStationTime, useNow } from './now';
import css from './shell.module.css';
import { Status } from './Status';
import { ageText, clock } from './time';

/** Loud while the event stream is broken: nothing on the screen is live then (P6). */
export function StaleBanner() {
  const t = useT();
  const now = useNow();
  const connection = useConnection();
  if (connection.state !== 'broken') return null;
  const last = theLive().connection.heard;
  const heard = last === null ? null : asStationTime(last);
  return (
    <div role="alert" className={css['stale']}>
      <strong>
        {connection.status === 401 || connection.status === 403 ? t('stale.signed-out') : t('stale.broken')}
      </strong>{' '}
      {heard === null ? t('stale.never') : t('stale.as-of', { clock: clock(heard), age: ageText(now - heard) })}{' '}
      {t('stale.drafts')}
    </div>
  );
}

/** What should not stay as it is at the station: that it listens beyond this machine without TLS, that there is no room. */
export function StationBanner() {
  const t = useT();
  const station = useQuery(stationQuery).data;
  const said = (
    [
      ['warning', station?.warning],
      ['no-room', station?.noRoom],
      ['no-room-attachments', station?.noRoomForAttachments],
    ] as const
  ).flatMap(([what, words]) => (words == null || words === '' ? [] : [{ what, words }]));
  if (said.length === 0) return null;
  return (
    <div role="status" className={css['clockOff']} data-station-warning>
      {said.map(({ what, words }) => (
        <div key={what} className="row">
          <Status level={what === 'no-room' ? 'serious' : 'caution'} word={t(`station.${what}`)} />{' '}
          <Foreign text={words} />
        </div>
      ))}
    </div>
  );
}

/** Where this computer's clock is wrong: what stands on the screen is the station's time all the same, but what else runs on it goes wrong. */
export function ClockBanner() {
  const t = useT();
  useNow();
  const ahead = stationClock.computerAhead();
  if (Math.abs(ahead) < tellFrom) return null;
  return (
    <div role="status" className={css['clockOff']}>
      {t('clock.off', {
        seconds: Math.round(Math.abs(ahead) / 1000),
        way: t(ahead < 0 ? 'clock.behind' : 'clock.ahead'),
      })}
    </div>
  );
}
