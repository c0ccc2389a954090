import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { sendAct } from '../api/acts';
import { api, value } from '../api/client';
import { useKnown } from '../api/known';
import { useMayWrite } from '../api/kinds';
import { useStale } from '../api/live';
import { alarmsQuery, entryQuery, itemQuery, useEveryStatus, useLines } from '../api/queries';
import { mayQuiet, useOfficer, useSession } from '../api/session';
import type { AlarmView, ItemView } from '../api/types';
import { isFire, isOwed, shownOnce, soundOf, sounds } from '../look/alarms';
import { announce } from '../look/announce';
import { membersOf, placeOf } from '../look/body';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { kindWord } from '../look/labels';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { Position } from '../look/Position';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import { runningNow, silence, useSiren, useSound } from '../look/sound';
import { Shape } from '../look/Status';
import { Timer } from '../look/Stamp';
import { fullUtc } from '../look/time';
import { Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { useT, wordOf } from '../messages';
import { useAcknowledge } from './acknowledge';
import { useTellOutside } from './outside';
import css from './watch.module.css';

/** Alarms with a row each; the others are counted, and a press shows them. */
const shown = 4;
/** A press that comes sooner than this after the rows have moved was meant for another row. */
const settling = 700;
/** The page makes room for more rows only when nobody has touched anything for so long: no button leaves from under a pointer. */
const still = 1_500;

/**
 * What must be dealt with, on every screen, one row each. An IMMEDIATE or a FLASH stands here until it is acknowledged on
 * the record; to silence it takes the sound alone.
 */
export function AlarmBar() {
  const t = useT();
  const officer = useOfficer();
  const may = useMayWrite();
  const name = useName();
  const known = useKnown(alarmsQuery);
  const now = useNow();
  const sound = useSound();
  const all = useMemo(() => known.data ?? [], [known.data]);
  const fires = useFires(all);
  const acute = useMemo(
    () =>
      shownOnce(
        all.filter((alarm) => alarm.level !== 'reminder'),
        fires,
      ),
    [all, fires],
  );
  const reminders = all.filter((alarm) => alarm.level === 'reminder');
  // An exercise is played with its sound; it is not shown as what must be dealt with at once.
  const critical = acute.some((alarm) => alarm.mark !== 'exercise');
  const running = runningNow();
  const heard = acute.filter((alarm) => sounds(alarm) && (sound.silenced.get(soundOf(alarm)) ?? 0) <= running);
  const blocked = useSiren(heard.length > 0 && sound.mutedUntil <= running);
  const [open, setOpen] = useState(false);
  const rows = open ? acute : acute.slice(0, shown);
  const moved = useMoved(rows.map((alarm) => alarm.alarm).join(' '));
  const acknowledge = useAcknowledge();
  const first = acute.find(isOwed);
  const mayAcknowledge = may('message.acknowledged');
  const act = (alarm: AlarmView): void => {
    if (acknowledge.isPending || alarm.entry === null || performance.now() - moved.current < settling) return;
    acknowledge.mutate({ line: alarm.line, entries: [alarm.entry] });
  };
  useKey('a', () => {
    if (first !== undefined && mayAcknowledge) act(first);
  });
  useAnnounced(acute);
  useTellOutside(acute);
  const cut = useCut(now);
  const room = useRoom(Math.min(rows.length + cut.length, shown));
  return (
    <section
      className={css['alarms']}
      data-level={critical ? 'critical' : known.unknown ? 'serious' : acute.length > 0 ? 'caution' : 'off'}
      data-rows={room}
      data-alarms={acute.length}
      data-open={open}
      aria-label={t('alarm.title')}
    >
      <p className={css['alarmPrint']}>
        {all.length > 0 && t('alarm.printed', { count: all.length, at: fullUtc(now) })}
      </p>
      <div className={css['alarmRows']}>
        <Unknown of={[known]} what={t('unknown.alarms')} />
        <ul>
          {rows.map((alarm) =>
            isFire(alarm) ? (
              <FireRow key={alarm.alarm} alarm={alarm} item={fires.get(`${alarm.line} ${alarm.entry}`)} />
            ) : (
              <Row
                key={alarm.alarm}
                alarm={alarm}
                pending={acknowledge.isPending}
                mayAcknowledge={mayAcknowledge}
                seat={officer.seat}
                onAcknowledge={() => act(alarm)}
                isFirst={alarm === first}
              />
            ),
          )}
        </ul>
        {cut.length > 0 && (
          <ul>
            {cut.map(({ line, peer, since }) => (
              <li key={`${line.line} ${peer}`} className={css['alarmRow']} data-link-down={peer} data-level="serious">
                <span className={css['alarmLevel']}>
                  <Shape level="serious" />
                  <strong>{t('alarm.link-down')}</strong>
                </span>
                <span className={css['alarmWhat']}>
                  {name(peer)} · <Foreign text={line.title || line.line} />
                </span>
                <span />
                {since === null ? <span /> : <Timer since={since} />}
                <span className={css['alarmActs']}>
                  <button type="button" onClick={() => go({ screen: 'watch', line: line.line })}>
                    {t('alarm.show')}
                  </button>
                </span>
              </li>
            ))}
          </ul>
        )}
        {acute.length > 1 && (
          <button
            type="button"
            className={css['alarmMore']}
            data-many={acute.length > shown}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? t('alarm.fewer') : t('alarm.more', { count: Math.max(acute.length - shown, 1) })}
          </button>
        )}
        {blocked && heard.length > 0 && <p className={css['alarmNote']}>{t('alarm.blocked')}</p>}
        <Refusal error={acknowledge.error} />
        {acute.length === 0 && cut.length === 0 && !known.unknown && reminders.length === 0 && (
          <p className={css['alarmNone']}>{t('alarm.none')}</p>
        )}
        {reminders.length > 0 && <Reminders alarms={reminders} seat={officer.seat} />}
      </div>
    </section>
  );
}

/** A link that is down for so long is no passing trouble, in milliseconds. */
const cutAfter = 60_000;

/** Links that are down, not merely unattended: what is written there goes nowhere now. It is said once, and stands until the peer is heard again. */
function useCut(now: number) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  const status = useEveryStatus(lines);
  const stale = useStale();
  const cut = stale
    ? []
    : lines.flatMap((line) =>
        (status.of.get(line.line)?.peers ?? [])
          .filter(
            (peer) => peer.state === 'down' && (peer.lastHeard === null || now - Date.parse(peer.lastHeard) > cutAfter),
          )
          .map((peer) => ({ line, peer: peer.party, since: peer.lastHeard })),
      );
  const which = cut.map((one) => `${one.line.line} ${one.peer}`).join(',');
  const said = useRef('');
  useEffect(() => {
    if (which !== '' && which !== said.current)
      announce(`${t('alarm.link-down')}: ${cut.map((one) => name(one.peer)).join(', ')}`, true);
    said.current = which;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- said once for each set of links that are down
  }, [which]);
  return cut;
}

/** The items of the convoys that are under fire, by line and entry. */
function useFires(alarms: readonly AlarmView[]): ReadonlyMap<string, ItemView | undefined> {
  const burning = alarms.filter(isFire);
  return useQueries({
    queries: burning.map((alarm) => ({ ...itemQuery(alarm.line, alarm.entry ?? ''), staleTime: 3_000 })),
    combine: (results) =>
      new Map(burning.map((alarm, i) => [`${alarm.line} ${alarm.entry}`, results[i]?.data] as const)),
  });
}

type RowProps = {
  alarm: AlarmView;
  pending: boolean;
  mayAcknowledge: boolean;
  seat: string;
  onAcknowledge: () => void;
  isFirst: boolean;
};

function Row({ alarm, pending, mayAcknowledge, seat, onAcknowledge, isFirst }: RowProps) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  const title = lines.find((line) => line.line === alarm.line)?.title ?? alarm.line;
  const author = alarm.entry?.split('/')[0];
  return (
    <li
      className={css['alarmRow']}
      data-alarm={alarm.alarm}
      data-level={alarm.mark === 'exercise' ? 'caution' : 'critical'}
    >
      <span className={css['alarmLevel']}>
        <NotMeant mark={alarm.mark} />
        <Shape level={alarm.mark === 'exercise' ? 'caution' : 'critical'} />
        <strong>{wordOf(t, 'alarm', alarm.level)}</strong>
        <PrecedenceChip precedence={alarm.precedence} now />
      </span>
      <span className={css['alarmWhat']} title={plainOf(`${title} · ${alarm.entry ?? ''}`)}>
        {alarm.kind !== null && alarm.kind !== 'message.sent' && <strong>{kindWord(t, alarm.kind)} </strong>}
        {alarm.text != null ? (
          <Foreign text={alarm.text} lang={alarm.lang} />
        ) : (
          <span>{aboutWords(t, alarm)}</span>
        )}{' '}
        <span className="dim">
          {author === undefined ? <Foreign text={title} /> : name(author)}
          {alarm.text != null && !isOwed(alarm) && ` · ${aboutWords(t, alarm)}`}
          {alarm.level === 'deputy' && ` · ${roseTo(t, alarm, seat)}`}
          {alarm.quieted != null && (
            <>
              {' '}
              · {t('alarm.quieted', { level: wordOf(t, 'alarm', alarm.quieted.level) })}{' '}
              <Foreign text={alarm.quieted.by.name} /> ({wordOf(t, 'seat', alarm.quieted.by.seat)})
            </>
          )}
        </span>
      </span>
      <Where alarm={alarm} />
      <Timer since={alarm.raised} />
      <span className={css['alarmActs']}>
        {isOwed(alarm) && mayAcknowledge ? (
          <button
            type="button"
            className={css['acknowledge']}
            aria-disabled={pending}
            aria-keyshortcuts={isFirst ? 'a' : undefined}
            title={isFirst ? t('alarm.key-a') : undefined}
            onClick={onAcknowledge}
          >
            {t('act.acknowledge')}
          </button>
        ) : (
          <TakeDown alarm={alarm} seat={seat} />
        )}
        <ShowButton alarm={alarm} />
        <SilenceButton alarm={alarm} />
      </span>
    </li>
  );
}

type T = ReturnType<typeof useT>;
const aboutWords = (t: T, alarm: AlarmView): string => wordOf(t, 'about', alarm.about);

const roseTo = (t: T, alarm: AlarmView, seat: string): string =>
  t(alarm.for?.includes(seat) && seat !== 'watch' ? 'alarm.rose-to-you' : 'alarm.rose', {
    seats: (alarm.for ?? [])
      .filter((one) => one !== 'watch')
      .map((one) => wordOf(t, 'seat', one))
      .join(', '),
  });

function Where({ alarm }: { alarm: AlarmView }) {
  const [longitude, latitude] = alarm.position ?? [];
  return (
    <span className={css['alarmPlace']}>
      {alarm.place != null && <Foreign text={alarm.place} />}{' '}
      {longitude !== undefined && latitude !== undefined && <Position longitude={longitude} latitude={latitude} />}
    </span>
  );
}

function ShowButton({ alarm }: { alarm: AlarmView }) {
  const t = useT();
  if (alarm.entry === null) return null;
  return (
    <button type="button" onClick={() => go({ screen: 'watch', line: alarm.line, entry: alarm.entry })}>
      {t('alarm.show')}
    </button>
  );
}

/** Sound alone, and for a minute: the alarm stands, and nothing of it is acknowledged. */
function SilenceButton({ alarm }: { alarm: AlarmView }) {
  const t = useT();
  useNow();
  const left = (useSound().silenced.get(soundOf(alarm)) ?? 0) - runningNow();
  if (!sounds(alarm)) return <span className={css['alarmSilent']}>{t('alarm.silent')}</span>;
  return (
    <button type="button" aria-disabled={left > 0} onClick={() => silence(soundOf(alarm))}>
      {left > 0 ? t('alarm.silent-for', { seconds: Math.ceil(left / 1000) }) : t('alarm.silence')}
    </button>
  );
}

/** Takes down, for the whole station, what no act on the record ends; it comes back at its next level. */
function TakeDown({ alarm, seat }: { alarm: AlarmView; seat: string }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: () =>
      value<AlarmView>(
        api.POST('/api/v1/alarms/{alarm}/acknowledge', {
          params: { path: { alarm: alarm.alarm } },
          body: { by: officer } as never,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: alarmsQuery.queryKey }),
  });
  return (
    <>
      <button
        type="button"
        disabled={!mayQuiet(seat)}
        aria-disabled={take.isPending}
        title={mayQuiet(seat) ? undefined : t('alarm.not-yours')}
        onClick={() => {
          if (!take.isPending) take.mutate();
        }}
      >
        {t('alarm.take')}
      </button>
      <Refusal error={take.error} />
    </>
  );
}

const answers = ['stopped', 'not ours', 'checking'] as const;

/** A convoy under fire: how long already, where it was last, and the three answers that help it. */
function FireRow({ alarm, item }: { alarm: AlarmView; item: ItemView | undefined }) {
  const t = useT();
  const officer = useOfficer();
  const session = useSession();
  const may = useMayWrite();
  const name = useName();
  const queries = useQueryClient();
  const owner = alarm.entry?.split('/')[0] ?? '';
  const reports = (item?.entries ?? []).filter((one) => one.kind === 'movement.under_fire');
  const last = reports.at(-1)?.entry;
  const report = useQuery({ ...entryQuery(alarm.line, last ?? ''), enabled: last !== undefined }).data;
  const place = placeOf(membersOf(report?.body)?.['place']);
  const given = (item?.entries ?? []).findLast(
    (one) => one.kind === 'movement.fire_answered' && one.entry.startsWith(`${session.party}/`),
  );
  const answer = useMutation({
    mutationFn: (word: string) =>
      sendAct(
        alarm.line,
        {
          kind: 'movement.fire_answered',
          body: { answer: word },
          re: [...new Set([alarm.entry ?? '', ...reports.slice(-1).map((one) => one.entry)])],
        },
        officer,
      ),
    onSettled: () => {
      for (const what of ['alarms', 'item', 'traffic']) void queries.invalidateQueries({ queryKey: [what] });
    },
  });
  return (
    <li className={css['alarmRow']} data-alarm={alarm.alarm} data-fire="true" data-level="critical">
      <span className={css['alarmLevel']}>
        <NotMeant mark={alarm.mark} />
        <Shape level="critical" />
        <strong>{t('alarm.fire')}</strong>
        <PrecedenceChip precedence={alarm.precedence} now />
      </span>
      <span className={css['alarmWhat']}>
        {alarm.text != null && <Foreign text={alarm.text} lang={alarm.lang} />}{' '}
        <span className="dim">
          {name(owner)}
          {given !== undefined && ` · ${t('alarm.fire-answered')}`}
        </span>
      </span>
      <Where
        alarm={{
          ...alarm,
          place: place?.name ?? alarm.place ?? null,
          position: place?.position ?? alarm.position ?? null,
        }}
      />
      <Timer since={alarm.due} />
      <span className={css['alarmActs']}>
        {owner !== session.party && may('movement.fire_answered') ? (
          answers.map((word) => (
            <button
              key={word}
              type="button"
              className={css['acknowledge']}
              aria-disabled={answer.isPending}
              onClick={() => {
                if (!answer.isPending) answer.mutate(word);
              }}
            >
              {t(`fire.${word === 'not ours' ? 'not-ours' : word}`)}
            </button>
          ))
        ) : (
          <TakeDown alarm={alarm} seat={officer.seat} />
        )}
        <ShowButton alarm={alarm} />
        <SilenceButton alarm={alarm} />
      </span>
      <Refusal error={answer.error} />
    </li>
  );
}

/** What an officer is to do at this time of day: quiet, and folded into one line. */
function Reminders({ alarms, seat }: { alarms: readonly AlarmView[]; seat: string }) {
  const t = useT();
  const lines = useLines();
  return (
    <details className={css['reminders']}>
      <summary>{t('alarm.reminders', { count: alarms.length })}</summary>
      <ul>
        {alarms.map((alarm) => (
          <li key={alarm.alarm} className={css['alarmRow']} data-alarm={alarm.alarm} data-level="caution">
            <span className={css['alarmLevel']}>
              <NotMeant mark={alarm.mark} />
              <Shape level="caution" /> {wordOf(t, 'alarm', alarm.level)}
            </span>
            <span className={css['alarmWhat']}>
              {aboutWords(t, alarm)} ·{' '}
              <Foreign text={lines.find((line) => line.line === alarm.line)?.title ?? alarm.line} />
            </span>
            <Timer since={alarm.raised} />
            <span className={css['alarmActs']}>
              <TakeDown alarm={alarm} seat={seat} />
              <ShowButton alarm={alarm} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** When the rows were last others than now. */
function useMoved(rows: string) {
  const at = useRef(0);
  const before = useRef(rows);
  useEffect(() => {
    if (before.current !== rows && before.current !== '') at.current = performance.now();
    before.current = rows;
  }, [rows]);
  return at;
}

/** The rows that the page keeps free for the bar: one always; more only once nobody is about to press something. Until then the others stand over the page. */
function useRoom(rows: number): number {
  const [room, setRoom] = useState(() => Math.max(1, rows));
  useEffect(() => {
    const wanted = Math.max(1, rows);
    if (wanted === room) return undefined;
    let last = performance.now();
    const touched = (): void => {
      last = performance.now();
    };
    const events = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) addEventListener(event, touched, { passive: true });
    const looking = setInterval(() => {
      if (performance.now() - last >= still) setRoom(wanted);
    }, 200);
    return () => {
      clearInterval(looking);
      for (const event of events) removeEventListener(event, touched);
    };
  }, [rows, room]);
  return room;
}

/** A key that acts on every screen, but not while something is typed. */
function useKey(key: string, act: () => void): void {
  const newest = useRef(act);
  useEffect(() => {
    newest.current = act;
  });
  useEffect(() => {
    const pressed = (e: KeyboardEvent): void => {
      const at = e.target instanceof Element ? e.target : null;
      if (e.key !== key || e.repeat || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
      if (at?.closest('input, textarea, select, [contenteditable], [role=dialog], [role=application]') != null) return;
      newest.current();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [key]);
}

/** Says each alarm once, and once more where it rises: the row itself ticks, and is no live region. */
function useAnnounced(acute: readonly AlarmView[]): void {
  const t = useT();
  const name = useName();
  const said = useRef(new Set<string>());
  useEffect(() => {
    const fresh = acute.filter((alarm) => !said.current.has(soundOf(alarm)));
    for (const alarm of fresh) said.current.add(soundOf(alarm));
    if (fresh.length === 0) return;
    announce(
      fresh
        .map((alarm) =>
          [
            alarm.mark === 'exercise' ? t('mark.exercise') : null,
            t(`precedence.${alarm.precedence}`).toUpperCase(),
            wordOf(t, 'alarm', alarm.level),
            alarm.entry === null ? null : name(alarm.entry.split('/')[0] ?? ''),
            alarm.text ?? aboutWords(t, alarm),
            alarm.place,
          ]
            .filter((part) => part != null && part !== '')
            .join('. '),
        )
        .join(' — '),
      true,
    );
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the language does not make an alarm new
  }, [acute]);
}
