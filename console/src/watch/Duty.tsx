import { useKnown } from '../api/known';
import { proposalsQuery, refusedQuery, useEveryTraffic, useKnownLines } from '../api/queries';
import type { ItemView, LineSummary, Receipts, TrafficView } from '../api/types';
import { EntryBoundary } from '../look/Boundary';
import { ClearOwn } from '../look/ClearOwn';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { InPartChip } from '../look/InPart';
import { stationNow } from '../look/now';
import { go, screenOf, type Screen } from '../look/route';
import { Age, Stamp } from '../look/Stamp';
import { Shape } from '../look/Status';
import { allKnown, Unknown } from '../look/Unknown';
import { kindWord } from '../look/labels';
import { useT, wordOf } from '../messages';
import { useOfficer } from '../api/session';
import { Proposal } from '../look/Proposal';
import { Refused } from './Refused';
import css from './watch.module.css';

/** Rows of each list: what is further down is told by its number, with the way to it. */
const [mostWaiting, mostOpen, mostFlags] = [40, 60, 20];
const sumOf = (views: readonly TrafficView[], of: (view: TrafficView) => number): number =>
  views.reduce((sum, view) => sum + of(view), 0);

function More({ count, screen = 'record', tab }: { count: number; screen?: Screen; tab?: string }) {
  const t = useT();
  if (count <= 0) return null;
  return (
    <p className="row dim">
      {t('duty.more', { count })}{' '}
      <button type="button" onClick={() => go({ screen, ...(tab === undefined ? {} : { tab }) })}>
        {t(`screen.${screen}`)}
      </button>
    </p>
  );
}

/** An officer is told that long what was refused of his. */
const aDay = 24 * 3_600_000;

/** Everything that is for somebody to do, of all lines, the most pressing first. */
export function Duty({ lines }: { lines: LineSummary[] }) {
  const t = useT();
  const traffic = useEveryTraffic(lines);
  const knownLines = useKnownLines();
  const knownProposals = useKnown(proposalsQuery);
  const knownRefused = useKnown(refusedQuery);
  const proposals = knownProposals.data ?? [];
  const officer = useOfficer();
  const whole = allKnown(knownLines, traffic);
  const refused = (knownRefused.data ?? []).filter(
    (one) =>
      one.proposal.by.name === officer.name && one.by.name !== officer.name && stationNow() - Date.parse(one.at) < aDay,
  );
  const waiting = [...traffic.of.values()]
    .flatMap((view) => view.waiting.map((receipt) => ({ line: view.line, receipt })))
    .sort((a, b) => (a.receipt.due ?? '9').localeCompare(b.receipt.due ?? '9'));
  const open = [...traffic.of.values()]
    .flatMap((view) => view.open.map((item) => ({ line: view.line, item })))
    .sort(
      (a, b) => Number(b.item.overdue) - Number(a.item.overdue) || (a.item.due ?? '9').localeCompare(b.item.due ?? '9'),
    );
  // The station lists so much of it; the numbers are of all.
  const views = [...traffic.of.values()];
  const totals = {
    waiting: sumOf(views, (view) => Math.max(view.waitingCount, view.waiting.length)),
    flags: sumOf(views, (view) => Math.max(view.flagCount, view.flags.length)),
  };
  const flags = [...traffic.of.values()].flatMap((view) => view.flags.map((flag) => ({ line: view.line, flag })));
  return (
    <div className={css['dutyList']}>
      <Unknown of={[knownLines, traffic]} what={t('unknown.traffic')} />
      <Unknown of={[knownProposals, knownRefused]} what={t('unknown.proposals')} />
      {proposals.length > 0 && (
        <section>
          <h2>{t('duty.proposals', { count: proposals.length })}</h2>
          <ClearOwn
            what="proposals"
            ids={proposals.filter((one) => one.by.name === officer.name).map((one) => one.proposal)}
          />
          {proposals.map((proposal) => (
            <EntryBoundary key={proposal.proposal} line={proposal.line} entry={proposal.proposal} raw={proposal}>
              <Proposal proposal={proposal} lines={lines} />
            </EntryBoundary>
          ))}
        </section>
      )}
      {refused.length > 0 && (
        <section>
          <h2>{t('duty.refused', { count: refused.length })}</h2>
          {refused.map((one) => (
            <EntryBoundary key={one.proposal.proposal} line={one.proposal.line} entry={one.proposal.proposal} raw={one}>
              <Refused refused={one} lines={lines} />
            </EntryBoundary>
          ))}
        </section>
      )}
      <section>
        <h2>{t('duty.waiting', { count: whole || waiting.length > 0 ? totals.waiting : '?' })}</h2>
        {whole && waiting.length === 0 && <p className="dim">{t('duty.nothing-waits')}</p>}
        {waiting.slice(0, mostWaiting).map(({ line, receipt }) => (
          <EntryBoundary key={`${line} ${receipt.entry}`} line={line} entry={receipt.entry} raw={receipt}>
            <Waiting line={line} receipt={receipt} />
          </EntryBoundary>
        ))}
        <More count={totals.waiting - Math.min(waiting.length, mostWaiting)} />
      </section>
      <section>
        <h2>{t('duty.open', { count: whole || open.length > 0 ? open.length : '?' })}</h2>
        {whole && open.length === 0 && <p className="dim">{t('duty.nothing-open')}</p>}
        {open.slice(0, mostOpen).map(({ line, item }) => (
          <EntryBoundary key={`${line} ${item.entry}`} line={line} entry={item.entry} raw={item}>
            <Open line={line} item={item} />
          </EntryBoundary>
        ))}
        <More count={open.length - mostOpen} screen="handover" />
      </section>
      {flags.length > 0 && (
        <section>
          <h2>{t('duty.flags', { count: totals.flags })}</h2>
          {flags.slice(-mostFlags).map(({ line, flag }) => (
            <button
              key={`${line} ${flag.entry}`}
              type="button"
              className={css['dutyRow']}
              onClick={() => go({ screen: 'record', line, entry: flag.entry })}
            >
              <Shape level="caution" />
              <span className="grow">
                <span className="mono">{flag.entry}</span> <Foreign text={kindWord(t, flag.kind)} />
                <br />
                <span className="dim">
                  <Foreign text={flag.reason} />
                </span>
              </span>
            </button>
          ))}
          <More count={totals.flags - Math.min(flags.length, mostFlags)} screen="record" tab="faults" />
        </section>
      )}
    </div>
  );
}

function Waiting({ line, receipt }: { line: string; receipt: Receipts }) {
  const t = useT();
  return (
    <button
      type="button"
      className={css['dutyRow']}
      onClick={() => go({ screen: 'watch', line, entry: receipt.entry })}
    >
      <Shape level={receipt.overdue ? 'serious' : 'caution'} />
      <span className="grow">
        <NotMeant mark={receipt.mark} /> <span className="mono">{receipt.entry}</span> {kindWord(t, receipt.kind)}{' '}
        {receipt.precedence !== 'routine' && <PrecedenceChip precedence={receipt.precedence} />}
        <br />
        <span className="dim">
          {t('duty.by', { parties: receipt.waitingFor.join(', ') })} ·{' '}
          {receipt.due === null ? (
            ''
          ) : receipt.overdue ? (
            <>
              {t('message.overdue-by')} <Age at={receipt.due} />
            </>
          ) : (
            <>
              {t('message.due')} <Stamp at={receipt.due} />
            </>
          )}
        </span>
      </span>
    </button>
  );
}

function Open({ line, item }: { line: string; item: ItemView }) {
  const t = useT();
  const what =
    item.topic ??
    item.concern ??
    item.what ??
    item.text ??
    item.reason ??
    item.between?.map((p) => p.office).join(' ↔ ') ??
    '';
  return (
    <button
      type="button"
      className={css['dutyRow']}
      onClick={() => go({ screen: item.unshown === true ? 'record' : screenOf(item.family), line, entry: item.entry })}
    >
      <Shape level={item.overdue ? 'serious' : 'standby'} />
      <span className="grow">
        <NotMeant mark={item.mark} /> <strong>{wordOf(t, 'family', item.family)}</strong> ·{' '}
        {wordOf(t, 'state', item.state)} <span className="mono dim">{item.entry}</span> <InPartChip item={item} />
        <br />
        {what !== '' && (
          <span className={css['clip']}>
            <Foreign text={what} />
          </span>
        )}
        <span className="dim">
          {item.due === null ? (
            <>
              {t('duty.since')} <Stamp at={item.since} />
            </>
          ) : item.overdue ? (
            <>
              {t('message.overdue-by')} <Age at={item.due} />
            </>
          ) : (
            <>
              {t(item.family === 'notice' ? 'duty.ends' : 'message.due')} <Stamp at={item.due} />
            </>
          )}
        </span>
      </span>
    </button>
  );
}
