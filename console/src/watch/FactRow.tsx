import type { EntryView } from '../api/types';
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
  const delivered = entry.sealed ? t('fact.sealed') : entry.cosignedBy.length > 0 ? entry.cosignedBy.join(', ') : null;
  const rows: [Key, string | null][] = [
    ['fact.delivered', delivered],
    ['fact.read', facts.read.join(', ') || null],
    ['fact.translated', facts.translated.join(', ') || null],
    ['fact.passed-on', facts.passedOn.join(', ') || null],
    ['fact.answered', facts.answered.join(', ') || null],
  ];
  return (
    <ul className={css['facts']}>
      {rows.map(([key, who]) => (
        <li key={key} data-so={who !== null} data-late={key === 'fact.delivered' && who === null && own && undelivered}>
          <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
            {who !== null ? (
              <path d="M1 6.500 4.500 10 11 2.500" fill="none" stroke="currentColor" strokeWidth="2.200" />
            ) : (
              <circle cx="6" cy="6" r="4.300" fill="none" stroke="currentColor" strokeWidth="1.400" />
            )}
          </svg>
          {who !== null ? (
            <>
              {t(key)} <span className={css['whoDid']}>{who}</span>
            </>
          ) : key === 'fact.delivered' ? (
            <>
              {t('fact.not-delivered')} <Age at={entry.at} />
            </>
          ) : (
            <>
              {t('fact.not')} {t(key).toLowerCase()}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
