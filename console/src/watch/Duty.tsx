import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useKnown } from '../api/known';
import { useMayWrite } from '../api/kinds';
import { useTail } from '../api/live';
import { entryQuery, proposalsQuery, refusedQuery, useEveryTraffic, useKnownLines } from '../api/queries';
import { useOfficer, useSession } from '../api/session';
import type { ItemView, LineSummary, Mark, Precedence, Receipts, TrafficView } from '../api/types';
import { mostNamed } from '../look/alarms';
import { EntryBoundary } from '../look/Boundary';
import { NotMeant, PrecedenceChip, precedences } from '../look/Chips';
import { ClearOwn } from '../look/ClearOwn';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { InPartChip } from '../look/InPart';
import { kindWord } from '../look/labels';
import { isNear } from '../look/levels';
import { useName, useWho } from '../look/names';
import { stationNow, useNow } from '../look/now';
import { Proposal } from '../look/Proposal';
import { Refusal } from '../look/Refusal';
import { go, screenOf, type Screen } from '../look/route';
import { Age, Stamp } from '../look/Stamp';
import { Shape } from '../look/Status';
import { summaryOf } from '../look/summary';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { useAcknowledge } from './acknowledge';
import { Refused } from './Refused';
import css from './watch.module.css';

/** Rows of each list: what is further down is told by its number, with the way to it. */
const [mostWaiting, mostOpen, mostFlags] = [40, 60, 20];
/** Of a text, as much as its row holds. */
const firstWords = 140;
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

/** An officer is told that long what was refused of theirs. */
const aDay = 24 * 3_600_000;

type Due = { mark: Mark; precedence?: Precedence | null; due: string | null };

/** The most pressing first: what is meant before what is played, by precedence, then by when it is due. */
export const byPressure = (a: Due, b: Due): number =>
  Number(a.mark !== 'actual') - Number(b.mark !== 'actual') ||
  precedences.indexOf(b.precedence ?? 'routine') - precedences.indexOf(a.precedence ?? 'routine') ||
  (a.due ?? '9').localeCompare(b.due ?? '9');

/** Everything that is for somebody to do, of all lines: what this party owes, what is open, what the others owe, what waits for a second officer. */
export function Duty({ lines }: { lines: LineSummary[] }) {
  const t = useT();
  const traffic = useEveryTraffic(lines);
  const knownLines = useKnownLines();
  const knownProposals = useKnown(proposalsQuery);
  const knownRefused = useKnown(refusedQuery);
  const proposals = knownProposals.data ?? [];
  const officer = useOfficer();
  const session = useSession();
  const whole = allKnown(knownLines, traffic);
  const refused = (knownRefused.data ?? []).filter(
    (one) =>
      one.proposal.by.name === officer.name && one.by.name !== officer.name && stationNow() - Date.parse(one.at) < aDay,
  );
  const views = [...traffic.of.values()];
  const waiting = views
    .flatMap((view) => view.waiting.map((receipt) => ({ line: view.line, receipt })))
    .sort((a, b) => byPressure(a.receipt, b.receipt));
  const ours = waiting.filter(({ receipt }) => receipt.waitingFor.includes(session.party));
  const theirs = waiting.filter(({ receipt }) => !receipt.waitingFor.includes(session.party));
  // The station lists so much of it; the numbers are of all.
  const unlisted = Math.max(
    0,
    sumOf(views, (view) => Math.max(view.waitingCount, view.waiting.length)) - waiting.length,
  );
  const open = views
    .flatMap((view) => view.open.map((item) => ({ line: view.line, item })))
    .sort((a, b) => Number(b.item.overdue) - Number(a.item.overdue) || byPressure(a.item, b.item));
  const flagCount = sumOf(views, (view) => Math.max(view.flagCount, view.flags.length));
  const flags = views.flatMap((view) => view.flags.map((flag) => ({ line: view.line, flag })));
  // Whose answer is out for what is not listed, nobody can say here: the number of a list is then the least it may be.
  const countOf = (list: readonly unknown[]): string =>
    list.length === 0 && (!whole || unlisted > 0) ? '?' : `${list.length}${unlisted > 0 ? '+' : ''}`;
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
      <section aria-label={t('duty.ours')}>
        <h2>{t('duty.you-owe', { count: countOf(ours) })}</h2>
        {whole && ours.length === 0 && unlisted === 0 && (
          <p className="dim" title={t('empty.duty')}>
            {t('duty.nothing-waits')}
          </p>
        )}
        <BulkAcknowledge waiting={ours.slice(0, mostWaiting)} />
        {ours.slice(0, mostWaiting).map(({ line, receipt }) => (
          <EntryBoundary key={`${line} ${receipt.entry}`} line={line} entry={receipt.entry} raw={receipt}>
            <Waiting line={line} receipt={receipt} ours />
          </EntryBoundary>
        ))}
        <More count={ours.length - mostWaiting} />
      </section>
      {unlisted > 0 && (
        <section>
          <h2>{t('duty.waiting', { count: waiting.length + unlisted })}</h2>
          <More count={unlisted} />
        </section>
      )}
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
      {theirs.length > 0 && (
        <section aria-label={t('duty.theirs')}>
          <h2>{t('duty.they-owe', { count: countOf(theirs) })}</h2>
          {theirs.slice(0, mostWaiting).map(({ line, receipt }) => (
            <EntryBoundary key={`${line} ${receipt.entry}`} line={line} entry={receipt.entry} raw={receipt}>
              <Waiting line={line} receipt={receipt} ours={false} />
            </EntryBoundary>
          ))}
          <More count={theirs.length - mostWaiting} />
        </section>
      )}
      {flags.length > 0 && (
        <section>
          <h2>{t('duty.flags', { count: flagCount })}</h2>
          {flags.slice(-mostFlags).map(({ line, flag }) => (
            <button
              key={`${line} ${flag.entry}`}
              type="button"
              className={css['dutyRow']}
              onClick={() => go({ screen: 'record', line, entry: flag.entry })}
            >
              <Shape level="caution" />
              <span className="grow">
                <bdi dir="ltr" className="mono">
                  {flag.entry}
                </bdi>{' '}
                <Foreign text={kindWord(t, flag.kind)} />
                <br />
                <span className="dim">
                  <Foreign text={flag.reason} />
                </span>
              </span>
            </button>
          ))}
          <More count={flagCount - Math.min(flags.length, mostFlags)} screen="record" tab="faults" />
        </section>
      )}
    </div>
  );
}

/** The first words of an entry: from the newest at hand, else asked for. */
function useWords(line: string, entry: string): { text: string; lang: string | null } | null {
  const { entries } = useTail(line);
  const here = useMemo(() => entries.find((one) => one.id === entry), [entries, entry]);
  const asked = useQuery({ ...entryQuery(line, entry), enabled: here === undefined, staleTime: Infinity }).data;
  const found = here ?? asked;
  const text = found === undefined ? null : summaryOf(found.kind, found.body).text;
  return text === null || found === undefined
    ? null
    : { text: text.length > firstWords ? `${text.slice(0, firstWords)}…` : text, lang: found.lang };
}

/** One act for the routine traffic that stands in this list, line by line: it was read, and nothing more is said. */
function BulkAcknowledge({ waiting }: { waiting: readonly { line: string; receipt: Receipts }[] }) {
  const t = useT();
  const may = useMayWrite();
  const acknowledge = useAcknowledge();
  const routine = waiting.filter(({ receipt }) => receipt.precedence === 'routine');
  const first = routine[0]?.line;
  const ofLine = routine.filter(({ line }) => line === first).slice(0, mostNamed);
  if (first === undefined || ofLine.length < 2 || !may('message.acknowledged')) return null;
  return (
    <div className="row">
      <Hold
        grave={false}
        disabled={acknowledge.isPending}
        onHeld={() => acknowledge.mutate({ line: first, entries: ofLine.map(({ receipt }) => receipt.entry) })}
      >
        {t('duty.acknowledge-routine', { count: ofLine.length })}
      </Hold>
      <Refusal error={acknowledge.error} />
    </div>
  );
}

function Waiting({ line, receipt, ours }: { line: string; receipt: Receipts; ours: boolean }) {
  const t = useT();
  const name = useName();
  const who = useWho();
  const may = useMayWrite();
  const now = useNow();
  const words = useWords(line, receipt.entry);
  const acknowledge = useAcknowledge();
  const author = receipt.entry.slice(0, receipt.entry.lastIndexOf('/'));
  const isPlayed = receipt.mark === 'exercise';
  return (
    <div className={css['dutyItem']} data-waits={receipt.entry}>
      <button
        type="button"
        className={css['dutyRow']}
        onClick={() => go({ screen: 'watch', line, entry: receipt.entry })}
      >
        <Shape level={isPlayed ? 'standby' : receipt.overdue ? 'serious' : isNear(receipt, now) ? 'caution' : 'off'} />
        <span className="grow">
          <NotMeant mark={receipt.mark} />{' '}
          {receipt.precedence !== 'routine' && <PrecedenceChip precedence={receipt.precedence} />}{' '}
          {words === null ? (
            <span className={css['clip']}>{kindWord(t, receipt.kind)}</span>
          ) : (
            <span className={css['clip']}>
              {receipt.kind !== 'message.sent' && `${kindWord(t, receipt.kind)}: `}
              <Foreign text={words.text} lang={words.lang} />
            </span>
          )}
          <span className="dim">
            {ours
              ? t('duty.from', { party: name(author) })
              : t('duty.by', { parties: receipt.waitingFor.map(who).join(', ') })}{' '}
            <bdi dir="ltr" className="mono">
              {receipt.entry}
            </bdi>
            {receipt.due !== null && ' · '}
            {receipt.due === null ? (
              ''
            ) : receipt.overdue ? (
              <strong className={isPlayed ? undefined : css['overdue']}>
                {t('message.overdue-by')} <Age at={receipt.due} />
              </strong>
            ) : (
              <>
                {t('duty.left')} <Age at={receipt.due} />
              </>
            )}
          </span>
        </span>
      </button>
      {ours && may('message.acknowledged') && (
        <button
          type="button"
          className={css['dutyAct']}
          disabled={acknowledge.isPending}
          onClick={() => acknowledge.mutate({ line, entries: [receipt.entry] })}
        >
          {t('duty.acknowledge')}
          <span className="visually-hidden"> {receipt.entry}</span>
        </button>
      )}
      <Refusal error={acknowledge.error} />
    </div>
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
      <Shape level={item.mark === 'exercise' ? 'off' : item.overdue ? 'serious' : 'standby'} />
      <span className="grow">
        <NotMeant mark={item.mark} /> <strong>{wordOf(t, 'family', item.family)}</strong> ·{' '}
        {wordOf(t, 'state', item.state)}{' '}
        <bdi dir="ltr" className="mono dim">
          {item.entry}
        </bdi>{' '}
        <InPartChip item={item} />
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
