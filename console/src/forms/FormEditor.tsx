import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { sendOrPropose, type Done } from '../api/acts';
import { api, value } from '../api/client';
import { entryQuery, lineQuery } from '../api/queries';
import type { DraftView, LineSummary, Mark, Precedence } from '../api/types';
import { precedences } from '../look/Chips';
import { FileList, useFiles, type Sent } from '../look/Files';
import { Hold } from '../look/Hold';
import { useKept } from '../look/kept';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { ageText, readUtc } from '../look/time';
import { useNow } from '../look/now';
import { UtcField } from '../look/UtcField';
import { useT, type Key } from '../messages';
import { useOfficer, useSession } from '../session/session';
import { useZones } from '../contacts/zones';
import { positionText } from '../watch/summary';
import { forms, isGrave, leadHours, readForm, withMaterial, type Field, type FormName, type Values } from './definitions';
import { readPosition } from './fields';

const WorldMap = lazy(async () => ({ default: (await import('../map/WorldMap')).WorldMap }));

/** A mark that the officer did not choose is that of what the form answers, else actual. `sent` are files that are on the record already, of a form that is not. */
type Typed = { values: Values; precedence: Precedence; mark: Mark | null; sent?: Sent[] };

/** One form. It is kept in this browser while it is typed, can be saved at the station with whatever is wrong in it, and is sent when nothing is (P7). */
export function FormEditor({ line, name, about, start, draft, onDone }: {
  line: LineSummary; name: FormName; about: string | null; start: Values; draft: DraftView | null; onDone: (done?: Done) => void;
}) {
  const t = useT();
  const now = useNow();
  const officer = useOfficer();
  const session = useSession();
  const queries = useQueryClient();
  const names = useQuery(lineQuery(line.line)).data?.parties ?? [];
  const { zones } = useZones(line.line, line.parties, session.party);
  const first: Typed = { values: (draft?.content as { values?: Values } | undefined)?.values ?? start, precedence: name.startsWith('accident') ? 'priority' : 'routine', mark: null };
  const [typed, setTyped] = useKept<Typed>(`form.${line.line}.${name}.${about ?? ''}.${draft?.draft ?? ''}.${officer.name}`, first);
  const answered = useQuery({ ...entryQuery(line.line, about ?? 'none/0'), enabled: about !== null }).data?.mark;
  const mark = typed.mark ?? answered ?? 'actual';
  const [tried, setTried] = useState(draft !== null);
  const files = useFiles(typed.sent ?? [], sent => setTyped({ ...typed, sent }));
  const material = withMaterial.includes(name);
  const submit = (): void => { setTried(true); if (wrong === 0 && !files.tooLarge) send.mutate(); };
  const set = (field: string, text: string): void => setTyped({ ...typed, values: { ...typed.values, [field]: text } });
  const { body, problems } = readForm(name, typed.values);
  const wrong = Object.keys(problems).length;
  const problem = (field: string): string | null => {
    const kind = problems[field];
    return kind === undefined || (kind === 'wanted' && !tried) ? null : t(kind === 'wanted' ? 'form.wanted' : 'composer.bad-field');
  };
  const dropDraft = async (): Promise<void> => {
    if (draft !== null) await api.DELETE('/api/v1/drafts/{draft}', { params: { path: { draft: draft.draft } } });
    await queries.invalidateQueries({ queryKey: ['drafts'] });
  };
  const send = useMutation({
    mutationFn: async (): Promise<Done> => {
      const sent = await files.send(line.line, mark);
      const material = sent.map(one => ({ what: one.name, hash: `sha256:${one.sha256}`, source: one.source.trim() || null, verification: one.verification, entry: one.entry }));
      const done = await sendOrPropose(line.line, {
        kind: name, body: material.length === 0 ? body : { ...body, material }, re: [...(about === null ? [] : [about]), ...sent.map(one => one.entry)], ...(about !== null && typed.precedence === 'routine' ? {} : { precedence: typed.precedence }), ...(typed.mark === null && about !== null ? {} : { mark }),
      }, officer);
      await dropDraft();
      return done;
    },
    onSuccess: done => { files.clear(); setTyped({ ...first, values: {} }); onDone(done); },
  });
  const keepDraft = useMutation({
    mutationFn: async () => {
      const content = { content: { form: name, about, values: typed.values }, line: line.line, kind: name, by: officer } as never;
      return draft === null ? await value<DraftView>(api.POST('/api/v1/drafts', { body: content })) : await value<DraftView>(api.PUT('/api/v1/drafts/{draft}', { params: { path: { draft: draft.draft } }, body: content }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['drafts'] }),
  });
  const grave = isGrave(name, typed.values);
  const lead = leadHours[typed.values['template'] ?? ''];
  const begins = readUtc(typed.values['from'] ?? '');
  const late = lead === undefined || begins === null ? 0 : now + lead * 3_600_000 - Date.parse(begins);

  return (
    <form className={screen['form']} aria-label={t(`kind.${name}`)} noValidate onSubmit={e => { e.preventDefault(); if (!grave) submit(); }}>
      <h2>{t(`kind.${name}`)}{about !== null && <span className="mono dim"> → {about}</span>}</h2>
      {name === 'accident.reported' && <p className="dim">{t('forms.not-hostile')}</p>}
      {(name === 'statement.released' || name === 'claim.made' || name === 'claim.disputed' || name === 'party.admitted') && <p className="dim">{t(`forms.what.${name}`)}</p>}
      {forms[name].map(field => <FormField key={field.name} field={field} values={typed.values} set={set} problem={problem} zones={zones.map(zone => ({ ...zone, name: names.find(p => p.party === zone.name)?.party ?? zone.name }))} />)}
      {material && <fieldset className={screen['card']}><legend>{t('attach.material')}</legend><FileList files={files} material disabled={send.isPending} /></fieldset>}
      {late > 0 && lead !== undefined && <p role="status">{t('forms.late', { hours: lead, age: ageText(late) })}</p>}
      <div className={screen['grid']}>
        <NativeSelect label={t('composer.precedence')} value={typed.precedence} onChange={e => setTyped({ ...typed, precedence: e.currentTarget.value as Precedence })} data={precedences.map(p => ({ value: p, label: t(`precedence.${p}`) }))} />
        <NativeSelect label={t('composer.mark')} value={mark} onChange={e => setTyped({ ...typed, mark: e.currentTarget.value as Mark })} data={(['actual', 'exercise', 'test'] as const).map(m => ({ value: m, label: t(`mark.${m}`) }))} />
      </div>
      {tried && wrong > 0 && <p role="alert">{t('forms.wrong', { count: wrong })}</p>}
      {send.error instanceof DOMException && send.error.name === 'AbortError' ? <p role="status">{t('attach.cancelled')}</p> : <Refusal error={send.error ?? keepDraft.error} />}
      <div className="row">
        {grave ? <Hold onHeld={submit} disabled={send.isPending}>{t(name === 'statement.released' ? 'forms.publish' : 'act.record-it')}</Hold> : <Button type="submit" loading={send.isPending}>{t('act.record-it')}</Button>}
        <Button type="button" variant="default" loading={keepDraft.isPending} onClick={() => keepDraft.mutate()}>{t('forms.save')}</Button>
        {draft !== null && <Button type="button" variant="default" onClick={() => void dropDraft().then(() => onDone())}>{t('forms.throw-away')}</Button>}
        <Button type="button" variant="subtle" onClick={() => onDone()}>{t('act.not-now')}</Button>
        {keepDraft.isSuccess && <span role="status">{t('forms.saved')}</span>}
      </div>
    </form>
  );
}

function FormField({ field, values, set, problem, zones }: {
  field: Field; values: Values; set: (field: string, text: string) => void; problem: (field: string) => string | null; zones: readonly { name: string; zone: string }[];
}) {
  const t = useT();
  const [onMap, setOnMap] = useState(false);
  const label = `${t(`formfield.${field.name}` as Key)}${field.required === true ? ' *' : ''}`;
  const typed = values[field.name] ?? '';
  switch (field.type) {
    case 'line': return <TextInput label={label} value={typed} onChange={e => set(field.name, e.currentTarget.value)} error={problem(field.name)} />;
    case 'text': return <Textarea label={label} value={typed} onChange={e => set(field.name, e.currentTarget.value)} autosize minRows={2} error={problem(field.name)} />;
    case 'number': return <TextInput label={label} value={typed} inputMode="decimal" onChange={e => set(field.name, e.currentTarget.value)} error={problem(field.name)} />;
    case 'time': return <UtcField label={label} value={typed} onChange={text => set(field.name, text)} zones={zones} />;
    case 'yes-no': return <NativeSelect label={label} value={typed} onChange={e => set(field.name, e.currentTarget.value)} data={[{ value: '', label: t('forms.not-said') }, { value: 'no', label: t('forms.no') }, { value: 'yes', label: t('forms.yes') }]} />;
    case 'choice': return <NativeSelect label={label} value={typed} onChange={e => set(field.name, e.currentTarget.value)} error={problem(field.name)} data={[{ value: '', label: t('forms.not-said') }, ...(field.choices ?? []).map(choice => ({ value: choice, label: t(`choice.${choice}` as Key) }))]} />;
    case 'place': {
      const position = readPosition(values[`${field.name}@`] ?? '');
      return (
        <fieldset className={screen['card']}>
          <legend>{label}</legend>
          <div className={screen['grid']}>
            <TextInput label={t('forms.place-name')} value={typed} onChange={e => set(field.name, e.currentTarget.value)} error={problem(field.name)} />
            <TextInput label={t('field.position')} placeholder="57.31 N 19.42 E" value={values[`${field.name}@`] ?? ''} onChange={e => set(`${field.name}@`, e.currentTarget.value)} error={problem(`${field.name}@`)} />
            <TextInput label={t('forms.uncertainty')} value={values[`${field.name}±`] ?? ''} inputMode="decimal" onChange={e => set(`${field.name}±`, e.currentTarget.value)} error={problem(`${field.name}±`)} />
          </div>
          <div className="row"><Button size="compact-xs" variant="default" onClick={() => setOnMap(!onMap)} aria-expanded={onMap}>{t('forms.on-map')}</Button>{position !== null && <span className="mono dim">{positionText(position[0], position[1])}</span>}</div>
          {onMap && <Suspense fallback={<p className="dim">{t('shell.loading')}</p>}><WorldMap height={260} objects={position === null ? [] : [{ id: 'here', position, label: typed, tone: 'standby', radiusMetres: Number(values[`${field.name}±`] ?? 0) || null }]} focus={position} chosen={null} onPick={at => set(`${field.name}@`, positionText(at[0], at[1]).replaceAll('°', ''))} /></Suspense>}
        </fieldset>
      );
    }
  }
}
