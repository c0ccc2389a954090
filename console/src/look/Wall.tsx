import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from '../api/live';
import { useKnown } from '../api/known';
import { alarmsQuery, useEveryStatus, useEveryTraffic, useKnownLines } from '../api/queries';
import { useSession } from '../api/session';
import { useT } from '../messages';
import { graveness, isPlayed } from './alarms';
import { PrecedenceChip } from './Chips';
import css from './extra.module.css';
import { Foreign } from './Foreign';
import { lineLevel } from './levels';
import { LinkWord } from './LinkWord';
import { useName } from './names';
import { useNow } from './now';
import { Timer } from './Stamp';
import { Shape, Status } from './Status';
import { clock, dateTimeGroup } from './time';
import { Unknown } from './Unknown';
import { endWall, keepAwake } from './wall';

/** As many alarms as can be read across a room; the others are counted. */
const readable = 6;

/** What a room needs: whether it is live, what rings, and how every line stands. Nothing here can be pressed but the way back. */
export function Wall() {
  const t = useT();
  const now = useNow();
  const name = useName();
  const session = useSession();
  const connection = useConnection();
  const known = { alarms: useKnown(alarmsQuery), lines: useKnownLines() };
  const lines = known.lines.data ?? [];
  const status = useEveryStatus(lines);
  const traffic = useEveryTraffic(lines);
  const alarms = (useQuery(alarmsQuery).data ?? []).filter((one) => !isPlayed(one) && one.level !== 'reminder');
  const [awake, setAwake] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => keepAwake(setAwake), []);
  useEffect(() => {
    back.current?.focus();
    const key = (e: KeyboardEvent): void => {
      if (e.key === 'Escape') endWall();
    };
    // Who leaves the full screen by the browser's own way has left the wall.
    const left = (): void => {
      if (document.fullscreenElement === null) endWall();
    };
    addEventListener('keydown', key);
    document.addEventListener('fullscreenchange', left);
    return () => {
      removeEventListener('keydown', key);
      document.removeEventListener('fullscreenchange', left);
    };
  }, []);
  return (
    <section className={css['wall']} aria-label={t('help.wall')} data-awake={awake}>
      <header>
        <strong>{session.partyName}</strong>
        <span data-level={connection.state === 'live' ? 'normal' : 'serious'} className={css['wallLive']}>
          {t(connection.state === 'live' ? 'title.live' : 'title.not-live')}
        </span>
        <span className={css['wallClock']}>
          {clock(now)} <small>{dateTimeGroup(now)}</small>
        </span>
        <button ref={back} type="button" onClick={endWall}>
          {t('wall.leave')}
        </button>
      </header>
      <Unknown of={[known.alarms, known.lines, status, traffic]} />
      <ul className={css['wallAlarms']}>
        {alarms.slice(0, readable).map((alarm) => (
          <li key={alarm.alarm} data-level={graveness(alarm)}>
            <Shape level={graveness(alarm)} />
            <PrecedenceChip precedence={alarm.precedence} now />
            <span className="grow">
              {alarm.text != null ? <Foreign text={alarm.text} lang={alarm.lang} /> : alarm.about}{' '}
              <span className="dim">
                {alarm.entry === null ? '' : name(alarm.entry.split('/')[0] ?? '')}{' '}
                {alarm.place != null && <Foreign text={alarm.place} />}
              </span>
            </span>
            <Timer since={alarm.raised} />
          </li>
        ))}
        {alarms.length > readable && <li>{t('alarm.more', { count: alarms.length - readable })}</li>}
        {alarms.length === 0 && !known.alarms.unknown && <li className="dim">{t('alarm.none')}</li>}
      </ul>
      <ul className={css['wallLines']}>
        {lines.map((line) => {
          const level = lineLevel(
            status.of.get(line.line),
            traffic.of.get(line.line),
            alarms.filter((alarm) => alarm.line === line.line),
            now,
            status.unknown.includes(line.line) || traffic.unknown.includes(line.line),
          );
          const view = traffic.of.get(line.line);
          return (
            <li key={line.line} data-level={level}>
              <strong>
                <Foreign text={line.title || line.line} />
              </strong>
              <Status level={level} />
              {status.of.get(line.line)?.peers.map((peer) => (
                <LinkWord key={peer.party} peer={peer} />
              ))}
              {view !== undefined && (
                <span>
                  {view.overdue > 0 && <b>{t('line.overdue', { count: view.overdue })} · </b>}
                  {t('line.waiting', { count: view.waitingCount })}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {!awake && <p className="dim">{t('wall.may-sleep')}</p>}
    </section>
  );
}
