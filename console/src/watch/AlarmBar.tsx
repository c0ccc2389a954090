import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { sendAct } from '../api/acts';
import { api, value } from '../api/client';
import { useKnown } from '../api/known';
import { useMayWrite } from '../api/kinds';
import { alarmsQuery, entryQuery, itemQuery, useLines } from '../api/queries';
import { mayQuiet, useOfficer, useSession } from '../api/session';
import type { AlarmView, ItemView } from '../api/types';
import {
  conflictOf,
  graveness,
  isConflict,
  isFire,
  isLinkDown,
  isOwed,
  isPlayed,
  screenOfAlarm,
  shownOnce,
  soundOf,
  sounds,
  toneOf,
} from '../look/alarms';
import { announce } from '../look/announce';
import { instantOf, membersOf, placeOf, textOf } from '../look/body';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { useShortcut } from '../look/shortcuts';
import { Foreign } from '../look/Foreign';
import { kindWord } from '../look/labels';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { Position } from '../look/Position';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import { runningNow, silence, useSiren, useSound } from '../look/sound';
import { rollUp } from '../look/levels';
import { useStill } from '../look/still';
import { Shape } from '../look/Status';
import { Age, Timer } from '../look/Stamp';
import { dateTimeGroup, fullUtc } from '../look/time';
import { Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { hasWord, useT, wordOf } from '../messages';
import { useAcknowledge } from './acknowledge';
import { useTellOutside } from './outside';
import css from './watch.module.css';

/** Alarms with a row each; the others are counted, and a press shows them. */
const shown = 4;
/** A press that comes sooner than this after the rows have moved was meant for another row. */
const settling = 700;
/**
 * What must be dealt with, on every screen, one row each. An IMMEDIATE or a FLASH stands here until it is acknowledged on
 * the record; to silence it takes the sound alone.
 */
export function AlarmBar() {
  const t = useT();
  const officer = useOfficer();
  const may = useMayWrite();
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
  const played = acute.filter(isPlayed);
  const meant = acute.filter((alarm) => !isPlayed(alarm));
  // What is played has the bar to itself while nothing that is meant stands; else it is folded under that, and counted apart.
  const listed = meant.length > 0 ? meant : played;
  const level = rollUp(listed.map(graveness));
  const running = runningNow();
  const heard = acute.filter(
    (alarm) =>
      !(sound.playedMuted && isPlayed(alarm)) && sounds(alarm) && (sound.silenced.get(soundOf(alarm)) ?? 0) <= running,
  );
  const blocked = useSiren(sound.mutedUntil <= running ? toneOf(heard) : null);
  const [open, setOpen] = useState(false);
  const rows = open ? listed : listed.slice(0, shown);
  const settled = useSettled(rows.map((alarm) => alarm.alarm).join(' '));
  const acknowledge = useAcknowledge();
  const first = listed.find(isOwed);
  const mayAcknowledge = may('message.acknowledged');
  const act = (alarm: AlarmView): void => {
    if (acknowledge.isPending || alarm.entry === null || !settled) return;
    acknowledge.mutate({ line: alarm.line, entries: [alarm.entry] });
  };
  useShortcut('acknowledge', first !== undefined && mayAcknowledge ? () => act(first) : null);
  useAnnounced(acute);
  useTellOutside(acute);
  // The rows that the page keeps free for the bar; until then the others stand over the page.
  const room = useStill(Math.min(rows.length, shown));
  // What can wait moves nothing while an alarm stands: it is one press away in the first row, and has the bar where no row is.
  const [resting, setResting] = useState(false);
  const waiting = reminders.length + (meant.length > 0 ? played.length : 0);
  const rest =
    waiting === 0 ? null : (
      <button type="button" className={css['alarmRest']} aria-expanded={resting} onClick={() => setResting(!resting)}>
        <span className={css['restWords']}>
          {[
            meant.length > 0 && played.length > 0 ? t('alarm.played', { count: played.length }) : null,
            reminders.length > 0 ? t('alarm.reminders', { count: reminders.length }) : null,
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
        <span className={css['restCount']} aria-hidden="true">
          +{waiting}
        </span>
      </button>
    );
  const foot = (
    <>
      {meant.length > 0 && played.length > 0 && (
        <Folded
          word={t('alarm.played', { count: played.length })}
          alarms={played}
          seat={officer.seat}
          open={rows.length > 0}
        />
      )}
      {reminders.length > 0 && (
        <Folded
          word={t('alarm.reminders', { count: reminders.length })}
          alarms={reminders.toSorted((a, b) => Number(isPlayed(a)) - Number(isPlayed(b)))}
          seat={officer.seat}
          open={rows.length > 0}
        />
      )}
    </>
  );
  return (
    <section
      className={css['alarms']}
      data-level={known.unknown ? rollUp(['serious', level]) : level}
      data-rows={room}
      data-alarms={listed.length}
      data-played={meant.length === 0 && played.length > 0}
      data-open={open}
      aria-label={t('alarm.title')}
    >
      <p className={css['alarmPrint']}>
        {all.length > 0 && t('alarm.printed', { count: all.length, at: fullUtc(now) })}
      </p>
      <div className={css['alarmStack']}>
        <div className={css['alarmRows']} data-alarm-rows>
          <Unknown of={[known]} what={t('unknown.alarms')} />
          <ul>
            {rows.map((alarm) =>
              isFire(alarm) ? (
                <FireRow
                  key={alarm.alarm}
                  alarm={alarm}
                  item={fires.get(`${alarm.line} ${alarm.entry}`)}
                  rest={alarm === rows[0] ? rest : null}
                />
              ) : (
                <Row
                  key={alarm.alarm}
                  alarm={alarm}
                  pending={acknowledge.isPending || !settled}
                  mayAcknowledge={mayAcknowledge}
                  seat={officer.seat}
                  onAcknowledge={() => act(alarm)}
                  isFirst={alarm === first}
                  rest={alarm === rows[0] ? rest : null}
                />
              ),
            )}
          </ul>
          {listed.length > 1 && (
            <button
              type="button"
              className={css['alarmMore']}
              data-many={listed.length > shown}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {open ? t('alarm.fewer') : t('alarm.more', { count: Math.max(listed.length - shown, 1) })}
            </button>
          )}
          <Refusal error={acknowledge.error} />
          {rows.length === 0 && foot}
          {listed.length === 0 && !known.unknown && reminders.length === 0 && (
            <p className={css['alarmNone']}>{t('alarm.none')}</p>
          )}
        </div>
        {rows.length > 0 && resting && waiting > 0 && <div className={css['alarmFoot']}>{foot}</div>}
        {blocked && heard.length > 0 && <p className={css['alarmNote']}>{t('alarm.blocked')}</p>}
      </div>
    </section>
  );
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
  /** In the first row, the way to what can wait. */
  rest: ReactNode;
};

function Row({ alarm, pending, mayAcknowledge, seat, onAcknowledge, isFirst, rest }: RowProps) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  const title = lines.find((line) => line.line === alarm.line)?.title ?? alarm.line;
  const author = isLinkDown(alarm) ? alarm.waitingFor[0] : alarm.entry?.split('/')[0];
  const level = graveness(alarm);
  const about = isConflict(alarm) ? <ConflictWords alarm={alarm} /> : aboutWords(t, alarm, name);
  return (
    <li
      className={css['alarmRow']}
      data-alarm={alarm.alarm}
      data-class={alarm.class}
      data-level={level}
      data-played={isPlayed(alarm)}
    >
      <span className={css['alarmLevel']}>
        <NotMeant mark={alarm.mark} />
        <Shape level={level} />
        <strong>{alarmWord(t, alarm)}</strong>
        {alarm.rings && <PrecedenceChip precedence={alarm.precedence} now={!isPlayed(alarm)} />}
      </span>
      <span className={css['alarmWhat']} title={plainOf(`${title} · ${alarm.entry ?? ''}`)}>
        {alarm.kind !== null && alarm.kind !== 'message.sent' && isByEntry(alarm) && (
          <strong>{kindWord(t, alarm.kind)} </strong>
        )}
        {alarm.text != null && isByEntry(alarm) ? (
          <Foreign text={alarm.text} lang={alarm.lang} />
        ) : (
          <span>{about}</span>
        )}{' '}
        <span className="dim">
          {alarm.text != null && !isByEntry(alarm) && !isConflict(alarm) && (
            <>
              <Foreign text={alarm.text} lang={alarm.lang} /> ·{' '}
            </>
          )}
          {author !== undefined && !isLinkDown(alarm) && !isConflict(alarm) && `${name(author)} · `}
          <Foreign text={title} />
          {alarm.text != null && isByEntry(alarm) && !isOwed(alarm) && <> · {about}</>}
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
      <span className={css['alarmWhen']}>
        <Timer since={alarm.raised} /> <Deadline alarm={alarm} /> {rest}
      </span>
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
type Name = ReturnType<typeof useName>;

/** True where an alarm is about an entry itself, which then says best what it is; else what the station found is said first. */
const isByEntry = (alarm: AlarmView): boolean => alarm.class === 'urgent' || alarm.class === 'overdue';

/** What it is in one or two words: by its class where that says more than how far it has come. */
const alarmWord = (t: T, alarm: AlarmView): string =>
  hasWord('alarm-class', alarm.class) ? wordOf(t, 'alarm-class', alarm.class) : wordOf(t, 'alarm', alarm.level);

/** What it is about, where the station's own words are not an officer's. */
function aboutWords(t: T, alarm: AlarmView, name: Name): string {
  const others = alarm.waitingFor.map(name).join(', ');
  if (isLinkDown(alarm)) return t('about.link-down', { party: others });
  if (alarm.class === 'blind-conflict') return t('about.blind-conflict');
  const pair = conflictOf(alarm);
  if (pair !== null) return conflictWords(t, name, pair, alarm.text ?? null, null);
  if (isConflict(alarm)) return t('about.conflicts', { party: others, count: /\d+/.exec(alarm.about)?.[0] ?? '…' });
  return wordOf(t, 'about', alarm.about);
}

/** Two plans by name, where they are known; else by their entries. */
const conflictWords = (
  t: T,
  name: Name,
  [ours, theirs]: readonly [string, string],
  own: string | null,
  other: string | null,
): string =>
  t('about.conflict', { ours: own ?? ours, theirs: other ?? theirs, party: name(theirs.split('/')[0] ?? '') });

/** What conflicts with what, by the names that the plans have. */
function ConflictWords({ alarm }: { alarm: AlarmView }) {
  const t = useT();
  const name = useName();
  const pair = conflictOf(alarm);
  const named = useQueries({
    queries: (pair ?? []).map((entry) => ({ ...entryQuery(alarm.line, entry), staleTime: Infinity })),
  }).map(({ data }) => textOf(membersOf(data?.body)?.['name']) ?? (data === undefined ? null : kindWord(t, data.kind)));
  return (
    <span>
      {pair === null ? aboutWords(t, alarm, name) : conflictWords(t, name, pair, named[0] ?? null, named[1] ?? null)}
    </span>
  );
}

/** By when it is to be acknowledged; of a conflict, when it begins. */
function Deadline({ alarm }: { alarm: AlarmView }) {
  const t = useT();
  const now = useNow();
  const at = instantOf(alarm.due);
  if (at === null || at <= 0) return null;
  if (isConflict(alarm))
    return at < now ? null : <span className={css['alarmDue']}>{t('alarm.begins', { time: dateTimeGroup(at) })}</span>;
  return !isOwed(alarm) ? null : (
    <span className={css['alarmDue']} data-late={at <= now}>
      {t(at <= now ? 'message.overdue-by' : 'duty.left')} <Age at={alarm.due} />
    </span>
  );
}

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
  if (alarm.entry === null && !isLinkDown(alarm)) return null;
  return (
    <button type="button" onClick={() => go({ screen: screenOfAlarm(alarm), line: alarm.line, entry: alarm.entry })}>
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
    <button
      type="button"
      className={css['silence']}
      aria-disabled={left > 0}
      title={t('alarm.silence')}
      onClick={() => silence(soundOf(alarm))}
    >
      <svg viewBox="0 0 20 16" width="16" height="13" aria-hidden="true">
        <path d="M1 5.5h3.500L9 1.500v13L4.500 10.500H1z" fill="currentColor" />
        <path d="M12.500 5.500l5 5M17.500 5.500l-5 5" stroke="currentColor" strokeWidth="1.800" />
      </svg>
      <span>{left > 0 ? t('alarm.silent-for', { seconds: Math.ceil(left / 1000) }) : t('alarm.silence')}</span>
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
function FireRow({ alarm, item, rest }: { alarm: AlarmView; item: ItemView | undefined; rest: ReactNode }) {
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
    <li
      className={css['alarmRow']}
      data-alarm={alarm.alarm}
      data-fire="true"
      data-class={alarm.class}
      data-level={graveness(alarm)}
      data-played={isPlayed(alarm)}
    >
      <span className={css['alarmLevel']}>
        <NotMeant mark={alarm.mark} />
        <Shape level={graveness(alarm)} />
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
      <span className={css['alarmWhen']}>
        <Timer since={alarm.due} /> {rest}
      </span>
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

/** What waits its turn, folded into one line: what is to be done at this time of day, and what is played while something that is meant stands. */
function Folded({
  word,
  alarms,
  seat,
  open,
}: {
  word: string;
  alarms: readonly AlarmView[];
  seat: string;
  /** True where it was asked for already. */
  open: boolean;
}) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  return (
    <details className={css['reminders']} open={open}>
      <summary>{word}</summary>
      <ul>
        {alarms.map((alarm) => (
          <li
            key={alarm.alarm}
            className={css['alarmRow']}
            data-alarm={alarm.alarm}
            data-level={graveness(alarm)}
            data-played={isPlayed(alarm)}
          >
            <span className={css['alarmLevel']}>
              <NotMeant mark={alarm.mark} />
              <Shape level={graveness(alarm)} /> {alarmWord(t, alarm)}
            </span>
            <span className={css['alarmWhat']}>
              {alarm.text != null && !isConflict(alarm) && (
                <>
                  <Foreign text={alarm.text} lang={alarm.lang} /> ·{' '}
                </>
              )}
              {isConflict(alarm) ? <ConflictWords alarm={alarm} /> : aboutWords(t, alarm, name)} ·{' '}
              <Foreign text={lines.find((line) => line.line === alarm.line)?.title ?? alarm.line} />
            </span>
            <Where alarm={alarm} />
            <span className={css['alarmWhen']}>
              <Timer since={alarm.raised} />
            </span>
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

/** False for a moment after the rows have moved: a press then was meant for another row. */
function useSettled(rows: string): boolean {
  const [at, setAt] = useState(rows);
  useEffect(() => {
    if (at === rows) return undefined;
    // The first alarm takes no other's place.
    const settle = setTimeout(() => setAt(rows), at === '' ? 0 : settling);
    return () => clearTimeout(settle);
  }, [at, rows]);
  return at === rows || at === '';
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
            isPlayed(alarm) ? t('mark.exercise') : null,
            alarm.rings ? t(`precedence.${alarm.precedence}`).toUpperCase() : null,
            alarmWord(t, alarm),
            alarm.entry === null ? null : name(alarm.entry.split('/')[0] ?? ''),
            (isByEntry(alarm) ? alarm.text : null) ?? aboutWords(t, alarm, name),
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
