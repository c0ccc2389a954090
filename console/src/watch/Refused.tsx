import type { LineSummary, RefusedProposal } from '../api/types';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { Stamp } from '../look/Stamp';
import { useT, wordOf } from '../messages';
import { summaryOf } from './summary';
import css from './watch.module.css';

/** What this officer proposed and another refused: by whom, when, and why. Nothing of it is on the record. */
export function Refused({ refused, lines }: { refused: RefusedProposal; lines: LineSummary[] }) {
  const t = useT();
  const { proposal } = refused;
  const summary = summaryOf(proposal.kind, proposal.body);
  return (
    <article className={css['proposal']} data-refused={proposal.proposal}>
      <div className="row"><NotMeant mark={proposal.mark} /><strong>{wordOf(t, 'kind', proposal.kind)}</strong><PrecedenceChip precedence={proposal.precedence} /></div>
      <p className="dim"><Foreign text={lines.find(line => line.line === proposal.line)?.title ?? proposal.line} /> · <Stamp at={proposal.at} /></p>
      {summary.text !== null && <p className={css['text']}><Foreign text={summary.text} lang={proposal.lang} /></p>}
      <p><strong><Foreign text={t('proposal.refused-by', { seat: refused.by.seat, name: refused.by.name })} /></strong> <Stamp at={refused.at} />: <Foreign text={refused.reason ?? t('line.no-reason')} /></p>
    </article>
  );
}
