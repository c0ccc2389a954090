import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { once, sendOrPropose, type Done } from '../api/acts';
import { api, Refused, value } from '../api/client';
import { useUsualMark } from '../api/marks';
import { entryQuery } from '../api/queries';
import { actOf, type Kind } from '../api/kinds';
import type { DraftView, LineSummary, Mark, Precedence } from '../api/types';
import { BodyFields, problemText } from './BodyFields';
import { Conflicts, conflictsOf } from './Conflicts';
import { emptyOf, fieldsOf, readForm, valuesOfDraft, type Values } from './fields';
import { marks, precedences } from '../look/Chips';
import { listOf, membersOf } from '../look/body';
import { morePressing } from '../look/compose';
import { FileList, sentOf, useFiles, type Sent } from '../look/Files';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { useKept, type Keeping } from '../look/kept';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { ageText, readUtc } from '../look/time';
import { useNow } from '../look/now';
import { hasText, useT } from '../messages';
import { useOfficer, useSession } from '../api/session';
import { useZones } from '../look/zones';
import { actWord, kindWord, labelOf } from '../look/labels';
import { EntryBody } from '../look/BodyView';
import { EntryLink } from '../look/EntryLink';
import { useName } from '../look/names';
import { summaryOf } from '../look/summary';

/** What the officer did not choose is null: a mark is that of what the form answers, else what is usual on the line; an answer is as pressing as what it answers. `sent` are files that are on the record already, of a form that is not. */
type Typed = { values: Values; precedence: Precedence | null; mark: Mark | null; sent?: Sent[] };

/** What this browser kept of a form, whatever another version left there. */
const keeping: Keeping<Typed> = {
  read: (stored) => {
    const kept = membersOf(stored);
    if (kept === null) return null;
    return {
      values: valuesOfDraft(kept),
      precedence: precedences.find((one) => one === kept['precedence']) ?? null,
      mark: marks.find((one) => one === kept['mark']) ?? null,
      sent: sentOf(kept['sent']),
    };
  },
};

/** Where files go that an entry brings with it: its list of material, or of attachments; null for a kind that takes none. */
const filesOf = (kind: Kind): 'material' | 'attachments' | null => {
  const field = fieldsOf(kind).find((one) => one.what === 'material' || one.type === 'files');
  return field === undefined ? null : field.type === 'files' ? 'attachments' : 'material';
};

const nothingFixed: Values = {};

/** Whether a volume says from when until when it is used (ASTM F3548-21: `time_start`, `time_end`). */
const hasTimes = (volume: unknown): boolean => {
  const told = membersOf(volume);
  return told?.['time_start'] != null && told['time_end'] != null;
};

/** What a form answers, in its author's words, beside the answer while it is written. */
function Answered({ line, entry }: { line: string; entry: string }) {
  const t = useT();
  const name = useName();
  const told = useQuery(entryQuery(line, entry)).data;
  const text = told === undefined ? null : summaryOf(told.kind, told.body).text;
  return (
    <section className={screen['answered']} aria-label={t('forms.answers')}>
      <p className="dim">
        {t('forms.answers')} {told !== undefined && `${kindWord(t, told.kind)} · ${name(entry.split('/')[0] ?? '')}`}{' '}
        <EntryLink line={line} entry={entry} />
      </p>
      {text !== null && (
        <p className={screen['answeredText']}>
          <Foreign text={text} lang={told?.lang} />
        </p>
      )}
      <EntryBody line={line} entry={entry} rest={text !== null} />
    </section>
  );
}

/** One form, made from what the station says of its kind. It is kept in this browser while it is typed, can be saved at the station with whatever is wrong in it, and is sent when nothing is (P7). */
export function FormEditor({
  line,
  kind,
  about,
  start,
  leftOut = [],
  draft,
  onDone,
  beside,
  fixed = nothingFixed,
}: {
  line: LineSummary;
  kind: Kind;
  about: string | null;
  start: Values;
  draft: DraftView | null;
  onDone: (done?: Done) => void;
  /** Members of the entry that this one replaces which the station does not know, and takes from nobody here. */
  leftOut?: readonly string[];
  /** Members that are what they are: shown, not typed, whatever was typed here before. */
  fixed?: Values;
  /** What is said of the body as it stands in the form. */
  beside?: (body: Record<string, unknown>, wrong: number) => ReactNode;
}) {
  const name = kind.kind;
  const fields = fieldsOf(kind);
  const t = useT();
  const now = useNow();
  const officer = useOfficer();
  const session = useSession();
  const queries = useQueryClient();
  const { zones } = useZones(line.line, line.parties, session.party);
  const first: Typed = {
    values: draft === null ? { ...emptyOf(kind), ...start } : valuesOfDraft(draft.content),
    precedence: null,
    mark: null,
  };
  const [typed, setTyped, other] = useKept<Typed>(
    `form.${line.line}.${name}.${about ?? ''}.${draft?.draft ?? ''}.${officer.name}`,
    first,
    keeping,
  );
  const answered = useQuery({ ...entryQuery(line.line, about ?? 'none/0'), enabled: about !== null }).data;
  const usual = useUsualMark(line.line);
  const mark = typed.mark ?? answered?.mark ?? usual;
  const answersOthers =
    answered !== undefined &&
    kind.replaces === null &&
    (kind.answers ?? []).length > 0 &&
    !answered.id.startsWith(`${session.party}/`);
  // An accident is not hostile for as long as nobody takes it for that: its report is hurried.
  const own = kind.family === 'accident' ? 'priority' : kind.precedence;
  const precedence = typed.precedence ?? (answersOthers ? morePressing(own, answered.precedence) : own);
  const [tried, setTried] = useState(draft !== null);
  const files = useFiles(typed.sent ?? [], (sent) => setTyped({ ...typed, sent }));
  const filed = filesOf(kind);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('fieldset :is(input, textarea, select)')?.focus({ preventScroll: true });
  }, []);
  const submit = (): void => {
    setTried(true);
    if (wrong === 0 && !files.tooLarge) send.mutate([]);
  };
  const change = (part: Values | ((values: Values) => Values)): void =>
    setTyped({ ...typed, values: typeof part === 'function' ? part(typed.values) : { ...typed.values, ...part } });
  const values = { ...typed.values, ...fixed };
  const { body, problems } = readForm(fields, values);
  const wrong = Object.keys(problems).length;
  const dropDraft = async (): Promise<void> => {
    if (draft !== null)
      await api.DELETE('/api/v1/drafts/{draft}', { params: { path: { draft: draft.draft } }, headers: unchanged() });
    await queries.invalidateQueries({ queryKey: ['drafts'] });
  };
  const send = useMutation({
    /** `known`: what the plan conflicts with, and its officer was shown. */
    mutationFn: async (known: readonly string[]): Promise<Done> => {
      const met = known.length > 0 ? [] : await conflictsOf(line.line, listOf(body['volumes']), session.party);
      if (met.length > 0) throw new Refused('conflicts', t('forms.conflicts'), 409, null, met);
      const sent = await files.send(line.line, mark);
      const told = sent.map((one) =>
        filed === 'attachments'
          ? { entry: one.entry, name: one.name, size: one.size, sha256: one.sha256 }
          : {
              what: one.name,
              hash: `sha256:${one.sha256}`,
              source: one.source.trim() || null,
              verification: one.verification,
              entry: one.entry,
            },
      );
      const put = (named: readonly string[]): Promise<Done> =>
        sendOrPropose(
          line.line,
          {
            kind: name,
            body: {
              ...body,
              ...(filed === null || told.length === 0 ? {} : { [filed]: [...listOf(body[filed]), ...told] }),
            },
            re: [...(about === null ? [] : [about]), ...named, ...sent.map((one) => one.entry)],
            ...(about !== null && precedence === kind.precedence ? {} : { precedence }),
            ...(typed.mark === null && about !== null ? {} : { mark }),
          },
          officer,
        );
      const done = await put([]).catch((e: unknown) => {
        // Where the station wants it named, what the officer was shown is named, and nothing else.
        if (e instanceof Refused && e.conflicts.length > 0 && e.conflicts.every((one) => known.includes(one)))
          return put(e.conflicts);
        throw e;
      });
      await dropDraft().catch(() => undefined); // the entry is on the record; a draft that was changed meanwhile stays
      return done;
    },
    onSuccess: (done) => {
      files.clear();
      setTyped({ ...first, values: {} });
      onDone(done);
    },
  });
  // The state of the draft that this form goes on from: another window, or another session, may have changed it since.
  const seen = useRef(draft?.at ?? null);
  const unchanged = (): Record<string, string> => (seen.current === null ? {} : { 'If-Match': `"${seen.current}"` });
  const keepDraft = useMutation({
    mutationFn: async (another: boolean) => {
      const content = {
        content: { form: name, about, values: typed.values },
        line: line.line,
        kind: name,
        by: officer,
      } as never;
      const kept =
        draft === null || another
          ? await once(['draft', content], (headers) =>
              value<DraftView>(api.POST('/api/v1/drafts', { body: content, headers })),
            )
          : await value<DraftView>(
              api.PUT('/api/v1/drafts/{draft}', {
                params: { path: { draft: draft.draft } },
                body: content,
                headers: unchanged(),
              }),
            );
      if (draft !== null && !another) seen.current = kept.at;
      return kept;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['drafts'] }),
  });
  // What takes two officers cannot be taken back once others have it, and is held to confirm.
  const grave = actOf(kind, typed.values['level'] ?? '') !== null;
  const lead = kind.leadTimes?.[typed.values['template'] ?? ''] ?? 0;
  const begins = readUtc(typed.values['from'] ?? '');
  const late = lead === 0 || begins === null ? 0 : now + lead * 1000 - Date.parse(begins);
  const what = `forms.what.${name}`;
  const title = about === null ? kindWord(t, name) : actWord(t, name).replace(/…$/, '');

  return (
    <form
      className={screen['form']}
      aria-label={title}
      noValidate
      autoComplete="off"
      ref={form}
      onKeyDown={(e) => {
        if (e.key === 'Escape') onDone();
        else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) e.currentTarget.requestSubmit();
      }}
      onSubmit={(e) => {
        e.preventDefault();
        if (!grave) submit();
      }}
    >
      <h2>
        {title}
        {about !== null && <span className="mono dim"> → {about}</span>}
      </h2>
      {hasText(what) && <p className="dim">{t(what)}</p>}
      {about !== null && kind.replaces === null && <Answered line={line.line} entry={about} />}
      {leftOut.length > 0 && <p role="status">{t('forms.left-out', { members: leftOut.join(', ') })}</p>}
      {/* What is typed while the form is on its way would be lost with it: it can be typed into again once that is known. */}
      <fieldset disabled={send.isPending} className={screen['locked']}>
        <BodyFields
          kind={kind}
          values={values}
          onChange={change}
          instead={Object.fromEntries(
            Object.entries(fixed).map(([member, text]) => [
              member,
              <p key={member}>
                <span className="dim">{labelOf(t, name, member)}</span>
                <br />
                <bdi dir="ltr" className={screen['fixed']}>
                  {text}
                </bdi>
              </p>,
            ]),
          )}
          problem={(key) => problemText(t, problems[key], typed.values[key] ?? '', tried)}
          parties={line.parties}
          zones={zones}
          within={
            filed === 'material' ? { material: <FileList files={files} material disabled={send.isPending} /> } : {}
          }
        />
      </fieldset>
      {filed === 'attachments' && (
        <fieldset className={screen['card']}>
          <legend>{t('member.attachments')}</legend>
          <FileList files={files} material={false} disabled={send.isPending} />
        </fieldset>
      )}
      {beside?.(body, wrong)}
      {listOf(body['volumes']).some((one) => !hasTimes(one)) && <p role="status">{t('forms.endless')}</p>}
      {late > 0 && <p role="status">{t('forms.late', { lead: ageText(lead * 1000), age: ageText(late) })}</p>}
      <div className={screen['grid']}>
        <NativeSelect
          label={t('composer.precedence')}
          value={precedence}
          onChange={(e) => setTyped({ ...typed, precedence: e.currentTarget.value as Precedence })}
          data={precedences.map((p) => ({ value: p, label: t(`precedence.${p}`) }))}
        />
        <NativeSelect
          label={t('composer.mark')}
          value={mark}
          onChange={(e) => setTyped({ ...typed, mark: e.currentTarget.value as Mark })}
          data={(['actual', 'exercise', 'test'] as const).map((m) => ({ value: m, label: t(`mark.${m}`) }))}
        />
      </div>
      {other !== null && (
        <p role="alert" className="row">
          {t('kept.beside')} <Foreign text={Object.values(other.value.values).join(' · ').slice(0, 200)} />
          <button type="button" onClick={other.take}>
            {t('kept.take')}
          </button>
          <button type="button" onClick={other.drop}>
            {t('kept.drop')}
          </button>
        </p>
      )}
      {tried && wrong > 0 && <p role="alert">{t('forms.wrong', { count: wrong })}</p>}
      {send.error instanceof DOMException && send.error.name === 'AbortError' ? (
        <p role="status">{t('attach.cancelled')}</p>
      ) : send.error instanceof Refused && send.error.conflicts.length > 0 ? (
        <Conflicts
          line={line.line}
          entries={send.error.conflicts}
          onChange={() => {
            send.reset();
            form.current
              ?.querySelector<HTMLElement>('[data-volumes] :is(input, textarea, select)')
              ?.focus({ preventScroll: false });
          }}
          onKnown={(entries) => send.mutate([...new Set([...(send.variables ?? []), ...entries])])}
        />
      ) : (
        <Refusal error={send.error ?? keepDraft.error} />
      )}
      <div className="row">
        {grave ? (
          <Hold onHeld={submit} disabled={send.isPending}>
            {t(kind.act === 'public-release' ? 'forms.publish' : 'act.record-it')}
          </Hold>
        ) : (
          <Button type="submit" loading={send.isPending}>
            {t('act.record-it')}
          </Button>
        )}
        <Button type="button" variant="default" loading={keepDraft.isPending} onClick={() => keepDraft.mutate(false)}>
          {t('forms.save')}
        </Button>
        {draft !== null && (
          <Button type="button" variant="default" onClick={() => void dropDraft().then(() => onDone())}>
            {t('forms.throw-away')}
          </Button>
        )}
        <Button type="button" variant="subtle" onClick={() => onDone()}>
          {t('act.not-now')}
        </Button>
        {keepDraft.error instanceof Refused && keepDraft.error.code === 'draft-changed' && (
          <>
            <span role="alert">{t('draft.changed')}</span>
            <Button type="button" variant="default" onClick={() => keepDraft.mutate(true)}>
              {t('draft.as-another')}
            </Button>
          </>
        )}
        {keepDraft.isSuccess && <span role="status">{t('forms.saved')}</span>}
      </div>
    </form>
  );
}
