import type { LineSummary, RefusedProposal } from '../api/types';
import { BodyView } from '../look/BodyView';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { Stamp } from '../look/Stamp';
import { kindWord } from '../look/labels';
import { useT } from '../messages';
import { summaryOf } from '../look/summary';
import look from '../look/look.module.css';

/** What this officer proposed and another refused: by whom, when, and why. Nothing of it is on the record. */
export function Refused({ refused, lines }: { refused: RefusedProposal; lines: LineSummary[] }) {
  const t = useT();
  const { proposal } = refused;
  const summary = summaryOf(proposal.kind, proposal.body);
  return (
    <article className={look['proposal']} data-refused={proposal.proposal}>
      <div className="row">
        <NotMeant mark={proposal.mark} />
        <strong>{kindWord(t, proposal.kind)}</strong>
        <PrecedenceChip precedence={proposal.precedence} />
      </div>
      <p className="dim">
        <Foreign text={lines.find((line) => line.line === proposal.line)?.title ?? proposal.line} /> ·{' '}
        <Stamp at={proposal.at} />
      </p>
      {summary.text !== null && (
        <p className={look['text']}>
          <Foreign text={summary.text} lang={proposal.lang} />
        </p>
      )}
      {summary.facts.length > 0 && (
        <p className={look['coded']}>
          {summary.facts.map((fact, i) => (
            <span key={i}>
              <Foreign text={fact} />
            </span>
          ))}
        </p>
      )}
      <BodyView kind={proposal.kind} body={proposal.body} lang={proposal.lang} rest />
      <p>
        <strong>
          <Foreign text={t('proposal.refused-by', { seat: refused.by.seat, name: refused.by.name })} />
        </strong>{' '}
        <Stamp at={refused.at} />: <Foreign text={refused.reason ?? t('line.no-reason')} />
      </p>
    </article>
  );
}
