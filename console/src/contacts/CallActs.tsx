import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { sendOrPropose, type Act } from '../api/acts';
import { actsOf, useKinds, type Kind } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import type { ItemView, LineSummary } from '../api/types';
import { BodyFields, problemText } from '../entry/BodyFields';
import { emptyOf, fieldsOf, readForm, valuesOfBody, type Values } from '../entry/fields';
import { Foreign } from '../look/Foreign';
import { actWord, labelOf } from '../look/labels';
import { useName } from '../look/names';
import { stationNow } from '../look/now';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Status } from '../look/Status';
import { dateTimeGroup } from '../look/time';
import { useZones } from '../look/zones';
import { join, useCurrent } from '../voice/current';
import { callLive, callLogsQuery, partFor } from '../voice/live';
import type { CallLogs } from '../voice/types';
import { useT } from '../messages';

/** What belongs to the call itself, and is done where it is held. */
const inTheCall: ReadonlySet<string> = new Set([
  'call.joined',
  'call.busy',
  'call.words_matched',
  'call.words_differed',
  'call.admitted',
  'call.recording_consented',
  'call.recording_refused',
  'call.recording_started',
  'call.recording_ended',
]);
/** Acts that are shown first: what moves a call on. */
const first: ReadonlySet<string> = new Set(['call.accepted', 'call.started']);

/** What an act begins with: what the call is about is said already, and it is done now. Of a log, what the station would write. */
function bodyFrom(kind: Kind, now: number, logs: CallLogs | null): Record<string, unknown> {
  switch (kind.kind) {
    case 'call.started':
      return { at: new Date(now).toISOString() };
    case 'call.held':
      return Object.fromEntries(
        Object.entries(logs?.draft ?? { means: 'line' }).filter(
          ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
        ),
      );
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
  const session = useSession();
  const mayJoin = all.some((kind) => kind.kind === 'call.joined') && (current === null || current.ended);
  if (acts.length === 0 && !mayJoin) return null;
  return (
    <div className="column">
      <div className="row">
        {mayJoin && (
          <Button
            size="compact-sm"
            onClick={() =>
              void callLive(line.line, item.entry).then((call) =>
                join(line.line, item.entry, officer, partFor(call, session.party, officer)),
              )
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

/** The form, once it is known what it begins with: of a log, what this station would write, and what others wrote. */
function Prepared(doing: Doing) {
  const t = useT();
  const { line, item, kind } = doing;
  const isLog = kind.kind === 'call.held';
  const logs = useQuery({ ...callLogsQuery(line.line, item.entry), enabled: isLog });
  if (isLog && logs.isPending) return <p role="status">{t('shell.loading')}</p>;
  return (
    <>
      {logs.data !== undefined && <Differences logs={logs.data} />}
      <ActForm {...doing} logs={logs.data ?? null} />
    </>
  );
}

/** Where another party's log of the call says something else than ours would: to be seen before it is signed (R22). */
function Differences({ logs }: { logs: CallLogs }) {
  const t = useT();
  const name = useName();
  const { differences, logged } = logs;
  const others = logged.filter((one) => differences.some((d) => d.party === one.party) || differences.length === 0);
  if (others.length === 0) return null;
  return (
    <section className="column" data-differences={differences.length}>
      <strong>{t('calls.logs-compared')}</strong>
      {differences.length === 0 ? (
        <Status level="normal" word={t('calls.logs-alike')} />
      ) : (
        <table>
          <thead>
            <tr>
              <th />
              <th>{t('calls.log-ours')}</th>
              <th>
                {t('calls.log-theirs', { party: [...new Set(differences.map((d) => name(d.party)))].join(', ') })}
              </th>
            </tr>
          </thead>
          <tbody>
            {differences.map((d, i) => (
              <tr key={i}>
                <td>
                  {d.what} {d.by !== null && <Foreign text={d.by} />}
                </td>
                <td>{d.ours ?? t('calls.log-nothing')}</td>
                <td>{d.theirs ?? t('calls.log-nothing')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ActForm({ line, item, kind, onDone, logs }: Doing & { logs: CallLogs | null }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const session = useSession();
  const { zones } = useZones(line.line, line.parties, session.party);
  const fields = fieldsOf(kind);
  const began = useRef(stationNow()); // the time of an act is that of its first try: the same act again is the same
  const [values, setValues] = useState<Values>(() => ({
    ...emptyOf(kind),
    ...valuesOfBody(fields, bodyFrom(kind, began.current, logs)),
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
