import { useKnown } from '../api/known';
import { trafficQuery } from '../api/queries';
import type { ItemView, LineSummary } from '../api/types';
import { EntryBody } from '../look/BodyView';
import { NotMeant } from '../look/Chips';
import { EntryLink } from '../look/EntryLink';
import { useName } from '../look/names';
import { Stamp, Timer } from '../look/Stamp';
import { Status } from '../look/Status';
import { Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { Acts, Opener } from './Acts';
import css from './ceasefire.module.css';

/** Notices of return fire that stand, and the gate before another: what was tried first, how it failed, on whose authority. The time runs until its author says that it is over. */
export function ReturnFires({ line }: { line: LineSummary }) {
  const t = useT();
  const known = useKnown(trafficQuery(line.line));
  const standing = (known.data?.open ?? []).filter((one) => one.family === 'returnfire');
  return (
    <section aria-label={t('family.returnfire')} className="column">
      <Opener line={line} kind="returnfire.notified" label={t('cease.gate')} />
      <Unknown of={[known]} what={t('unknown.traffic')} />
      {standing.map((item) => (
        <Standing key={item.entry} line={line} item={item} />
      ))}
    </section>
  );
}

function Standing({ line, item }: { line: LineSummary; item: ItemView }) {
  const t = useT();
  const name = useName();
  const since = item.entries[0]?.at ?? item.since;
  return (
    <div className={css['account']} data-grave="true">
      <header>
        <span className="row">
          <NotMeant mark={item.mark} />
          <Status level="serious" word={t('family.returnfire')} /> <strong>{name(item.opener)}</strong>{' '}
          {wordOf(t, 'state', item.state)}
        </span>
        <span>
          <Timer since={since} /> <Stamp at={since} /> <EntryLink line={line.line} entry={item.entry} />
        </span>
      </header>
      <EntryBody line={line.line} entry={item.entry} />
      <p className="dim">{t('cease.no-leave')}</p>
      <Acts line={line} entry={item.entry} first={['returnfire.answered', 'returnfire.ended']} />
    </div>
  );
}
