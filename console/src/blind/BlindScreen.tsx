import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useKnown } from '../api/known';
import { proposalsQuery, useLines } from '../api/queries';
import type { LineSummary, ProposalView } from '../api/types';
import { useName } from '../look/names';
import { LinePicker } from '../look/LinePicker';
import { go, useRoute } from '../look/route';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { NoLines } from '../look/NoLines';
import { useT, wordOf } from '../messages';
import { allKnown, Unknown } from '../look/Unknown';
import { useMayWrite } from '../api/kinds';
import { Proposal } from '../look/Proposal';
import { checksQuery, preparedQuery } from './checks';
import { CheckView } from './CheckView';
import { ComparedList, ProfileCard } from './Plans';
import { ProposeForm } from './ProposeForm';

/** Blind checks with another party: which cells of space and time both plan to use. Nothing here says that anything is safe. */
export function BlindScreen() {
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  if (line === undefined) return <NoLines />;
  return (
    <>
      <LinePicker screen="blind" line={line.line} />
      <OnLine key={line.line} line={line} chosen={route.entry} />
    </>
  );
}

function OnLine({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const mayWrite = useMayWrite();
  const name = useName();
  const lines = useLines();
  const checks = useKnown(checksQuery(line.line));
  const { data } = checks;
  const waiting = useKnown(proposalsQuery);
  const proposals = (waiting.data ?? []).filter(
    (proposal) => proposal.line === line.line && proposal.kind.startsWith('blind.'),
  );
  const [proposing, setProposing] = useState(false);
  const may = mayWrite('blind.proposed');
  return (
    <div className={screen['panel']}>
      <div className={screen['split']}>
        <div className={screen['cards']}>
          <p>{t('blind.what')}</p>
          <Unknown of={[checks]} what={t('unknown.checks')} />
          <Unknown of={[waiting]} what={t('unknown.proposals')} />
          {may && (
            <Button
              onClick={() => {
                setProposing(true);
                go({ screen: 'blind', line: line.line });
              }}
            >
              {t('blind.new')}
            </Button>
          )}
          {proposals.map((proposal) => (
            <Waiting key={proposal.proposal} proposal={proposal} lines={lines} />
          ))}
          {[...(data?.checks ?? [])].reverse().map((check) => (
            <button
              key={check.entry}
              type="button"
              className={screen['item']}
              aria-current={check.entry === chosen}
              onClick={() => {
                setProposing(false);
                go({ screen: 'blind', line: line.line, entry: check.entry });
              }}
            >
              <strong>{check.entry}</strong> · {wordOf(t, 'state', check.state)}
              {check.progress !== null && (
                <>
                  {' '}
                  · {wordOf(t, 'blind.phase', check.progress.phase)} {check.progress.done}/{check.progress.total}
                </>
              )}
              <br />
              <span className="dim">
                {t('blind.between', { opener: name(check.opener), with: check.with === null ? '…' : name(check.with) })}{' '}
                · <Stamp at={check.since} />
              </span>
            </button>
          ))}
          {allKnown(checks) && data?.checks.length === 0 && <p className="dim">{t('blind.none')}</p>}
          {data !== undefined && (
            <p className="dim">
              {t('blind.budget', {
                day: data.budget.day,
                spent: data.budget.spent.toLocaleString('en'),
                limit: data.budget.perDay.toLocaleString('en'),
              })}
            </p>
          )}
        </div>
        {proposing && may ? (
          <ProposeForm line={line} onDone={() => setProposing(false)} />
        ) : chosen !== null ? (
          <CheckView key={chosen} line={line} entry={chosen} may={may} />
        ) : (
          <p className="dim">{t('blind.choose')}</p>
        )}
      </div>
    </div>
  );
}

/** What waits for its second officer, with what would be compared: that is what he releases. */
function Waiting({ proposal, lines }: { proposal: ProposalView; lines: LineSummary[] }) {
  const t = useT();
  const { data, error } = useQuery(preparedQuery(proposal.proposal));
  // Nothing is released unseen: the button comes with what it releases, and does not move away under the pointer that
  // holds it.
  if (data === undefined && error === null)
    return (
      <p className="dim" role="status">
        {t('shell.loading')}
      </p>
    );
  return (
    <div className={screen['cards']}>
      {data !== undefined && (
        <>
          <ProfileCard profile={data.profile} />
          <ComparedList compared={data.compared} found={false} />
          <p>{t('blind.bucket', { cells: data.cells, bucket: data.bucket })}</p>
        </>
      )}
      <Refusal error={error} />
      <Proposal proposal={proposal} lines={lines} told={data !== undefined} />
    </div>
  );
}
