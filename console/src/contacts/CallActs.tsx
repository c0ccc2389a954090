import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { sendOrPropose, type Act } from '../api/acts';
import { actsOf, useKinds, type Kind } from '../api/kinds';
import { entryQuery } from '../api/queries';
import { useOfficer, useSession } from '../api/session';
import type { ItemView, LineSummary } from '../api/types';
import { BodyFields, problemText } from '../entry/BodyFields';
import { emptyOf, fieldsOf, readForm, valuesOfBody, type Values } from '../entry/fields';
import { instantOf, membersOf } from '../look/body';
import { actWord, labelOf } from '../look/labels';
import { stationNow } from '../look/now';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { dateTimeGroup } from '../look/time';
import { useZones } from '../look/zones';
import { join, useCurrent } from '../voice/current';
import { liveCallQuery } from '../voice/live';
import type { CallLive } from '../voice/types';
import { useT } from '../messages';

/** Acts that are shown first: what moves a call on. */
/** What belongs to the call itself, and is done where it is held. */
const inTheCall: ReadonlySet<string> = new Set([
  'call.joined',
  'call.busy',
  'call.words_matched',
  'call.words_differed',
]);
const first: ReadonlySet<string> = new Set(['call.accepted', 'call.started']);

/** A call as it was started on the record, and what this station saw of it where voice went through it. */
type Begun = { at: number; participants: unknown; course: CallLive['course'] };

/** How long somebody was kept waiting, by what the stations saw. */
function heldSeconds(course: CallLive['course'], until: number): number {
  const since = new Map<string, number>();
  let milliseconds = 0;
  for (const { at, what, by } of course) {
    const began = since.get(by ?? '');
    if (what === 'held') since.set(by ?? '', Date.parse(at));
    else if ((what === 'resumed' || what === 'left') && began !== undefined) {
      milliseconds += Date.parse(at) - began;
      since.delete(by ?? '');
    }
  }
  for (const began of since.values()) milliseconds += until - began;
  return Math.round(milliseconds / 1_000);
}

/** What an act begins with: what the call is about is said already, and it is done now. */
function bodyFrom(kind: Kind, item: ItemView, now: number, begun: Begun | null): Record<string, unknown> {
  switch (kind.kind) {
    case 'call.started':
      return { at: new Date(now).toISOString() };
    case 'call.held':
      return {
        between: item.between,
        topic: item.topic,
        means: 'line',
        ...(begun === null
          ? {}
          : {
              started: new Date(begun.at).toISOString(),
              ended: new Date(now).toISOString(),
              minutes: Math.max(1, Math.round((now - begun.at) / 60_000)),
              participants: begun.participants,
              ...(begun.course.length === 0
                ? {}
                : { course: begun.course, holdSeconds: heldSeconds(begun.course, now) }),
            }),
      };
    default:
      return {};
  }
}

/** What this party may do next about a call, as the station offers it: each act by the form of its kind. */
export function CallActs({ line, item }: { line: LineSummary; item: ItemView }) {
  const t = useT();
  const officer = useOfficer();
  const kinds = useKinds();
  const [doing, setDoing] = useState<Kind | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const all = actsOf(kinds, officer.seat, item);
  const acts = all.filter((kind) => !inTheCall.has(kind.kind));
  const current = useCurrent();
  const mayJoin = all.some((kind) => kind.kind === 'call.joined') && (current === null || current.ended);
  if (acts.length === 0 && !mayJoin) return null;
  return (
    <div className="column">
      <div className="row">
        {mayJoin && (
          <Button
            size="compact-sm"
            onClick={() =>
              join(line.line, item.entry, officer, officer.seat === 'interpreter' ? 'interpreter' : 'speaker')
            }
          >
            {t('calls.join')}
          </Button>
        )}
        {acts.map((kind) => (
          <Button
            key={kind.kind}
            size="compact-sm"
            variant={first.has(kind.kind) ? 'filled' : 'default'}
            aria-expanded={doing === kind}
            onClick={() => {
              setDone(null);
              setDoing(doing === kind ? null : kind);
            }}
          >
            {actWord(t, kind.kind)}
          </Button>
        ))}
      </div>
      {doing !== null && acts.includes(doing) && (
        <Prepared
          key={doing.kind}
          line={line}
          item={item}
          kind={doing}
          onDone={(said) => {
            // The answer may come when another form is open already: that one stays.
            setDoing((now) => (now === doing ? null : now));
            setDone(said);
          }}
        />
      )}
      {done !== null && <p role="status">{done}</p>}
    </div>
  );
}

type Doing = { line: LineSummary; item: ItemView; kind: Kind; onDone: (done: string | null) => void };

/** The form, once it is known what it begins with: of a call that was started on the record, when, and who spoke. */
function Prepared(doing: Doing) {
  const t = useT();
  const { line, item, kind } = doing;
  const started = kind.kind === 'call.held' ? item.entries.findLast((one) => one.kind === 'call.started') : undefined;
  const entry = useQuery({ ...entryQuery(line.line, started?.entry ?? ''), enabled: started !== undefined });
  const live = useQuery({ ...liveCallQuery(line.line, item.entry), enabled: started !== undefined });
  if (started !== undefined && (entry.isPending || live.isPending)) return <p role="status">{t('shell.loading')}</p>;
  const body = membersOf(entry.data?.body);
  return (
    <ActForm
      {...doing}
      begun={
        started === undefined
          ? null
          : {
              at: instantOf(body?.['at']) ?? Date.parse(started.at),
              participants: body?.['participants'] ?? null,
              course: live.data?.course ?? [],
            }
      }
    />
  );
}

function ActForm({ line, item, kind, onDone, begun }: Doing & { begun: Begun | null }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const session = useSession();
  const { zones } = useZones(line.line, line.parties, session.party);
  const fields = fieldsOf(kind);
  const began = useRef(stationNow()); // the time of an act is that of its first try: the same act again is the same
  const [values, setValues] = useState<Values>(() => ({
    ...emptyOf(kind),
    ...valuesOfBody(fields, bodyFrom(kind, item, began.current, begun)),
  }));
  const [window, setWindow] = useState('0');
  const [tried, setTried] = useState(false);
  const { body, problems } = readForm(fields, values);
  const send = useMutation({
    mutationFn: (act: Act) => sendOrPropose(line.line, act, officer),
    onSuccess: (done) => {
      onDone('proposed' in done ? t('done.proposed') : t('done.recorded', { entry: done.sent.id }));
      for (const what of ['item', 'chronology']) void queries.invalidateQueries({ queryKey: [what, line.line] });
    },
  });
  const windows = item.windows ?? [];
  const accepts = kind.kind === 'call.accepted';
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus();
  }, []);
  return (
    <form
      ref={form}
      className={screen['form']}
      autoComplete="off"
      aria-label={actWord(t, kind.kind).replace(/…$/, '')}
      noValidate
      onKeyDown={(e) => {
        if (e.key === 'Escape') onDone(null);
        else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) e.currentTarget.requestSubmit();
      }}
      onSubmit={(e) => {
        e.preventDefault();
        setTried(true);
        if (Object.keys(problems).length > 0) return;
        send.mutate({
          kind: kind.kind,
          body: accepts ? { ...body, window: windows[Number(window)] ?? null } : body,
          re: [item.entry],
        });
      }}
    >
      <BodyFields
        kind={kind}
        values={values}
        onChange={(part) => setValues((all) => (typeof part === 'function' ? part(all) : { ...all, ...part }))}
        problem={(key) => problemText(t, problems[key], values[key] ?? '', tried)}
        parties={line.parties}
        zones={zones}
        instead={
          accepts
            ? {
                // One of the times that were proposed, and what was asked on the record was not asked outside it.
                window: windows.length > 0 && (
                  <NativeSelect
                    label={t('call.window')}
                    value={window}
                    onChange={(e) => setWindow(e.currentTarget.value)}
                    data={windows.map((w, i) => ({
                      value: String(i),
                      label: `${dateTimeGroup(w.from)} – ${dateTimeGroup(w.until)}`,
                    }))}
                  />
                ),
                outside: null,
              }
            : {}
        }
      />
      {tried && Object.values(problems).includes('wanted') && (
        <p role="alert">
          {t('call.missing', {
            what: Object.entries(problems)
              .filter(([, problem]) => problem === 'wanted')
              .map(([key]) => labelOf(t, kind.kind, key.split('.').at(-1) ?? key))
              .join(', '),
          })}
        </p>
      )}
      <div className="row">
        <Button type="submit" size="compact-sm" loading={send.isPending}>
          {t('act.record-it')}
        </Button>
        <Button type="button" size="compact-sm" variant="subtle" onClick={() => onDone(null)}>
          {t('act.not-now')}
        </Button>
      </div>
      <Refusal error={send.error} />
    </form>
  );
}
