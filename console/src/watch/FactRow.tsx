import type { EntryView } from '../api/types';
import { useWho } from '../look/names';
import { Age } from '../look/Stamp';
import { useT, type Key } from '../messages';
import type { Facts } from '../api/facts';
import css from './watch.module.css';

/** The five facts of an entry side by side: what is so, by whom; what is not so stays visible as not so. */
export function FactRow({
  entry,
  facts,
  own,
  undelivered,
}: {
  entry: EntryView;
  facts: Facts;
  own: boolean;
  undelivered: boolean;
}) {
  const t = useT();
  const who = useWho();
  const told = (parties: readonly string[]): string | null => parties.map(who).join(', ') || null;
  const delivered = entry.sealed ? t('fact.sealed') : told(entry.cosignedBy);
  const rows: [Key, string | null][] = [
    ['fact.delivered', delivered],
    ['fact.read', told(facts.read)],
    ['fact.translated', told(facts.translated)],
    ['fact.passed-on', told(facts.passedOn)],
    ['fact.answered', told(facts.answered)],
  ];
  return (
    <ul className={css['facts']}>
      {rows.map(([key, by]) => (
        <li
          key={key}
          title={by === null ? `${t('fact.not')} ${t(key).toLowerCase()}` : undefined}
          data-so={by !== null}
          data-late={key === 'fact.delivered' && by === null && own && undelivered}
        >
          <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
            {by !== null ? (
              <path d="M1 6.500 4.500 10 11 2.500" fill="none" stroke="currentColor" strokeWidth="2.200" />
            ) : (
              <circle cx="6" cy="6" r="4.300" fill="none" stroke="currentColor" strokeWidth="1.400" />
            )}
          </svg>
          {by !== null ? (
            <>
              {t(key)} <span className={css['whoDid']}>{by}</span>
            </>
          ) : key === 'fact.delivered' ? (
            <>
              {t('fact.not-delivered')} <Age at={entry.at} />
            </>
          ) : (
            <span className="visually-hidden">
              {t('fact.not')} {t(key).toLowerCase()}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
