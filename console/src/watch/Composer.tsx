import { Button, NativeSelect, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { proposeAct, sendOrPropose, type Act, type Done } from '../api/acts';
import { api, value } from '../api/client';
import { lineQuery } from '../api/queries';
import type { LineDetail, LineSummary, Mark, Precedence } from '../api/types';
import { codedOf } from '../forms/fields';
import { precedences } from '../look/Chips';
import { FileList, useFiles, type Sent } from '../look/Files';
import { Hold } from '../look/Hold';
import { useKept } from '../look/kept';
import { Refusal } from '../look/Refusal';
import { directionOf } from '../look/visible';
import { useT, type Key } from '../messages';
import { mayWrite, useOfficer } from '../session/session';
import { templates } from './templates';
import css from './watch.module.css';

/** `sent` are files that are on the record already, of a message that is not. */
type Draft = { text: string; lang: string; precedence: Precedence; mark: Mark; record: 'on' | 'off' | null; template: string; fields: Record<string, string>; sent?: Sent[] };
const empty: Draft = { text: '', lang: '', precedence: 'routine', mark: 'actual', record: null, template: '', fields: {} };

/** The acts that the line's own document gives to two officers (design: LinePolicy). */
function actsForTwo(detail: LineDetail | undefined): string[] {
  if (detail === undefined) return [];
  try {
    const line = new TextDecoder().decode(Uint8Array.from(atob(detail.document), c => c.charCodeAt(0)));
    return (JSON.parse(line.slice(0, line.lastIndexOf('}') + 1)) as { policy?: { twoPeople?: string[] } }).policy?.twoPeople ?? [];
  } catch {
    return [];
  }
}

/** Writes a message. The draft is kept per line and officer, over any reload; on or off the record is chosen before sending, never assumed. */
export function Composer({ line }: { line: LineSummary }) {
  const t = useT();
  const officer = useOfficer();
  const [draft, setDraft] = useKept<Draft>(`draft.${line.line}.${officer.name}`, empty);
  const [open, setOpen] = useState(draft.text !== '');
  const two = actsForTwo(useQuery(lineQuery(line.line)).data).includes('flash');
  const template = templates.find(one => one.id === draft.template);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const coded = (template?.fields ?? []).map(field => ({ field, input: draft.fields[field.name] ?? '', value: codedOf(field, draft.fields[field.name] ?? '') }));
  const bad = coded.some(({ input, value: read }) => input.trim() !== '' && read === null);

  const files = useFiles(draft.sent ?? [], sent => setDraft({ ...draft, sent }));
  // The files first, each as an entry of its own; then the message that names them. What is on the record stays in the draft until the message is too.
  const act = async (): Promise<Act> => {
    const sent = await files.send(line.line, draft.mark);
    return {
      kind: 'message.sent', precedence: draft.precedence, mark: draft.mark, lang: draft.lang.trim() || null, re: sent.map(one => one.entry),
      body: {
        text: draft.text, ...(template === undefined ? {} : { template: template.id, fields: coded.flatMap(({ value: read }) => (read === null ? [] : [read])) }),
        ...(sent.length === 0 ? {} : { attachments: sent.map(({ entry, name, size, sha256 }) => ({ entry, name, size, sha256 })) }),
      },
    };
  };
  const cleared = (): void => { files.clear(); setDraft({ ...empty, record: draft.record, mark: draft.mark, lang: draft.lang }); };
  const send = useMutation({ mutationFn: async (): Promise<Done> => await sendOrPropose(line.line, await act(), officer), onSuccess: cleared });
  const propose = useMutation({ mutationFn: async () => await proposeAct(line.line, await act(), officer), onSuccess: cleared });
  const say = useMutation({
    mutationFn: async () => await value<{ delivered: Record<string, boolean> }>(api.POST('/api/v1/lines/{line}/off-record', {
      params: { path: { line: line.line } }, body: { text: draft.text, by: officer, precedence: draft.precedence, mark: draft.mark } as never,
    })),
    onSuccess: cleared,
  });
  if (!mayWrite(officer.seat, 'message.sent')) return <p className={css['noComposer']}>{t('composer.not-this-seat')}</p>;

  const pending = send.isPending || say.isPending || propose.isPending;
  const ready = draft.text.trim() !== '' && draft.record !== null && !bad && !pending && !files.tooLarge && (draft.record === 'on' || files.chosen.length === 0);
  const flash = draft.precedence === 'flash';
  const submit = (): void => {
    if (!ready) return;
    propose.reset();
    say.reset();
    send.reset();
    if (draft.record === 'off') say.mutate();
    else send.mutate();
  };
  const why = draft.record === null ? t('composer.choose-record') : draft.text.trim() === '' ? t('composer.no-text') : bad ? t('composer.bad-field') : draft.record === 'off' && files.chosen.length > 0 ? t('attach.not-off') : null;
  return (
    <form className={css['composer']} data-record={draft.record ?? 'none'} data-open={open} onSubmit={e => { e.preventDefault(); if (!flash) submit(); }} aria-label={t('composer.title')}>
      <div className={css['composerTop']}>
        <SegmentedControl
          size="xs" aria-label={t('composer.record')} value={draft.record ?? ''} onChange={record => change({ record: record as 'on' })}
          data={[{ value: 'on', label: t('composer.on') }, { value: 'off', label: t('composer.off') }]}
        />
        <NativeSelect size="xs" aria-label={t('composer.precedence')} value={draft.precedence} onChange={e => change({ precedence: e.currentTarget.value as Precedence })} data={precedences.map(p => ({ value: p, label: t(`precedence.${p}`) }))} />
        <NativeSelect size="xs" aria-label={t('composer.mark')} value={draft.mark} onChange={e => change({ mark: e.currentTarget.value as Mark })} data={(['actual', 'exercise', 'test'] as const).map(m => ({ value: m, label: t(`mark.${m}`) }))} />
        <NativeSelect
          size="xs" aria-label={t('composer.template')} value={draft.template}
          onChange={e => {
            const next = templates.find(one => one.id === e.currentTarget.value);
            const untouched = draft.text.trim() === '' || templates.some(one => t(one.text) === draft.text);
            change({ template: next?.id ?? '', ...(untouched ? { text: next === undefined ? '' : t(next.text) } : {}) });
            setOpen(true);
          }}
          data={[{ value: '', label: t('composer.no-template') }, ...templates.map(one => ({ value: one.id, label: t(one.label) }))]}
        />
        <TextInput size="xs" w={64} aria-label={t('composer.language')} placeholder={t('composer.language-short')} value={draft.lang} onChange={e => change({ lang: e.currentTarget.value })} />
      </div>
      {template !== undefined && (
        <div className={css['composerFields']}>
          {coded.map(({ field, input, value: read }) => (
            <TextInput
              key={field.name} size="xs" label={`${t(`field.${field.name}` as Key)}${field.unit === undefined ? '' : ` (${field.unit})`}`} value={input}
              placeholder={field.type === 'time' ? '2026-11-22 17:30' : field.type === 'position' ? '57.31 N 19.42 E' : ''}
              error={input.trim() !== '' && read === null ? t('composer.bad-field') : null}
              onChange={e => change({ fields: { ...draft.fields, [field.name]: e.currentTarget.value } })}
            />
          ))}
        </div>
      )}
      <div className={css['composerText']}>
        <Textarea
          className="grow" aria-label={t('composer.text')} placeholder={t('composer.placeholder')} autosize minRows={open ? 3 : 1} maxRows={10} dir={directionOf(draft.lang)} value={draft.text}
          onFocus={() => setOpen(true)} onChange={e => change({ text: e.currentTarget.value })}
          onKeyDown={e => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !flash) { e.preventDefault(); submit(); } }}
        />
        <div className={css['composerSend']}>
          {flash && draft.record !== 'off' && <Button type="button" variant={two ? 'filled' : 'default'} disabled={!ready} onClick={() => { send.reset(); propose.mutate(); }}>{t('composer.propose')}</Button>}
          {flash
            ? (!two || draft.record === 'off') && <Hold disabled={!ready} onHeld={submit}>{t('composer.send-flash')}</Hold>
            : <Button type="submit" disabled={!ready} loading={pending} title="Ctrl+Enter">{draft.record === 'off' ? t('composer.say') : t('composer.send')}</Button>}
        </div>
      </div>
      {(open || files.chosen.length > 0) && draft.record !== 'off' && <FileList files={files} disabled={pending} />}
      {draft.record === 'off' && files.chosen.length > 0 && <FileList files={files} disabled />}
      {open && <p className={css['composerNote']}>
        {why ?? (draft.record === 'off' ? t('composer.off-means') : t('composer.on-means'))}
        {send.data !== undefined && ('proposed' in send.data ? ` · ${t('done.proposed')}` : ` · ${t('done.recorded', { entry: send.data.sent.id })}`)}
        {propose.data !== undefined && ` · ${t('done.proposed')}`}
      </p>}
      {[send.error, propose.error].some(e => e instanceof DOMException && e.name === 'AbortError') ? <p role="status">{t('attach.cancelled')}</p> : <Refusal error={send.error ?? say.error ?? propose.error} />}
    </form>
  );
}
