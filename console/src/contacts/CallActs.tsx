import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendOrPropose, type Act } from '../api/acts';
import type { ItemView, LineSummary, Window } from '../api/types';
import { Refusal } from '../look/Refusal';
import { dateTimeGroup, readUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { useT } from '../messages';
import { mayWrite, useOfficer, useSession } from '../session/session';
import { WindowsField, windowsOf, type TypedWindow } from './WindowsField';
import { useZones } from './zones';

type Doing = 'accept' | 'counter' | 'decline' | 'refuse-subject' | 'withdraw' | 'start' | 'log';
const kinds: Record<Doing, string> = {
  accept: 'call.accepted', counter: 'call.countered', decline: 'call.declined', 'refuse-subject': 'call.subject_refused', withdraw: 'call.withdrawn', start: 'call.started', log: 'call.held',
};

/** What this side may do next, by the state and by who asked (docs/protocol/traffic.md). The station refuses what does not fit. */
function offered(item: ItemView, own: boolean, ours: boolean): Doing[] {
  switch (item.state) {
    case 'requested': return own ? ['withdraw', 'log'] : ['accept', 'counter', 'decline', 'refuse-subject', 'log'];
    case 'countered': return [...(ours ? [] : (['accept', 'counter'] as const)), ...(own ? (['withdraw'] as const) : []), 'decline', ...(own ? [] : (['refuse-subject'] as const)), 'log'];
    case 'accepted': return ['start', 'log', 'refuse-subject', own ? 'withdraw' : 'decline'];
    case 'under way': return ['log'];
    default: return [];
  }
}

const linesOf = (text: string): string[] => text.split('\n').map(name => name.trim()).filter(name => name !== '');
const wholeOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

export function CallActs({ line, item }: { line: LineSummary; item: ItemView }) {
  const t = useT();
  const officer = useOfficer();
  const session = useSession();
  const { zones } = useZones(line.line, line.parties, session.party);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [text, setText] = useState('');
  const [second, setSecond] = useState('');
  const [window, setWindow] = useState('0');
  const [windows, setWindows] = useState<TypedWindow[]>([{ from: '', until: '' }]);
  const [minutes, setMinutes] = useState('');
  const [started, setStarted] = useState('');
  const [means, setMeans] = useState('line');
  const [people, setPeople] = useState('');
  const [interpreter, setInterpreter] = useState('');
  const [hold, setHold] = useState('');
  const send = useMutation({ mutationFn: (act: Act) => sendOrPropose(line.line, { re: [item.entry], ...act }, officer), onSuccess: () => setDoing(null) });
  const lastCounter = item.entries.findLast(entry => entry.kind === 'call.countered');
  const ours = lastCounter?.entry.startsWith(`${session.party}/`) === true;
  const acts = offered(item, item.opener === session.party, ours).filter(what => mayWrite(officer.seat, kinds[what]));

  const bodyOf = (what: Doing): unknown => {
    const some = (value: string): string | null => value.trim() || null;
    switch (what) {
      case 'accept': return { window: (item.windows?.[Number(window)] ?? null) as Window | null };
      case 'counter': return { windows: windowsOf(windows), note: some(text) };
      case 'refuse-subject': return { subject: text, reason: some(second) };
      case 'start': return { at: new Date().toISOString(), participants: linesOf(text) };
      case 'log': return { between: item.between ?? [], started: readUtc(started), minutes: wholeOf(minutes), means: some(means), participants: linesOf(people), interpreter: some(interpreter), holdSeconds: wholeOf(hold), topic: item.topic ?? null, outcome: some(text) };
      case 'decline': case 'withdraw': return { reason: some(text) };
    }
  };
  const begin = (what: Doing): void => {
    setDoing(doing === what ? null : what);
    setText('');
    setSecond(what === 'refuse-subject' ? '' : '');
    send.reset();
  };
  if (acts.length === 0) return null;
  return (
    <div className="column">
      <div className="row">{acts.map(what => <Button key={what} size="compact-sm" variant={what === 'accept' || what === 'start' ? 'filled' : 'default'} aria-expanded={doing === what} onClick={() => begin(what)}>{t(`call.do.${what}`)}</Button>)}</div>
      {doing !== null && (
        <form className="column" onSubmit={e => { e.preventDefault(); send.mutate({ kind: kinds[doing], body: bodyOf(doing) }); }}>
          {doing === 'accept' && (item.windows?.length ?? 0) > 0 && (
            <NativeSelect label={t('call.window')} value={window} onChange={e => setWindow(e.currentTarget.value)} data={(item.windows ?? []).map((w, i) => ({ value: String(i), label: `${dateTimeGroup(w.from)} – ${dateTimeGroup(w.until)}` }))} />
          )}
          {doing === 'counter' && <WindowsField value={windows} onChange={setWindows} zones={zones} />}
          {doing === 'log' && <><UtcField label={t('call.started')} value={started} onChange={setStarted} zones={zones} /><TextInput label={t('call.minutes')} value={minutes} inputMode="numeric" pattern="[0-9]*" onChange={e => setMinutes(e.currentTarget.value)} />
            <NativeSelect label={t('call.means')} value={means} onChange={e => setMeans(e.currentTarget.value)} data={['line', 'telephone', 'video', 'in person'].map(how => ({ value: how, label: t(`call.means.${how}` as 'call.means.line') }))} />
            <Textarea label={t('call.participants')} value={people} onChange={e => setPeople(e.currentTarget.value)} autosize minRows={1} />
            <TextInput label={t('call.interpreted')} value={interpreter} onChange={e => setInterpreter(e.currentTarget.value)} />
            <TextInput label={t('call.hold')} value={hold} inputMode="numeric" pattern="[0-9]*" onChange={e => setHold(e.currentTarget.value)} /></>}
          {doing !== 'accept' && <Textarea label={t(`call.text.${doing}`)} value={text} onChange={e => setText(e.currentTarget.value)} autosize minRows={1} autoFocus required={doing === 'refuse-subject'} />}
          {doing === 'refuse-subject' && <Textarea label={t('line.reason')} value={second} onChange={e => setSecond(e.currentTarget.value)} autosize minRows={1} />}
          <div className="row"><Button type="submit" size="compact-sm" loading={send.isPending}>{t('act.record-it')}</Button><Button type="button" size="compact-sm" variant="subtle" onClick={() => setDoing(null)}>{t('act.not-now')}</Button></div>
        </form>
      )}
      <Refusal error={send.error} />
    </div>
  );
}
