import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { once } from '../api/acts';
import { api, value } from '../api/client';
import type { Appended, LineSummary, ProposalView } from '../api/types';
import { mayWrite, useKinds } from '../api/kinds';
import { BodyView, EntryBody } from './BodyView';
import { MarkChip, PrecedenceChip } from './Chips';
import { Foreign } from './Foreign';
import { Hold } from './Hold';
import { Refusal } from './Refusal';
import { Stamp } from './Stamp';
import { EntryLink } from './EntryLink';
import { actWord } from './labels';
import { useName } from './names';
import { hasText, useT, wordOf, type T } from '../messages';
import { useOfficer } from '../api/session';
import { summaryOf } from './summary';
import css from './look.module.css';

/** What follows from an act once it is released: by the catalogue, else by what the station says of its kind. */
function causesOf(t: T, kind: string, says: string | undefined): string {
  const key = `causes.${kind}`;
  return hasText(key) ? t(key) : `${says ?? ''} ${t('proposal.causes-always')}`.trim();
}

/** An act that waits for its second officer. Nothing of it is on the record before another person holds the release. */
export function Proposal({
  proposal,
  lines,
  told = false,
}: {
  proposal: ProposalView;
  lines: LineSummary[];
  /** Whoever shows it says above it, in plain units, what its body says: that is folded here, and not said twice. */
  told?: boolean;
}) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const own = proposal.by.name === officer.name;
  const name = useName();
  const kinds = useKinds();
  const kind = kinds.get(proposal.kind);
  const entitled = mayWrite(kinds, officer.seat, proposal.kind);
  const summary = summaryOf(proposal.kind, proposal.body);
  const settled = { onSettled: () => queries.invalidateQueries({ queryKey: ['proposals'] }) };
  const release = useMutation({
    mutationFn: () =>
      once(['release', proposal.proposal], (headers) =>
        value<Appended>(
          api.POST('/api/v1/proposals/{proposal}/release', {
            params: { path: { proposal: proposal.proposal } },
            body: { by: officer } as never,
            headers,
          }),
        ),
      ),
    ...settled,
  });
  const refuse = useMutation({
    mutationFn: () =>
      value<ProposalView>(
        api.POST('/api/v1/proposals/{proposal}/refuse', {
          params: { path: { proposal: proposal.proposal } },
          body: { by: officer, reason: reason.trim() || null } as never,
        }),
      ),
    ...settled,
  });
  return (
    <article className={css['proposal']} data-proposal={proposal.proposal}>
      <p className={css['proposalAsks']}>
        {t('proposal.asks', {
          name: proposal.by.name,
          seat: wordOf(t, 'seat', proposal.by.seat),
          act: actWord(t, proposal.kind).replace(/…$/, ''),
        })}
      </p>
      <div className="row">
        <PrecedenceChip precedence={proposal.precedence} />
        {proposal.mark !== 'actual' && <MarkChip mark={proposal.mark} />}
      </div>
      <p className="dim">
        <Foreign text={lines.find((line) => line.line === proposal.line)?.title ?? proposal.line} /> ·{' '}
        <Stamp at={proposal.at} />
        {proposal.to != null && ` · ${t('proposal.to', { parties: proposal.to.map(name).join(', ') })}`}
      </p>
      {summary.text !== null && (
        <p className={css['text']}>
          <Foreign text={summary.text} lang={proposal.lang} />
        </p>
      )}
      {summary.facts.length > 0 && (
        <p className={css['coded']}>
          {summary.facts.map((fact, i) => (
            <span key={i}>
              <Foreign text={fact} />
            </span>
          ))}
        </p>
      )}
      {told ? (
        <details>
          <summary>{t('proposal.as-signed')}</summary>
          <BodyView kind={proposal.kind} body={proposal.body} lang={proposal.lang} rest />
        </details>
      ) : (
        <BodyView kind={proposal.kind} body={proposal.body} lang={proposal.lang} rest />
      )}
      {(proposal.re ?? []).map((entry) => (
        <section key={entry} className={css['proposalAbout']} aria-label={t('proposal.about', { entry })}>
          <span className="dim">
            {t('proposal.about', { entry: '' })} <EntryLink line={proposal.line} entry={entry} />
          </span>
          <EntryBody line={proposal.line} entry={entry} />
        </section>
      ))}
      <p className={css['proposalCauses']}>
        <strong>{t('proposal.causes')}</strong> {causesOf(t, proposal.kind, kind?.says)}
      </p>
      <TextInput
        size="xs"
        label={t('proposal.reason')}
        value={reason}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      {own ? (
        <p className="dim">{t('proposal.another')}</p>
      ) : (
        !entitled && (
          <p role="note">
            {t('proposal.not-this-seat', {
              seats: (kind?.seats ?? []).map((seat) => wordOf(t, 'seat', seat)).join(', '),
            })}
          </p>
        )
      )}
      <div className="row">
        {!own && entitled && (
          <Hold disabled={release.isPending} onHeld={() => release.mutate()}>
            {t('proposal.release')}
          </Hold>
        )}
        <Button size="compact-sm" variant="default" loading={refuse.isPending} onClick={() => refuse.mutate()}>
          {own ? t('proposal.withdraw') : t('proposal.refuse')}
        </Button>
      </div>
      <Refusal error={release.error ?? refuse.error} />
    </article>
  );
}
