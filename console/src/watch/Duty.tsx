import { useQuery } from '@tanstack/react-query';
import { proposalsQuery, refusedQuery, useEveryTraffic } from '../api/queries';
import type { ItemView, LineSummary, Receipts } from '../api/types';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { go, type Screen } from '../look/route';
import { Age, Stamp } from '../look/Stamp';
import { Shape } from '../look/Status';
import { useT, wordOf } from '../messages';
import { useOfficer } from '../session/session';
import { Proposal } from './Proposal';
import { Refused } from './Refused';
import css from './watch.module.css';

/** Where an item of a family is worked on. */
export const screenOf = (family: string): Screen => (family === 'call' || family === 'readout' ? 'contacts' : family === 'clarification' || family === 'notice' || family === 'accident' ? 'forms' : family === 'watch' ? 'handover' : 'watch');

/** An officer is told that long what was refused of his. */
const aDay = 24 * 3_600_000;

/** Everything that is for somebody to do, of all lines, the most pressing first. */
export function Duty({ lines }: { lines: LineSummary[] }) {
  const t = useT();
  const traffic = useEveryTraffic(lines);
  const proposals = useQuery(proposalsQuery).data ?? [];
  const officer = useOfficer();
  const refused = (useQuery(refusedQuery).data ?? []).filter(one => one.proposal.by.name === officer.name && one.by.name !== officer.name && Date.now() - Date.parse(one.at) < aDay);
  const waiting = [...traffic.values()].flatMap(view => view.waiting.map(receipt => ({ line: view.line, receipt }))).sort((a, b) => (a.receipt.due ?? '9').localeCompare(b.receipt.due ?? '9'));
  const open = [...traffic.values()].flatMap(view => view.open.map(item => ({ line: view.line, item }))).sort((a, b) => Number(b.item.overdue) - Number(a.item.overdue) || (a.item.due ?? '9').localeCompare(b.item.due ?? '9'));
  const flags = [...traffic.values()].flatMap(view => view.flags.map(flag => ({ line: view.line, flag })));
  return (
    <div className={css['dutyList']}>
      {proposals.length > 0 && <section><h2>{t('duty.proposals', { count: proposals.length })}</h2>{proposals.map(proposal => <Proposal key={proposal.proposal} proposal={proposal} lines={lines} />)}</section>}
      {refused.length > 0 && <section><h2>{t('duty.refused', { count: refused.length })}</h2>{refused.map(one => <Refused key={one.proposal.proposal} refused={one} lines={lines} />)}</section>}
      <section>
        <h2>{t('duty.waiting', { count: waiting.length })}</h2>
        {waiting.length === 0 && <p className="dim">{t('duty.nothing-waits')}</p>}
        {waiting.slice(0, 40).map(({ line, receipt }) => <Waiting key={`${line} ${receipt.entry}`} line={line} receipt={receipt} />)}
      </section>
      <section>
        <h2>{t('duty.open', { count: open.length })}</h2>
        {open.length === 0 && <p className="dim">{t('duty.nothing-open')}</p>}
        {open.slice(0, 60).map(({ line, item }) => <Open key={`${line} ${item.entry}`} line={line} item={item} />)}
      </section>
      {flags.length > 0 && (
        <section>
          <h2>{t('duty.flags', { count: flags.length })}</h2>
          {flags.slice(-20).map(({ line, flag }) => (
            <button key={`${line} ${flag.entry}`} type="button" className={css['dutyRow']} onClick={() => go({ screen: 'record', line, entry: flag.entry })}>
              <Shape level="caution" /><span className="grow"><span className="mono">{flag.entry}</span> <Foreign text={wordOf(t, 'kind', flag.kind)} /><br /><span className="dim"><Foreign text={flag.reason} /></span></span>
            </button>
          ))}
        </section>
      )}
    </div>
  );
}

function Waiting({ line, receipt }: { line: string; receipt: Receipts }) {
  const t = useT();
  return (
    <button type="button" className={css['dutyRow']} onClick={() => go({ screen: 'watch', line, entry: receipt.entry })}>
      <Shape level={receipt.overdue ? 'serious' : 'caution'} />
      <span className="grow">
        <NotMeant mark={receipt.mark} /> <span className="mono">{receipt.entry}</span> {wordOf(t, 'kind', receipt.kind)} {receipt.precedence !== 'routine' && <PrecedenceChip precedence={receipt.precedence} />}<br />
        <span className="dim">{t('duty.by', { parties: receipt.waitingFor.join(', ') })} · {receipt.due === null ? '' : receipt.overdue ? <>{t('message.overdue-by')} <Age at={receipt.due} /></> : <>{t('message.due')} <Stamp at={receipt.due} /></>}</span>
      </span>
    </button>
  );
}

function Open({ line, item }: { line: string; item: ItemView }) {
  const t = useT();
  const what = item.topic ?? item.concern ?? item.what ?? item.text ?? item.reason ?? item.between?.map(p => p.office).join(' ↔ ') ?? '';
  return (
    <button type="button" className={css['dutyRow']} onClick={() => go({ screen: screenOf(item.family), line, entry: item.entry })}>
      <Shape level={item.overdue ? 'serious' : 'standby'} />
      <span className="grow">
        <NotMeant mark={item.mark} /> <strong>{wordOf(t, 'family', item.family)}</strong> · {wordOf(t, 'state', item.state)} <span className="mono dim">{item.entry}</span><br />
        {what !== '' && <span className={css['clip']}><Foreign text={what} /></span>}
        <span className="dim">{item.due === null ? <>{t('duty.since')} <Stamp at={item.since} /></> : item.overdue ? <>{t('message.overdue-by')} <Age at={item.due} /></> : <>{t(item.family === 'notice' ? 'duty.ends' : 'message.due')} <Stamp at={item.due} /></>}</span>
      </span>
    </button>
  );
}
