import { Button, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, value } from '../api/client';
import { alarmsQuery, itemQuery, proposalsQuery, useEveryTraffic, useLines, watchQuery } from '../api/queries';
import type { Appended, LineSummary, WatchView } from '../api/types';
import { NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useKept } from '../look/kept';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { readUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { useT, wordOf } from '../messages';
import { mayWrite, useOfficer, useSession } from '../session/session';
import { screenOf } from '../watch/Duty';

/** The end of a watch: who has it on each line, what is open, offered by one officer and accepted by the relieving one (R6). */
export function HandoverScreen() {
  const t = useT();
  const lines = useLines();
  const traffic = useEveryTraffic(lines);
  const alarms = useQuery(alarmsQuery).data ?? [];
  const proposals = useQuery(proposalsQuery).data ?? [];
  const watches = useQueries({ queries: lines.map(line => watchQuery(line.line)), combine: all => all.map(one => one.data ?? []) });
  const open = [...traffic.values()].flatMap(view => view.open.map(item => ({ line: view.line, item })));
  const waiting = [...traffic.values()].flatMap(view => view.waiting.map(receipt => ({ line: view.line, receipt })));
  const title = (id: string): string => lines.find(line => line.line === id)?.title ?? id;
  return (
    <div className={screen['panel']}>
      <div className="column">
        <h1>{t('screen.handover')}</h1>
        <div className={screen['cards']}>{lines.map((line, i) => <LineWatch key={line.line} line={line} watches={watches[i] ?? []} />)}</div>
        <h2>{t('handover.open', { count: open.length })}</h2>
        <div className={screen['tableBox']}>
          <table>
            <thead><tr><th>{t('look.line')}</th><th>{t('handover.what')}</th><th>{t('handover.state')}</th><th>{t('handover.due')}</th></tr></thead>
            <tbody>
              {open.map(({ line, item }) => (
                <tr key={`${line} ${item.entry}`}>
                  <td><Foreign text={title(line)} /></td>
                  <td><NotMeant mark={item.mark} /> <strong>{wordOf(t, 'family', item.family)}</strong> <button type="button" onClick={() => go({ screen: screenOf(item.family), line, entry: item.entry })}>{item.entry}</button><br /><Foreign text={(item.topic ?? item.concern ?? item.what ?? item.text ?? item.reason ?? '').slice(0, 160)} /></td>
                  <td>{item.overdue ? <Status level="serious" word={wordOf(t, 'state', item.state)} /> : wordOf(t, 'state', item.state)}</td>
                  <td>{item.due === null ? '—' : <Stamp at={item.due} />}</td>
                </tr>
              ))}
              {open.length === 0 && <tr><td colSpan={4} className="dim">{t('duty.nothing-open')}</td></tr>}
            </tbody>
          </table>
        </div>
        <p>{t('handover.also', { waiting: waiting.length, alarms: alarms.length, proposals: proposals.length })}</p>
      </div>
    </div>
  );
}

type Offer = { communicator: string; translator: string; until: string; note: string };
const blank: Offer = { communicator: '', translator: '', until: '', note: '' };

function LineWatch({ line, watches }: { line: LineSummary; watches: WatchView[] }) {
  const t = useT();
  const officer = useOfficer();
  const session = useSession();
  const queries = useQueryClient();
  const [offering, setOffering] = useState(false);
  const [offer, setOffer] = useKept<Offer>(`handover.${line.line}.${officer.name}`, blank);
  const own = watches.find(watch => watch.party === session.party);
  const offered = own?.offered ?? null;
  const list = useQuery({ ...itemQuery(line.line, offered ?? ''), enabled: offered !== null }).data;
  const settled = { onSuccess: () => { setOffering(false); setOffer(blank); }, onSettled: () => queries.invalidateQueries({ queryKey: ['watch', line.line] }) };
  const give = useMutation({
    mutationFn: () => value<Appended>(api.POST('/api/v1/lines/{line}/watch/offer', {
      params: { path: { line: line.line } },
      body: { by: officer, communicator: offer.communicator.trim(), translator: offer.translator.trim() || null, until: readUtc(offer.until), note: offer.note.trim() || null } as never,
    })), ...settled,
  });
  const take = useMutation({
    mutationFn: async () => (offered === null
      ? await value<Appended>(api.POST('/api/v1/lines/{line}/watch/take', { params: { path: { line: line.line } }, body: { by: officer, communicator: officer.name, until: readUtc(offer.until) } as never }))
      : await value<Appended>(api.POST('/api/v1/lines/{line}/watch/take', { params: { path: { line: line.line } }, body: { by: officer, communicator: officer.name, open: list?.handover ?? [], re: [offered] } as never }))),
    ...settled,
  });
  const may = mayWrite(officer.seat, 'watch.offered');
  return (
    <article className={screen['card']}>
      <div className="row spread"><h2><Foreign text={line.title || line.line} /></h2>{own?.communicator == null ? <Status level="caution" word={t('handover.nobody')} /> : <Status level="normal" word={t('handover.has', { name: own.communicator })} />}</div>
      {watches.map(watch => <p key={watch.party} className="dim">{watch.party}: <Foreign text={`${watch.communicator ?? '—'}${watch.translator !== null ? ` · ${watch.translator}` : ''}`} /> {watch.since !== null && <Stamp at={watch.since} />}{watch.offered !== null && ` · ${t('handover.offered-to', { name: watch.offeredTo ?? '?', entry: watch.offered })}`}</p>)}
      {offered !== null && (
        <div className={screen['card']}>
          <strong>{t('handover.offered-to', { name: own?.offeredTo ?? '?', entry: offered })}</strong>
          {list?.handover !== undefined && list.handover.length > 0 && <ul>{list.handover.map(item => <li key={`${item.line} ${item.entry}`}>{wordOf(t, 'family', item.family)} <span className="mono">{item.entry}</span> · {wordOf(t, 'state', item.state)}</li>)}</ul>}
          {list?.text !== undefined && <p><Foreign text={list.text} /></p>}
          {may && <div className="row"><Button size="sm" loading={take.isPending} onClick={() => take.mutate()}>{t('handover.accept')}</Button></div>}
        </div>
      )}
      {may && !offering && <div className="row"><Button size="compact-sm" variant="default" onClick={() => setOffering(true)}>{t('handover.offer')}</Button>{offered === null && own?.communicator == null && <Button size="compact-sm" variant="default" loading={take.isPending} onClick={() => take.mutate()}>{t('handover.take')}</Button>}</div>}
      {offering && (
        <form className={screen['form']} onSubmit={e => { e.preventDefault(); give.mutate(); }}>
          <div className={screen['grid']}>
            <TextInput label={t('handover.communicator')} value={offer.communicator} required onChange={e => setOffer({ ...offer, communicator: e.currentTarget.value })} />
            <TextInput label={t('handover.translator')} value={offer.translator} onChange={e => setOffer({ ...offer, translator: e.currentTarget.value })} />
            <UtcField label={t('handover.until')} value={offer.until} onChange={until => setOffer({ ...offer, until })} />
          </div>
          <Textarea label={t('handover.note')} value={offer.note} onChange={e => setOffer({ ...offer, note: e.currentTarget.value })} autosize minRows={2} />
          <div className="row"><Button type="submit" size="sm" loading={give.isPending}>{t('handover.offer')}</Button><Button type="button" size="sm" variant="subtle" onClick={() => setOffering(false)}>{t('act.not-now')}</Button></div>
        </form>
      )}
      <Refusal error={give.error ?? take.error} />
    </article>
  );
}
