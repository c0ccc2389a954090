import { useQueryClient } from '@tanstack/react-query';
import { theLive, useConnection } from '../api/live';
import {
  alarmsQuery,
  proposalsQuery,
  stationQuery,
  useEveryStatus,
  useEveryTraffic,
  useKnownLines,
} from '../api/queries';
import { useKnown } from '../api/known';
import { languages, setLanguage, useLanguage, useT, wordOf, type Language } from '../messages';
import { endSession, takeSeat } from '../api/signing';
import { useSession } from '../api/session';
import { go } from './route';
import { lineLevel, rollUp, type Level } from './levels';
import { asStationTime, useNow } from './now';
import css from './shell.module.css';
import { Stamp } from './Stamp';
import { Status } from './Status';
import { applyLook, looks, useLook, type Look } from './theme';
import { ageText, clock, dateTimeGroup } from './time';
import { allKnown } from './Unknown';

export function TitleBar() {
  const t = useT();
  const now = useNow();
  const session = useSession();
  const connection = useConnection();
  const last = theLive().connection.heard;
  const heard = last === null ? null : asStationTime(last);
  return (
    <header className={css['title']}>
      <div className={css['who']}>
        <strong>Parley</strong>
        <span className={css['party']}>{session.partyName}</span>
      </div>
      <Worst />
      <div className={css['asOf']} data-state={connection.state} role="status" aria-live="off">
        <span>
          {connection.state === 'live'
            ? t('title.live')
            : connection.state === 'broken'
              ? t('title.not-live')
              : t('title.connecting')}
        </span>
        {heard !== null && (
          <span className={css['heard']}>{t('title.as-of', { clock: clock(heard), age: ageText(now - heard) })}</span>
        )}
      </div>
      <div className={css['clock']} aria-label="UTC">
        <span>{clock(now)}</span>
        <small>{dateTimeGroup(now)}</small>
      </div>
      <Settings />
    </header>
  );
}

/** The worst state of anything, with what makes it so. */
function Worst() {
  const t = useT();
  const now = useNow();
  const known = {
    lines: useKnownLines(),
    alarms: useKnown(alarmsQuery),
    proposals: useKnown(proposalsQuery),
    station: useKnown(stationQuery),
  };
  const lines = known.lines.data ?? [];
  const status = useEveryStatus(lines);
  const traffic = useEveryTraffic(lines);
  const alarms = known.alarms.data ?? [];
  const proposals = known.proposals.data ?? [];
  const station = known.station.data;
  const unknown = [
    ...(['lines', 'alarms', 'proposals', 'station'] as const).filter((name) => known[name].unknown),
    ...(traffic.unknown.length > 0 ? ['traffic' as const] : []),
    ...(status.unknown.length > 0 ? ['status' as const] : []),
  ];
  const levels: Level[] = lines.map((line) =>
    lineLevel(
      status.of.get(line.line),
      traffic.of.get(line.line),
      alarms.filter((alarm) => alarm.line === line.line),
      now,
    ),
  );
  if (alarms.some((alarm) => alarm.level !== 'reminder' && alarm.mark !== 'exercise')) levels.push('critical');
  if (proposals.length > 0) levels.push('caution');
  if (station !== undefined && station.state !== 'ready') levels.push('critical');
  const connection = useConnection().state;
  const live = connection === 'live';
  // What is not known now is serious, and hides nothing that was known to be worse.
  if (unknown.length > 0 || connection === 'broken') levels.push('serious');
  const level = connection === 'connecting' && unknown.length === 0 ? 'off' : rollUp(levels);
  const overdue = [...traffic.of.values()].reduce((sum, view) => sum + view.overdue, 0);
  const peers = [...status.of.values()].flatMap((line) => line.peers);
  const down = peers.filter((peer) => peer.state === 'down').length;
  const unattended = peers.filter((peer) => peer.state === 'unattended').length;
  const waiting = [...traffic.of.values()].reduce((sum, view) => sum + view.waitingCount, 0);
  const up = lines.length > 0 && allKnown(known.lines, status) && down === 0 && unattended === 0;
  const parts = [
    station !== undefined && station.state !== 'ready'
      ? [t('title.station', { state: wordOf(t, 'station', station.state) }), station.fault].filter(Boolean).join(': ')
      : null,
    connection === 'connecting' ? t('title.connecting') : live ? null : t('stale.title'),
    unknown.length > 0 ? t('title.unknown', { what: unknown.map((name) => t(`unknown.${name}`)).join(', ') }) : null,
    alarms.length > 0 ? t('title.alarms', { count: alarms.length }) : null,
    ...(live
      ? [
          overdue > 0 ? t('title.overdue', { count: overdue }) : null,
          waiting > 0 ? t('line.waiting', { count: waiting }) : null,
          down > 0 ? t('title.down', { count: down }) : null,
          unattended > 0 ? t('title.unattended', { count: unattended }) : up ? t('title.links-up') : null,
          proposals.length > 0 ? t('title.proposals', { count: proposals.length }) : null,
        ]
      : []),
  ];
  return (
    <div className={css['worst']} data-level={level}>
      <Status level={level} />
      <span className={css['why']}>{parts.filter((part) => part !== null).join(' · ')}</span>
    </div>
  );
}

function Settings() {
  const t = useT();
  const look = useLook();
  const language = useLanguage();
  const session = useSession();
  const queries = useQueryClient();
  return (
    <details className={css['settings']}>
      <summary>
        <span className={css['officer']}>{session.user.name}</span>{' '}
        <span className="dim">
          {session.seat === null ? t('seat.none') : t(`seat.${session.seat}` as 'seat.watch')}
        </span>
      </summary>
      <div className={css['sheet']}>
        {session.user.seats.length > 1 && (
          <label>
            {t('settings.seat')}
            <select value={session.seat ?? ''} onChange={(e) => void takeSeat(queries, e.currentTarget.value)}>
              {session.seat === null && <option value="">{t('seat.none')}</option>}
              {session.user.seats.map((seat) => (
                <option key={seat} value={seat}>
                  {t(`seat.${seat}` as 'seat.watch')}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t('settings.look')}
          <select value={look} onChange={(e) => applyLook(e.currentTarget.value as Look)}>
            {looks.map((name) => (
              <option key={name} value={name}>
                {t(`look.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('settings.language')}
          <select value={language} onChange={(e) => setLanguage(e.currentTarget.value as Language)}>
            {Object.entries(languages).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {session.until !== null && (
          <span className="dim">
            {t('settings.until')} <Stamp at={session.until} />
          </span>
        )}
        <button
          type="button"
          className={css['plain']}
          onClick={(e) => {
            e.currentTarget.closest('details')?.removeAttribute('open');
            go({ screen: 'account' });
          }}
        >
          {t('settings.passkeys')}
        </button>
        <button type="button" className={css['plain']} onClick={() => void endSession(queries)}>
          {t('settings.sign-out')}
        </button>
      </div>
    </details>
  );
}
