import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useKnown } from '../api/known';
import { useMayWrite } from '../api/kinds';
import { useTail } from '../api/live';
import { entryQuery, proposalsQuery, refusedQuery, useEveryTraffic, useKnownLines } from '../api/queries';
import { useOfficer, useSession } from '../api/session';
import type { ItemView, LineSummary, Mark, Precedence, Receipts, TrafficView } from '../api/types';
import { mostNamed } from '../look/alarms';
import { answerDue, asksUs } from '../look/asked';
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

/** What is to be seen to; and apart from it what is only played, and was due more than a day ago. */
export function fresh<One>(all: readonly One[], due: (one: One) => Due): [One[], One[]] {
  const isOld = (one: One): boolean => {
    const { mark, due: at } = due(one);
    return mark !== 'actual' && at !== null && stationNow() - Date.parse(at) > aDay;
  };
  return [all.filter((one) => !isOld(one)), all.filter(isOld)];
}

/** What this party owes: an acknowledgement, an answer, or both of one entry. */
type Owed =
  { line: string; receipt: Receipts; item: ItemView | null } | { line: string; receipt: null; item: ItemView };
const dueOf = (one: Owed): Due =>
  one.receipt ?? { mark: one.item.mark, due: answerDue(one.item), precedence: 'routine' };

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
  const [theirs, oldTheirs] = fresh(
    waiting.filter(({ receipt }) => !receipt.waitingFor.includes(session.party)),
    (one) => one.receipt,
  );
  // The station lists so much of it; the numbers are of all.
  const unlisted = Math.max(
    0,
    sumOf(views, (view) => Math.max(view.waitingCount, view.waiting.length)) - waiting.length,
  );
  const everyOpen = views.flatMap((view) => view.open.map((item) => ({ line: view.line, item })));
  // What asks this party for an answer is owed; where its acknowledgement is owed too, one row has both.
  const asking = new Map(
    everyOpen.flatMap((one) =>
      asksUs(one.item, session.party) ? [[`${one.line} ${one.item.entry}`, one] as const] : [],
    ),
  );
  const askedBy = (line: string, entry: string): ItemView | null =>
    [...asking.values()].find(
      (one) => one.line === line && (one.item.entry === entry || one.item.entries.some((part) => part.entry === entry)),
    )?.item ?? null;
  const allOwed: Owed[] = ours.map(({ line, receipt }) => ({ line, receipt, item: askedBy(line, receipt.entry) }));
  for (const { line, item } of asking.values())
    if (!allOwed.some((one) => one.line === line && one.item === item)) allOwed.push({ line, receipt: null, item });
  allOwed.sort((a, b) => byPressure(dueOf(a), dueOf(b)));
  const [owed, oldOwed] = fresh(allOwed, dueOf);
  const [open, oldOpen] = fresh(
    everyOpen
      .filter(({ line, item }) => !asking.has(`${line} ${item.entry}`))
      .sort((a, b) => Number(b.item.overdue) - Number(a.item.overdue) || byPressure(a.item, b.item)),
    (one) => one.item,
  );
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
        {whole && owed.length === 0 && unlisted === 0 ? (
          <>
            <h2>{t('duty.ours')}</h2>
            <p className="dim" title={t('empty.duty')}>
              {t('duty.nothing-waits')}
            </p>
          </>
        ) : (
          <h2>{t('duty.you-owe', { count: countOf(owed) })}</h2>
        )}
        <BulkAcknowledge waiting={ours.slice(0, mostWaiting)} />
        {owed.slice(0, mostWaiting).map(owedRow)}
        <More count={owed.length - mostWaiting} />
        <OldPlayed rows={oldOwed.slice(0, mostWaiting).map(owedRow)} count={oldOwed.length} />
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
        {open.slice(0, mostOpen).map(openRow)}
        <More count={open.length - mostOpen} screen="handover" />
        <OldPlayed rows={oldOpen.slice(0, mostOpen).map(openRow)} count={oldOpen.length} />
      </section>
      {theirs.length + oldTheirs.length > 0 && (
        <section aria-label={t('duty.theirs')}>
          <h2>{t('duty.they-owe', { count: countOf(theirs) })}</h2>
          {theirs.slice(0, mostWaiting).map(theirRow)}
          <More count={theirs.length - mostWaiting} />
          <OldPlayed rows={oldTheirs.slice(0, mostWaiting).map(theirRow)} count={oldTheirs.length} />
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

const owedRow = ({ line, receipt, item }: Owed) =>
  receipt !== null ? (
    <EntryBoundary key={`${line} ${receipt.entry}`} line={line} entry={receipt.entry} raw={receipt}>
      <Waiting line={line} receipt={receipt} item={item} ours />
    </EntryBoundary>
  ) : (
    <EntryBoundary key={`${line} ${item.entry}`} line={line} entry={item.entry} raw={item}>
      <Asked line={line} item={item} />
    </EntryBoundary>
  );

const theirRow = ({ line, receipt }: { line: string; receipt: Receipts }) => (
  <EntryBoundary key={`${line} ${receipt.entry}`} line={line} entry={receipt.entry} raw={receipt}>
    <Waiting line={line} receipt={receipt} ours={false} />
  </EntryBoundary>
);

const openRow = ({ line, item }: { line: string; item: ItemView }) => (
  <EntryBoundary key={`${line} ${item.entry}`} line={line} entry={item.entry} raw={item}>
    <Open line={line} item={item} />
  </EntryBoundary>
);

/** What is played and long past its time: it stands, and is in nobody's way. */
function OldPlayed({ rows, count }: { rows: ReactNode; count: number }) {
  const t = useT();
  return count === 0 ? null : (
    <details className={css['oldPlayed']}>
      <summary>{t('duty.old-played', { count })}</summary>
      {rows}
    </details>
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

function Waiting({
  line,
  receipt,
  item = null,
  ours,
}: {
  line: string;
  receipt: Receipts;
  /** What of this party's answer it asks for. */
  item?: ItemView | null;
  ours: boolean;
}) {
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
              {receipt.kind !== 'message.sent' && <span>{kindWord(t, receipt.kind)}:</span>}{' '}
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
      {item !== null && <AnswerButton line={line} item={item} />}
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

const wordsOfItem = (item: ItemView): string =>
  item.topic ??
  item.concern ??
  item.what ??
  item.text ??
  item.reason ??
  item.between?.map((p) => p.office).join(' ↔ ') ??
  '';

function AnswerButton({ line, item }: { line: string; item: ItemView }) {
  const t = useT();
  return (
    <button
      type="button"
      className={css['dutyAct']}
      onClick={() => go({ screen: screenOf(item.family), line, entry: item.entry })}
    >
      {t('duty.answer')}
      <span className="visually-hidden"> {item.entry}</span>
    </button>
  );
}

/** What asks for an answer, by when. */
function Asked({ line, item }: { line: string; item: ItemView }) {
  const t = useT();
  const name = useName();
  const now = useNow();
  const due = answerDue(item);
  const what = wordsOfItem(item);
  const late = due !== null && Date.parse(due) <= now;
  const isPlayed = item.mark === 'exercise';
  return (
    <div className={css['dutyItem']} data-asks={item.entry}>
      <button
        type="button"
        className={css['dutyRow']}
        onClick={() => go({ screen: screenOf(item.family), line, entry: item.entry })}
      >
        <Shape level={isPlayed ? 'standby' : late ? 'serious' : 'off'} />
        <span className="grow">
          <NotMeant mark={item.mark} />{' '}
          <span className={css['clip']}>
            <span>
              {wordOf(t, 'family', item.family)}
              {what !== '' && ':'}
            </span>{' '}
            {what !== '' && <Foreign text={what} />}
          </span>
          <span className="dim">
            {t('duty.from', { party: name(item.opener) })}{' '}
            <bdi dir="ltr" className="mono">
              {item.entry}
            </bdi>
            {due !== null && (
              <>
                {' · '}
                {late ? (
                  <strong className={isPlayed ? undefined : css['overdue']}>
                    {t('message.overdue-by')} <Age at={due} />
                  </strong>
                ) : (
                  <>
                    {t('duty.left')} <Age at={due} />
                  </>
                )}
              </>
            )}
          </span>
        </span>
      </button>
      <AnswerButton line={line} item={item} />
    </div>
  );
}

function Open({ line, item }: { line: string; item: ItemView }) {
  const t = useT();
  const what = wordsOfItem(item);
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
