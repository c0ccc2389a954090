import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../api/live';
import { alarmsQuery, useEveryStatus, useEveryTraffic } from '../api/queries';
import type { LineStatus, LineSummary, TrafficView } from '../api/types';
import { levels, lineLevel } from '../look/levels';
import { Foreign } from '../look/Foreign';
import { isPlayed } from '../look/home';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { useUnread } from '../look/unread';
import { go } from '../look/route';
import { Age } from '../look/Stamp';
import { Status } from '../look/Status';
import { NoLines } from '../look/NoLines';
import { Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { LinkWord } from '../look/LinkWord';
import { found } from '../look/find';
import { usePinned } from '../look/pinned';
import css from './watch.module.css';

/** From so many lines on they are found by typing, too. */
const many = 6;
/** A line test is told of when it is so near, in milliseconds. */
const near = 15 * 60_000;

/** One row per line: how its link stands, when it was last heard, what is due. */
export function LineList({ lines, chosen }: { lines: LineSummary[]; chosen: string | null }) {
  const t = useT();
  const now = useNow();
  const name = useName();
  const connection = useConnection().state;
  const status = useEveryStatus(lines);
  const traffic = useEveryTraffic(lines);
  const alarms = useQuery(alarmsQuery).data ?? [];
  const unknown = (line: string): boolean =>
    connection === 'broken' || status.unknown.includes(line) || traffic.unknown.includes(line);
  const [pinned, pin] = usePinned();
  const [sought, setSought] = useState('');
  const levelOf = (line: LineSummary) =>
    connection === 'connecting'
      ? 'off'
      : lineLevel(
          status.of.get(line.line),
          traffic.of.get(line.line),
          alarms.filter((alarm) => alarm.line === line.line),
          now,
          unknown(line.line),
        );
  // Pinned first, then what is meant before what is played, then the worst: a long list begins with what matters.
  const rank = (line: LineSummary): number =>
    (pinned.includes(line.line) ? 0 : 1_000) +
    (isPlayed(line.line) ? 100 : 0) +
    (lines.length >= many ? levels.indexOf(levelOf(line)) : 0);
  const listed = found(
    lines.map((line) => ({
      line,
      word: line.title || line.line,
      more: line.parties.map(name).join(' '),
    })),
    sought,
  )
    .map((one) => one.line)
    .map((line, i) => ({ line, i, rank: rank(line) }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map((one) => one.line);
  const firstPlayed = listed.find((line) => isPlayed(line.line) && !pinned.includes(line.line));
  const hasMeant = listed.some((line) => !isPlayed(line.line));
  return (
    <ul className={css['lineList']}>
      {lines.length >= many && (
        <li>
          <input
            type="search"
            className={css['lineFind']}
            aria-label={t('lines.find')}
            placeholder={t('lines.find')}
            value={sought}
            onChange={(e) => setSought(e.currentTarget.value)}
          />
        </li>
      )}
      {listed.map((line) => {
        const level = levelOf(line);
        const isPinned = pinned.includes(line.line);
        return (
          <li key={line.line} className={css['lineItem']}>
            {line === firstPlayed && hasMeant && <h2 className={css['lineGroup']}>{t('mark.exercise')}</h2>}
            <button
              type="button"
              className={css['lineRow']}
              data-level={level}
              aria-current={line.line === chosen ? 'true' : undefined}
              onClick={() => go({ screen: 'watch', line: line.line })}
            >
              <span className={css['lineTop']}>
                <span className={css['lineTitle']}>
                  <Foreign text={line.title || line.line} />
                  {lines.some((other) => other !== line && other.title === line.title) && (
                    <span className="dim"> {line.parties.map(name).join(' · ')}</span>
                  )}
                </span>
                <Unread line={line.line} />
                <Status
                  level={level}
                  quiet={level === 'normal'}
                  {...(connection === 'connecting' || (level === 'serious' && unknown(line.line))
                    ? { word: t('stale.unknown') }
                    : {})}
                />
              </span>
              <LineFacts status={status.of.get(line.line)} traffic={traffic.of.get(line.line)} />
              {(status.unknown.includes(line.line) || traffic.unknown.includes(line.line)) && (
                <Unknown of={[status, traffic]} />
              )}
            </button>
            {lines.length > 1 && (
              <button
                type="button"
                className={css['pin']}
                aria-pressed={isPinned}
                title={t(isPinned ? 'lines.unpin' : 'lines.pin')}
                onClick={() => pin(line.line, !isPinned)}
              >
                <span aria-hidden="true">{isPinned ? '★' : '☆'}</span>
                <span className="visually-hidden">
                  {t(isPinned ? 'lines.unpin' : 'lines.pin')} {line.title}
                </span>
              </button>
            )}
          </li>
        );
      })}
      {lines.length === 0 && (
        <li>
          <NoLines />
        </li>
      )}
    </ul>
  );
}

/** How many came since the officer read the line last. */
function Unread({ line }: { line: string }) {
  const t = useT();
  const count = useUnread(line).length;
  return count === 0 ? null : (
    <span className={css['count']}>
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">{t('watch.unread-count', { count })}</span>
    </span>
  );
}

function LineFacts({ status, traffic }: { status: LineStatus | undefined; traffic: TrafficView | undefined }) {
  const t = useT();
  const now = useNow();
  if (status === undefined) return <span className="dim">…</span>;
  const next = [traffic?.tests.nextStaffed, traffic?.tests.nextAutomatic]
    .filter((at) => at !== null && at !== undefined)
    .sort()[0];
  const misses = Math.max(0, ...Object.values(traffic?.tests.byParty ?? {}).map((tests) => tests.consecutiveMisses));
  const meant = traffic?.conditions.filter((c) => c.mark !== 'exercise'); // what is played does not make the list look grave
  const condition = meant?.find((c) => c.level === 'crisis') ?? meant?.find((c) => c.level === 'heightened');
  return (
    <span className={css['lineFacts']}>
      {status.ownFeed != null && status.ownFeed.state !== 'ours' && (
        <strong
          className={css[status.ownFeed.state === 'own-feed-foreign' ? 'act' : 'overdue']}
          data-own-feed={status.ownFeed.state}
        >
          {t(`own.${status.ownFeed.state}`)}
        </strong>
      )}
      {status.peers.map((peer) => (
        <span key={peer.party} className={css['peer']}>
          <LinkWord peer={peer} />
          {peer.oldestUndelivered !== null && (
            <span className={css['undelivered']}>
              {t('line.undelivered')} <Age at={peer.oldestUndelivered.since} />
            </span>
          )}
        </span>
      ))}
      {traffic !== undefined && (traffic.overdue > 0 || traffic.waitingCount > 0 || traffic.open.length > 0) && (
        <span>
          {traffic.overdue > 0 && (
            <strong className={css['overdue']}>{t('line.overdue', { count: traffic.overdue })} · </strong>
          )}
          {t('line.waiting', { count: traffic.waitingCount })} · {t('line.open', { count: traffic.open.length })}
        </span>
      )}
      {condition?.level !== undefined && condition.level !== null && (
        <span className={css['overdue']}>
          {t('line.condition')}: {wordOf(t, 'condition', condition.level)}
        </span>
      )}
      {(misses > 0 || (next !== undefined && Date.parse(next) - now < near)) && (
        <span className="dim">
          {misses > 0 && t('line.misses', { count: misses })}
          {misses > 0 && next !== undefined && ' · '}
          {next !== undefined && (
            <>
              {t('line.next-test')} <Age at={next} />
            </>
          )}
        </span>
      )}
      {traffic?.folding === true && <span className="dim">{t('line.folding')}</span>}
    </span>
  );
}
