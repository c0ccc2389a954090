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
import type { Receipts, TrafficView } from '../api/types';
import { useT, wordOf } from '../messages';
import { useSession } from '../api/session';
import { go } from './route';
import { graveness, isLinkDown, isPlayed } from './alarms';
import { lineLevel, rollUp, type Level } from './levels';
import { useName } from './names';
import { asStationTime, useNow } from './now';
import css from './shell.module.css';
import { Clocks } from './Clocks';
import { HelpMenu } from './HelpMenu';
import { Settings } from './Settings';
import { SoundState } from './SoundState';
import { WatchEnd } from './WatchEnd';
import { Status } from './Status';
import { ageText, clock } from './time';
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
        <i className={css['pulse']} aria-hidden="true" />
        <span>
          {connection.state === 'live'
            ? t('title.live')
            : connection.state === 'broken'
              ? t('title.not-live')
              : t('title.connecting')}
        </span>
        {heard !== null && (connection.state !== 'live' || now - heard > 15_000) && (
          <span className={css['heard']}>{t('title.as-of', { clock: clock(heard), age: ageText(now - heard) })}</span>
        )}
      </div>
      <WatchEnd />
      <Clocks />
      <Settings />
      <SoundState />
      <HelpMenu />
    </header>
  );
}

/** The worst state of anything, with what makes it so. */
function Worst() {
  const t = useT();
  const name = useName();
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
  levels.push(...alarms.filter((alarm) => !isPlayed(alarm)).map(graveness));
  if (proposals.length > 0) levels.push('caution');
  if (station !== undefined && station.state !== 'ready') levels.push('critical');
  const connection = useConnection().state;
  const live = connection === 'live';
  // What is not known now is serious, and hides nothing that was known to be worse.
  if (unknown.length > 0 || connection === 'broken') levels.push('serious');
  const level = connection === 'connecting' && unknown.length === 0 ? 'off' : rollUp(levels);
  // What is played is counted apart from what is meant.
  const playedOf = (view: TrafficView, which: (one: Receipts) => boolean): number =>
    view.waiting.filter((one) => one.mark === 'exercise' && which(one)).length;
  const overdueOf = (view: TrafficView): number => view.overdue - playedOf(view, (one) => one.overdue);
  const waitingOf = (view: TrafficView): number => view.waitingCount - playedOf(view, () => true);
  const overdue = [...traffic.of.values()].reduce((sum, view) => sum + overdueOf(view), 0);
  const peers = [...status.of.values()].flatMap((line) => line.peers);
  const down = peers.filter((peer) => peer.state === 'down').length;
  const unattended = peers.filter((peer) => peer.state === 'unattended').length;
  const waiting = [...traffic.of.values()].reduce((sum, view) => sum + waitingOf(view), 0);
  const up = lines.length > 0 && allKnown(known.lines, status) && down === 0 && unattended === 0;
  const isMeant = (one: { mark?: string | null }): boolean => one.mark !== 'exercise';
  const acute = alarms.filter((alarm) => alarm.level !== 'reminder' && isMeant(alarm));
  const played = alarms.filter(isPlayed);
  const suspended = [...status.of].flatMap(([line, one]) =>
    (one.suspensions ?? []).map((suspension) => ({ line, by: suspension.by })),
  );
  const crises = [...traffic.of].flatMap(([line, view]) =>
    view.conditions.filter((one) => one.level === 'crisis' && isMeant(one)).map((one) => ({ line, by: one.party })),
  );
  const downAt = [...status.of].find(([, one]) => one.peers.some((peer) => peer.state === 'down'))?.[0];
  const overdueAt = [...traffic.of].find(([, view]) => overdueOf(view) > 0)?.[0];
  const waitingAt = [...traffic.of].find(([, view]) => waitingOf(view) > 0)?.[0];
  const at = (line: string | undefined, entry?: string | null): Reason['to'] =>
    line === undefined ? { screen: 'watch' } : { screen: 'watch', line, entry: entry ?? null };
  const urgent = (['flash', 'immediate'] as const).flatMap((precedence): Reason[] => {
    const of = acute.filter((alarm) => alarm.precedence === precedence);
    return of.length === 0
      ? []
      : [
          {
            text: `${of.length} ${t(`precedence.${precedence}`).toUpperCase()}`,
            grave: true,
            to: at(of[0]?.line, of[0]?.entry),
          },
        ];
  });
  // A link that is down is told by its own reason.
  const others =
    alarms.filter((alarm) => isMeant(alarm) && !isLinkDown(alarm)).length -
    acute.filter((alarm) => urgentPrecedences.has(alarm.precedence)).length;
  // What is gravest first, and why rather than how many: each leads to what it is about.
  const reasons: (Reason | null)[] = [
    station !== undefined && station.state !== 'ready'
      ? {
          text: [t('title.station', { state: wordOf(t, 'station', station.state) }), station.fault]
            .filter(Boolean)
            .join(': '),
          grave: true,
        }
      : null,
    connection === 'connecting'
      ? { text: t('title.connecting') }
      : live
        ? null
        : { text: t('stale.title'), grave: true },
    ...suspended.map(({ line, by }) => ({
      text: t('line.suspended-by', { party: name(by) }),
      grave: true,
      to: at(line),
    })),
    ...crises.map(({ line, by }) => ({ text: t('title.crisis', { party: name(by) }), grave: true, to: at(line) })),
    ...urgent,
    down > 0 && live ? { text: t('title.down', { count: down }), grave: true, to: at(downAt) } : null,
    unknown.length > 0
      ? { text: t('title.unknown', { what: unknown.map((what) => t(`unknown.${what}`)).join(', ') }) }
      : null,
    others > 0 ? { text: t('title.alarms', { count: others }) } : null,
    ...(live
      ? [
          overdue > 0 ? { text: t('title.overdue', { count: overdue }), to: at(overdueAt) } : null,
          proposals.length > 0
            ? { text: t('title.proposals', { count: proposals.length }), to: at(proposals[0]?.line) }
            : null,
          waiting > 0 ? { text: t('line.waiting', { count: waiting }), to: at(waitingAt) } : null,
          unattended > 0
            ? { text: t('title.unattended', { count: unattended }) }
            : up
              ? { text: t('title.links-up') }
              : null,
        ]
      : []),
    played.length > 0
      ? { text: t('alarm.played', { count: played.length }), to: at(played[0]?.line, played[0]?.entry) }
      : null,
  ];
  return (
    <div className={css['worst']} data-tour="state" data-level={level}>
      <Status level={level} />
      <span className={css['why']}>
        {reasons
          .filter((reason) => reason !== null)
          .map(({ text, grave, to }, i) => (
            <span key={i}>
              {i > 0 && ' · '}
              {to === undefined ? (
                grave ? (
                  <strong>{text}</strong>
                ) : (
                  text
                )
              ) : (
                <button type="button" className={css['reason']} data-grave={grave === true} onClick={() => go(to)}>
                  {text}
                </button>
              )}
            </span>
          ))}
      </span>
    </div>
  );
}

/** Why the state is what it is, and where that is seen. */
type Reason = { text: string; grave?: boolean; to?: Parameters<typeof go>[0] | undefined };
const urgentPrecedences: ReadonlySet<string> = new Set(['flash', 'immediate']);
