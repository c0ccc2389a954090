import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Done } from '../api/acts';
import { actsOf, useKinds, type Kind } from '../api/kinds';
import { useKnown } from '../api/known';
import { itemQuery, proposalsQuery, useLines } from '../api/queries';
import { useOfficer } from '../api/session';
import type { LineSummary } from '../api/types';
import { FormEditor } from '../entry/FormEditor';
import { Replacing } from '../entry/Replacing';
import type { Values } from '../entry/fields';
import { actWord, kindWord } from '../look/labels';
import { Proposal } from '../look/Proposal';
import { Unknown } from '../look/Unknown';
import { useT } from '../messages';
import { CheckedText } from './CheckedText';

/** What a form of this screen begins with, and members of what it takes up that no form has a field for. */
export type Start = { values: Values; leftOut?: readonly string[]; fixed?: Values; about?: string };
const nothing: Start = { values: {} };

/** What is counted over very many is asked for by time; after an own act it is asked for at once. */
const counted = ['summary', 'coverage', 'observation-table', 'tally'] as const;
function useOutdate(line: string): () => void {
  const queries = useQueryClient();
  return () => {
    for (const what of counted) void queries.invalidateQueries({ queryKey: [what, line] });
  };
}

const texts: ReadonlySet<string> = new Set(['agreement.tabled', 'agreement.countered', 'agreement.amended']);

/** A kind's form; under one that brings a text, what is to be said of it before it is on the table. */
export function Form({
  line,
  kind,
  about,
  start = nothing,
  onDone,
}: {
  line: LineSummary;
  kind: Kind;
  about: string | null;
  start?: Start;
  onDone: (done?: Done) => void;
}) {
  return kind.replaces === 'supersedes' && about !== null ? (
    <Replacing line={line} kind={kind} about={about} draft={null} onDone={onDone} />
  ) : (
    <FormEditor
      line={line}
      kind={kind}
      about={about}
      start={start.values}
      leftOut={start.leftOut ?? []}
      {...(start.fixed === undefined ? {} : { fixed: start.fixed })}
      draft={null}
      onDone={onDone}
      {...(texts.has(kind.kind)
        ? { beside: (body, wrong) => <CheckedText line={line.line} body={body} wrong={wrong} /> }
        : {})}
    />
  );
}

/** Said once an act was done, or waits for its second officer. */
export function DoneWord({ done }: { done: Done | undefined }) {
  const t = useT();
  return done === undefined ? null : (
    <p role="status">{'proposed' in done ? t('done.proposed') : t('done.recorded', { entry: done.sent.id })}</p>
  );
}

/** What this party may write next about an item, as the station offers it, each by the form of its kind. */
export function Acts({
  line,
  entry,
  startOf,
  first = [],
}: {
  line: LineSummary;
  entry: string;
  startOf?: (kind: Kind) => Start;
  /** Acts that go before the others. */
  first?: readonly string[];
}) {
  const t = useT();
  const officer = useOfficer();
  const kinds = useKinds();
  const item = useKnown(itemQuery(line.line, entry));
  const outdate = useOutdate(line.line);
  const [writing, setWriting] = useState<Kind | null>(null);
  const [done, setDone] = useState<Done>();
  const offered = item.data === undefined ? [] : actsOf(kinds, officer.seat, item.data);
  const acts = [...offered].sort((a, b) => Number(first.includes(b.kind)) - Number(first.includes(a.kind)));
  return (
    <div className="column">
      <Unknown of={[item]} what={entry} />
      {acts.length > 0 && (
        <div className="row" role="group" aria-label={t('cease.acts')} data-paper="no">
          {acts.map((kind) => (
            <Button
              key={kind.kind}
              size="compact-sm"
              variant={first.includes(kind.kind) ? 'filled' : 'default'}
              aria-expanded={writing === kind}
              onClick={() => {
                setDone(undefined);
                setWriting(writing === kind ? null : kind);
              }}
            >
              {actWord(t, kind.kind)}
            </Button>
          ))}
        </div>
      )}
      {writing !== null && (
        <Form
          key={writing.kind}
          line={line}
          kind={writing}
          about={startOf?.(writing).about ?? entry}
          start={startOf?.(writing) ?? nothing}
          onDone={(told) => {
            // The answer may come when another form is open already: that one stays.
            setWriting((now) => (now === writing ? null : now));
            setDone(told);
            outdate();
          }}
        />
      )}
      <DoneWord done={done} />
    </div>
  );
}

/** A button for something new, and its form under it. */
export function Opener({
  line,
  kind: name,
  label,
  start,
}: {
  line: LineSummary;
  kind: string;
  label?: string;
  start?: Start;
}) {
  const t = useT();
  const officer = useOfficer();
  const kind = useKinds().get(name);
  const outdate = useOutdate(line.line);
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState<Done>();
  if (kind === undefined || !kind.seats.includes(officer.seat)) return null;
  return (
    <div className="column">
      <div className="row" data-paper="no">
        <Button
          size="sm"
          variant={open ? 'filled' : 'default'}
          aria-expanded={open}
          onClick={() => {
            setDone(undefined);
            setOpen(!open);
          }}
        >
          {label ?? kindWord(t, name)}
        </Button>
      </div>
      {open && (
        <Form
          line={line}
          kind={kind}
          about={null}
          {...(start === undefined ? {} : { start })}
          onDone={(told) => {
            setOpen(false);
            setDone(told);
            outdate();
          }}
        />
      )}
      <DoneWord done={done} />
    </div>
  );
}

/** Acts of these families that wait for their second officer. */
export function Waiting({ line, families, about }: { line: string; families: readonly string[]; about?: string }) {
  const t = useT();
  const lines = useLines();
  const known = useKnown(proposalsQuery);
  const waiting = (known.data ?? []).filter(
    (one) =>
      one.line === line &&
      families.includes(one.kind.split('.')[0] ?? '') &&
      (about === undefined || (one.re ?? []).includes(about)),
  );
  return (
    <>
      <Unknown of={[known]} what={t('unknown.proposals')} />
      {waiting.map((proposal) => (
        <Proposal key={proposal.proposal} proposal={proposal} lines={lines} />
      ))}
    </>
  );
}
