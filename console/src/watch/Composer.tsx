import { Button, NativeSelect, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { once, proposeAct, sendOrPropose, type Act, type Done } from '../api/acts';
import { api, value } from '../api/client';
import { useConnection, useTail } from '../api/live';
import { lineQuery, statusQuery } from '../api/queries';
import type { LineDetail, LineSummary, Mark, Precedence } from '../api/types';
import { codedOf, numberProblem } from '../look/fields';
import { membersOf, textOf } from '../look/body';
import { marks, precedences } from '../look/Chips';
import { FileList, sentOf, useFiles, type Sent } from '../look/Files';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { onWanted, takenUp, takeWanted } from '../look/compose';
import { currentKept, useKept, type Keeping } from '../look/kept';
import { goIn, goLater, goNow, takeBack, useGoing, useUndoTime } from '../look/pending';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { summaryOf } from '../look/summary';
import { directionOf } from '../look/visible';
import { hasWord, useT, type Key } from '../messages';
import { usualMark } from '../api/marks';
import { useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import { useWriting } from './Presence';
import { filledIn, useTemplates } from './templates';
import { Templates } from './Templates';
import css from './watch.module.css';

/** `sent` are files that are on the record already, of a message that is not. */
type Draft = {
  text: string;
  lang: string;
  precedence: Precedence;
  /** Null until it is chosen: then it is what the newest of the line is. */
  mark: Mark | null;
  record: 'on' | 'off' | null;
  template: string;
  fields: Record<string, string>;
  sent?: Sent[];
  /** What it answers; null or left out for nothing. */
  re?: string | null;
};
export const empty: Draft = {
  text: '',
  lang: '',
  precedence: 'routine',
  mark: null,
  record: null,
  template: '',
  fields: {},
};

/** What is kept of a message is on the record. What is not, or not chosen yet, is on no disk: it lives in this page, and ends with it. */
export const keeping: Keeping<Draft> = {
  keeps: (draft) => draft.record === 'on',
  read: (stored) => {
    const kept = membersOf(stored);
    if (kept === null || kept['record'] !== 'on') return null;
    const text = (name: string): string => textOf(kept[name]) ?? '';
    const fields = Object.entries(membersOf(kept['fields']) ?? {}).filter(
      (one): one is [string, string] => typeof one[1] === 'string',
    );
    return {
      text: text('text'),
      lang: text('lang'),
      precedence: precedences.find((one) => one === kept['precedence']) ?? 'routine',
      mark: marks.find((one) => one === kept['mark']) ?? null,
      record: 'on',
      template: text('template'),
      fields: Object.fromEntries(fields),
      sent: sentOf(kept['sent']),
      re: textOf(kept['re']),
    };
  },
};

/** What is left of the text in the box once the message went that it began with. */
export function restOf(now: string, sent: string): string {
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
}

/** The acts that the line's own document gives to two officers (design: LinePolicy). */
function actsForTwo(detail: LineDetail | undefined): string[] {
  if (detail === undefined) return [];
  try {
    const line = new TextDecoder().decode(Uint8Array.from(atob(detail.document), (c) => c.charCodeAt(0)));
    return (
      (JSON.parse(line.slice(0, line.lastIndexOf('}') + 1)) as { policy?: { twoPeople?: string[] } }).policy
        ?.twoPeople ?? []
    );
  } catch {
    return [];
  }
}

/** What is chosen in the list of templates to change them. */
const edit = '\u0000edit';

/** A field of ours has a word in every language; a station's own is called what the station calls it. */
const fieldWord = (t: ReturnType<typeof useT>, name: string): string =>
  hasWord('field', name) ? t(`field.${name}` as Key) : name;

/** Writes a message. The draft is kept per line and officer, over any reload; on or off the record is chosen before sending, never assumed. */
export function Composer({ line }: { line: LineSummary }) {
  const t = useT();
  const officer = useOfficer();
  const { party: own } = useSession();
  const name = useName();
  const may = useMayWrite();
  const key = `draft.${line.line}.${officer.name}`;
  const [draft, setDraft, beside] = useKept<Draft>(key, empty, keeping);
  const [open, setOpen] = useState(draft.text !== '');
  const { entries } = useTail(line.line);
  const usual = usualMark(entries);
  const mark = draft.mark ?? usual;
  const suspended = (useQuery(statusQuery(line.line)).data?.suspensions ?? []).length > 0;
  const two = actsForTwo(useQuery(lineQuery(line.line)).data).includes('flash');
  const [dropping, setDropping] = useState(false);
  const connection = useConnection();
  const [undo] = useUndoTime();
  const going = useGoing();
  const templates = useTemplates(draft.lang);
  const [editing, setEditing] = useState(false);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const codedIn = (of: Draft) => {
    const template = templates.find((one) => one.id === of.template);
    const coded = (template?.fields ?? []).map((field) => ({
      field,
      input: of.fields[field.name] ?? '',
      // A text is part of the message's text alone.
      value:
        field.type === 'text'
          ? null
          : codedOf(
              { name: field.name, type: field.type, ...(field.unit == null ? {} : { unit: field.unit }) },
              of.fields[field.name] ?? '',
            ),
    }));
    return { template, coded };
  };
  const { template, coded } = codedIn(draft);
  const bad = coded.some(
    ({ field, input, value: read }) => field.type !== 'text' && input.trim() !== '' && read === null,
  );

  const files = useFiles(draft.sent ?? [], (sent) => setDraft({ ...draft, sent }));
  // The files first, each as an entry of its own; then the message that names them. What is on the record stays in the
  // draft until the message is too.
  // What is signed is what was sent, whatever was changed in the box since.
  const act = async (of: Draft): Promise<Act> => {
    const meant = of.mark ?? usual;
    const sent = await files.send(line.line, meant);
    const { template: by, coded: values } = codedIn(of);
    return {
      kind: 'message.sent',
      precedence: of.precedence,
      mark: meant,
      lang: of.lang.trim() || null,
      re: [...(of.re == null ? [] : [of.re]), ...sent.map((one) => one.entry)],
      body: {
        text: filledIn(of.text, of.fields, by),
        ...(by === undefined
          ? {}
          : { template: by.id, fields: values.flatMap(({ value: read }) => (read === null ? [] : [read])) }),
        ...(sent.length === 0
          ? {}
          : { attachments: sent.map(({ entry, name, size, sha256 }) => ({ entry, name, size, sha256 })) }),
      },
    };
  };
  // What was typed while the message was on its way is the next one's: it stays.
  const cleared = (_: unknown, sent: Draft): void => {
    files.clear();
    const now = currentKept<Draft>(key) ?? draft;
    const text = restOf(now.text, sent.text);
    const same = (part: keyof Draft): boolean => JSON.stringify(now[part]) === JSON.stringify(sent[part]);
    setDraft({
      ...now,
      text,
      sent: [],
      ...(same('re') ? { re: null } : {}),
      ...(text === '' || (same('template') && same('fields')) ? { template: '', fields: {} } : {}),
      ...(same('precedence') ? { precedence: 'routine' } : {}),
    });
    // What was sent leaves its room to the traffic.
    if (text === '') setOpen(false);
  };
  const send = useMutation({
    mutationFn: async (of: Draft): Promise<Done> => await sendOrPropose(line.line, await act(of), officer),
    onSuccess: cleared,
  });
  const propose = useMutation({
    mutationFn: async (of: Draft) => await proposeAct(line.line, await act(of), officer),
    onSuccess: cleared,
  });
  const say = useMutation({
    mutationFn: async (of: Draft) => {
      const body = { text: of.text, by: officer, precedence: of.precedence, mark: of.mark ?? usual } as never;
      return await once(['say', line.line, body], (headers) =>
        value<{ delivered: Record<string, boolean> }>(
          api.POST('/api/v1/lines/{line}/off-record', { params: { path: { line: line.line } }, body, headers }),
        ),
      );
    },
    onSuccess: cleared,
  });
  // A key or a button elsewhere asks for an answer, or for a precedence: what is written already stays.
  const box = useRef<HTMLTextAreaElement>(null);
  const takeUp = (): void => {
    const asked = takeWanted(line.line);
    if (asked === null) return;
    setDraft(takenUp(draft, asked));
    setOpen(true);
    box.current?.focus();
  };
  const wasLeaving = useRef(false);
  const newest = useRef(takeUp);
  useEffect(() => {
    newest.current = takeUp;
  });
  useEffect(() => {
    newest.current();
    return onWanted(() => newest.current());
  }, []);
  const leaving = going.some((one) => one.key === key);
  // Whoever takes back by the button that is gone with it goes on in the text; whoever is elsewhere stays there.
  useEffect(() => {
    if (!leaving && wasLeaving.current && document.activeElement === document.body) box.current?.focus();
    wasLeaving.current = leaving;
  }, [leaving]);
  useWriting(line.line, draft.re != null && draft.text !== '' ? draft.re : null, draft.text);
  const answered = draft.re == null ? undefined : entries.find((entry) => entry.id === draft.re);
  if (!may('message.sent')) return <p className={css['noComposer']}>{t('composer.not-this-seat')}</p>;

  const pending = send.isPending || say.isPending || propose.isPending;
  const ready =
    draft.text.trim() !== '' &&
    draft.record !== null &&
    !bad &&
    !pending &&
    !files.tooLarge &&
    (!suspended || draft.record === 'off' || draft.precedence === 'flash') &&
    (draft.record === 'on' || files.chosen.length === 0);
  const flash = draft.precedence === 'flash';
  const sent =
    propose.data !== undefined || (send.data !== undefined && 'proposed' in send.data)
      ? t('done.proposed')
      : send.data !== undefined && 'sent' in send.data
        ? t('done.recorded', { entry: send.data.sent.id })
        : null;
  const submit = (): void => {
    if (leaving) {
      if (connection.state !== 'broken') goNow(key);
      return;
    }
    if (!ready) return;
    propose.reset();
    say.reset();
    send.reset();
    if (draft.record === 'off') say.mutate(draft);
    // What is signed cannot be taken back: what can wait a moment does, what is pressing goes at once.
    else if (connection.state === 'broken') goLater(key, draft.text.slice(0, 120), () => send.mutate(draft));
    else if (draft.precedence === 'routine' || draft.precedence === 'priority')
      goIn(undo, key, draft.text.slice(0, 120), () => send.mutate(draft));
    else send.mutate(draft);
  };
  const why =
    suspended && draft.record !== 'off' && draft.precedence !== 'flash'
      ? t('composer.suspended')
      : draft.record === null
        ? t('composer.choose-record')
        : draft.text.trim() === ''
          ? t(draft.record === 'on' ? 'composer.no-text' : 'composer.off-not-kept')
          : bad
            ? t('composer.bad-field')
            : draft.record === 'off' && files.chosen.length > 0
              ? t('attach.not-off')
              : null;
  return (
    <form
      autoComplete="off"
      className={css['composer']}
      data-tour="write"
      data-record={draft.record ?? 'none'}
      data-open={open}
      data-precedence={draft.precedence}
      data-mark={mark}
      data-dropping={dropping}
      onDragOver={(e) => {
        if (!e.dataTransfer.types.includes('Files')) return;
        e.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(e) => {
        if (!(e.relatedTarget instanceof Node) || !e.currentTarget.contains(e.relatedTarget)) setDropping(false);
      }}
      onDrop={(e) => {
        if (e.dataTransfer.files.length === 0) return;
        e.preventDefault();
        setDropping(false);
        setOpen(true);
        files.choose(e.dataTransfer.files);
      }}
      onSubmit={(e) => {
        e.preventDefault();
        if (!flash) submit();
      }}
      aria-label={t('composer.title')}
    >
      {template !== undefined && (
        <div className={css['composerFields']}>
          {coded.map(({ field, input, value: read }) => (
            <TextInput
              key={field.name}
              size="xs"
              label={`${fieldWord(t, field.name)}${field.unit == null ? '' : ` (${field.unit})`}`}
              value={input}
              {...(field.type === 'position' || field.type === 'time' ? { dir: 'ltr' as const } : {})}
              placeholder={
                field.type === 'time' ? 'YYYY-MM-DD HH:MM' : field.type === 'position' ? '57.31 N 19.42 E' : ''
              }
              error={
                input.trim() === '' || read !== null || field.type === 'text'
                  ? null
                  : field.type === 'number' && numberProblem(input) === 'two-ways'
                    ? t('form.two-ways', { typed: input })
                    : t('composer.bad-field')
              }
              onChange={(e) => change({ fields: { ...draft.fields, [field.name]: e.currentTarget.value } })}
            />
          ))}
        </div>
      )}
      {draft.re != null && draft.record !== 'off' && (
        <p className={css['answers']}>
          <span>
            {t('composer.answers', { entry: draft.re })}{' '}
            {answered !== undefined && (
              <Foreign
                text={(summaryOf(answered.kind, answered.body).text ?? '').slice(0, 120)}
                lang={answered.lang ?? null}
              />
            )}
          </span>
          <button
            type="button"
            // What was as pressing as what it answered is so no more.
            onClick={() =>
              change({ re: null, ...(answered?.precedence === draft.precedence ? { precedence: 'routine' } : {}) })
            }
          >
            {t('composer.no-answer')}
          </button>
        </p>
      )}
      <div className={css['composerText']}>
        <Textarea
          id="write"
          ref={box}
          className="grow"
          autoComplete="off"
          aria-label={t('composer.text')}
          placeholder={t('composer.placeholder')}
          autosize
          minRows={open ? 3 : 1}
          maxRows={10}
          dir={directionOf(draft.lang)}
          value={draft.text}
          readOnly={leaving}
          onClick={() => setOpen(true)} // what was sent closed it, and left the focus in it
          onFocus={() => {
            setOpen(true);
            // Only FLASH passes a suspended line: it is chosen before anything is typed, and can be chosen otherwise.
            if (suspended && draft.text === '' && draft.precedence === 'routine') change({ precedence: 'flash' });
          }}
          onChange={(e) => {
            setOpen(true);
            change({ text: e.currentTarget.value });
          }}
          onPaste={(e) => {
            // Text is text, also where a program brings a picture of it along.
            if (e.clipboardData.files.length === 0 || e.clipboardData.types.includes('text/plain')) return;
            e.preventDefault();
            setOpen(true);
            files.choose(e.clipboardData.files);
          }}
          onKeyDown={(e) => {
            if (e.key === 'Escape' && leaving) takeBack(key);
            else if (e.key === 'Escape' && draft.text === '') {
              setOpen(false);
              e.currentTarget.blur();
            }
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !flash) {
              e.preventDefault();
              submit();
            }
          }}
        />
        <div className={css['composerSend']}>
          {flash && draft.record !== 'off' && (
            <Button
              type="button"
              variant={two ? 'filled' : 'default'}
              disabled={!ready}
              onClick={() => {
                send.reset();
                propose.mutate(draft);
              }}
            >
              {t('composer.propose')}
            </Button>
          )}
          {flash ? (
            (!two || draft.record === 'off') && (
              <Hold disabled={!ready} onHeld={submit}>
                {t('composer.send-flash')}
              </Hold>
            )
          ) : (
            <Button type="submit" disabled={!ready} loading={pending} title="Ctrl+Enter">
              {draft.record === 'off' ? t('composer.say') : t('composer.send')}
            </Button>
          )}
        </div>
      </div>
      <div className={css['composerTop']}>
        <SegmentedControl
          size="xs"
          aria-label={t('composer.record')}
          value={draft.record ?? ''}
          onChange={(record) => change({ record: record as 'on' })}
          data={[
            { value: 'on', label: t('composer.on') },
            { value: 'off', label: t('composer.off') },
          ]}
        />
        <SegmentedControl
          size="xs"
          className={css['steps']}
          data-chosen={draft.precedence}
          aria-label={t('composer.precedence')}
          value={draft.precedence}
          onChange={(precedence) => change({ precedence: precedence as Precedence })}
          data={precedences.map((p) => ({ value: p, label: t(`precedence.${p}`) }))}
        />
        <NativeSelect
          size="xs"
          aria-label={t('composer.mark')}
          value={mark}
          onChange={(e) => change({ mark: e.currentTarget.value as Mark })}
          data={marks.map((m) => ({ value: m, label: t(`mark.${m}`) }))}
        />
        <NativeSelect
          size="xs"
          aria-label={t('composer.template')}
          value={draft.template}
          onChange={(e) => {
            const next = templates.find((one) => one.id === e.currentTarget.value);
            if (e.currentTarget.value === edit) {
              setEditing(true);
              return;
            }
            const untouched = draft.text.trim() === '' || templates.some((one) => one.text === draft.text);
            change({
              template: next?.id ?? '',
              ...(untouched ? { text: next?.text ?? '' } : {}),
              ...(next?.precedence == null ? {} : { precedence: next.precedence }),
              ...(next?.lang == null ? {} : { lang: next.lang }),
            });
            setOpen(true);
          }}
          data={[
            { value: '', label: t('composer.no-template') },
            ...templates.map((one) => ({ value: one.id, label: one.label })),
            { value: edit, label: t('template.edit') },
          ]}
        />
        <TextInput
          size="xs"
          w={52}
          aria-label={t('composer.language')}
          placeholder={t('composer.language-short')}
          value={draft.lang}
          onChange={(e) => change({ lang: e.currentTarget.value })}
        />
      </div>
      {editing && <Templates onClose={() => setEditing(false)} />}
      {(open || files.chosen.length > 0) && draft.record !== 'off' && <FileList files={files} disabled={pending} />}
      {draft.record === 'off' && files.chosen.length > 0 && <FileList files={files} disabled />}
      {beside !== null && (
        <div role="alert" className={css['composerNote']}>
          {t('kept.beside')} <Foreign text={beside.value.text.slice(0, 200)} />
          <span className="row">
            <button
              type="button"
              onClick={() => {
                setDraft({ ...draft, text: [draft.text, beside.value.text].filter((one) => one !== '').join('\n') });
                beside.drop();
              }}
            >
              {t('kept.add')}
            </button>
            <button type="button" onClick={beside.drop}>
              {t('kept.drop')}
            </button>
          </span>
        </div>
      )}
      {!open && sent !== null && (
        <p role="status" className={css['composerNote']}>
          {sent}
        </p>
      )}
      {!open && suspended && <p className={css['composerNote']}>{t('composer.suspended')}</p>}
      {open && (
        <p className={css['composerNote']}>
          {why ?? (draft.record === 'off' ? t('composer.off-means') : t('composer.on-means'))}
          {sent !== null && ` · ${sent}`}
        </p>
      )}
      {ready && draft.record === 'on' && (flash || draft.precedence === 'immediate') && (
        <p className={css['answers']}>
          {t('composer.will-sign', {
            precedence: t(`precedence.${draft.precedence}`).toUpperCase(),
            mark: t(`mark.${mark}`),
            parties: line.parties
              .filter((party) => party !== own)
              .map(name)
              .join(', '),
          })}
        </p>
      )}
      {[send.error, propose.error].some((e) => e instanceof DOMException && e.name === 'AbortError') ? (
        <p role="status">{t('attach.cancelled')}</p>
      ) : (
        <Refusal error={send.error ?? say.error ?? propose.error} />
      )}
    </form>
  );
}
