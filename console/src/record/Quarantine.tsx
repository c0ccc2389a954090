import { useKnown } from '../api/known';
import { forksQuery, refusalsQuery, trafficQuery } from '../api/queries';
import { Foreign } from '../look/Foreign';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { allKnown, Unknown } from '../look/Unknown';
import { kindWord } from '../look/labels';
import { useT } from '../messages';
import css from './record.module.css';

/** What must not be overlooked: contradicting checkpoints, input of peers that was refused, entries that changed nothing. */
export function Quarantine({ line }: { line: string }) {
  const t = useT();
  const known = {
    forks: useKnown(forksQuery(line)),
    refusals: useKnown(refusalsQuery),
    traffic: useKnown(trafficQuery(line)),
  };
  const forks = known.forks.data ?? [];
  const refusals = known.refusals.data ?? [];
  const flags = known.traffic.data?.flags ?? [];
  return (
    <div className="column">
      <h2>{t('faults.forks')}</h2>
      <Unknown of={[known.forks]} what={t('unknown.forks')} />
      {allKnown(known.forks) && forks.length === 0 && (
        <p>
          <Status level="normal" word={t('faults.no-forks')} />
        </p>
      )}
      {forks.map((fork) => (
        <article key={`${fork.party} ${fork.at}`} className={`${screen['card']} ${css['inspector']}`}>
          <p>
            <Status level="critical" word={t('faults.fork-of', { party: fork.party })} /> <Stamp at={fork.at} />
          </p>
          <pre>{fork.first}</pre>
          <pre>{fork.second}</pre>
          {fork.proof !== null && <pre>{fork.proof}</pre>}
        </article>
      ))}
      <h2>{t('faults.refused')}</h2>
      <Unknown of={[known.refusals]} what={t('unknown.refusals')} />
      {allKnown(known.refusals) && refusals.length === 0 && <p className="dim">{t('faults.none-refused')}</p>}
      {refusals.length > 0 && (
        <div className={screen['tableBox']}>
          <table>
            <thead>
              <tr>
                <th>{t('faults.peer')}</th>
                <th>{t('look.line')}</th>
                <th>{t('faults.reason')}</th>
                <th>{t('faults.times')}</th>
                <th>{t('faults.last')}</th>
              </tr>
            </thead>
            <tbody>
              {refusals.map((refusal, i) => (
                <tr key={i}>
                  <td>{refusal.peer ?? '?'}</td>
                  <td className="mono">{refusal.line ?? '—'}</td>
                  <td>
                    {refusal.status} <Foreign text={refusal.reason} />
                  </td>
                  <td>{refusal.count}</td>
                  <td>
                    <Stamp at={refusal.last} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <h2>{t('faults.flagged')}</h2>
      <Unknown of={[known.traffic]} what={t('unknown.traffic')} />
      {allKnown(known.traffic) && flags.length === 0 && <p className="dim">{t('faults.none-flagged')}</p>}
      {flags.length > 0 && (
        <div className={screen['tableBox']}>
          <table>
            <thead>
              <tr>
                <th>{t('chronology.entry')}</th>
                <th>{t('faults.kind')}</th>
                <th>{t('faults.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {flags.map((flag) => (
                <tr key={flag.entry}>
                  <td>
                    <button type="button" onClick={() => go({ screen: 'record', line, entry: flag.entry })}>
                      {flag.entry}
                    </button>
                  </td>
                  <td>{kindWord(t, flag.kind)}</td>
                  <td>
                    <Foreign text={flag.reason} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
