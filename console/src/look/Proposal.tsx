import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { once } from '../api/acts';
import { api, value } from '../api/client';
import type { Appended, LineSummary, ProposalView } from '../api/types';
import { BodyView } from './BodyView';
import { MarkChip, PrecedenceChip } from './Chips';
import { Foreign } from './Foreign';
import { Hold } from './Hold';
import { Refusal } from './Refusal';
import { Stamp } from './Stamp';
import { kindWord } from './labels';
import { useT } from '../messages';
import { useOfficer } from '../api/session';
import { summaryOf } from './summary';
import css from './look.module.css';

/** An act that waits for its second officer. Nothing of it is on the record before another person holds the release. */
export function Proposal({ proposal, lines }: { proposal: ProposalView; lines: LineSummary[] }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const own = proposal.by.name === officer.name;
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
      <div className="row">
        <strong>{kindWord(t, proposal.kind)}</strong>
        <PrecedenceChip precedence={proposal.precedence} />
        {proposal.mark !== 'actual' && <MarkChip mark={proposal.mark} />}
      </div>
      <p className="dim">
        <Foreign text={lines.find((line) => line.line === proposal.line)?.title ?? proposal.line} /> ·{' '}
        {t('proposal.by', { seat: proposal.by.seat, name: proposal.by.name })} <Stamp at={proposal.at} />
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
      <BodyView kind={proposal.kind} body={proposal.body} lang={proposal.lang} rest />
      <TextInput
        size="xs"
        label={t('proposal.reason')}
        value={reason}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      {own && <p className="dim">{t('proposal.another')}</p>}
      <div className="row">
        {!own && (
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
