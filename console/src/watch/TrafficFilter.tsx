import { isReceipt } from '../api/facts';
import type { Kinds } from '../api/kinds';
import type { EntryView, Precedence } from '../api/types';
import { precedences } from '../look/Chips';
import { useName } from '../look/names';
import { useT } from '../messages';
import css from './watch.module.css';

/** What of the traffic is shown. Nothing of it is kept: who comes back sees everything. */
export type Filter = { what: 'all' | 'no-tests' | 'messages'; party: string; from: Precedence };
export const noFilter: Filter = { what: 'all', party: '', from: 'routine' };
export const isFiltering = (filter: Filter): boolean =>
  filter.what !== 'all' || filter.party !== '' || filter.from !== 'routine';

export function passes(
  filter: Filter,
  entry: Pick<EntryView, 'id' | 'kind' | 'precedence'>,
  kinds: Kinds | null,
): boolean {
  const family = kinds?.get(entry.kind)?.family ?? String(entry.kind).split('.')[0];
  return (
    (filter.party === '' || String(entry.id).startsWith(`${filter.party}/`)) &&
    precedences.indexOf(entry.precedence) >= precedences.indexOf(filter.from) &&
    (filter.what === 'all' ||
      (filter.what === 'messages'
        ? family === 'message' && !isReceipt(entry.kind)
        : family !== 'test' && !isReceipt(entry.kind)))
  );
}

/** Chooses it, in a line at the head of the traffic; while something is left out, that stands there. */
export function TrafficFilter({
  filter,
  parties,
  shown,
  all,
  onChange,
}: {
  filter: Filter;
  parties: readonly string[];
  shown: number;
  all: number;
  onChange: (filter: Filter) => void;
}) {
  const t = useT();
  const name = useName();
  const on = isFiltering(filter);
  return (
    <details className={css['filter']} open={on || undefined}>
      <summary>{t('filter.title')}</summary>
      <div className="row">
        <select
          aria-label={t('filter.title')}
          value={filter.what}
          onChange={(e) => onChange({ ...filter, what: e.currentTarget.value as Filter['what'] })}
        >
          {(['all', 'no-tests', 'messages'] as const).map((what) => (
            <option key={what} value={what}>
              {t(`filter.${what}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('filter.party')}
          value={filter.party}
          onChange={(e) => onChange({ ...filter, party: e.currentTarget.value })}
        >
          <option value="">{t('filter.any-party')}</option>
          {parties.map((party) => (
            <option key={party} value={party}>
              {name(party)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('filter.any-precedence')}
          value={filter.from}
          onChange={(e) => onChange({ ...filter, from: e.currentTarget.value as Precedence })}
        >
          {precedences.map((precedence) => (
            <option key={precedence} value={precedence}>
              {precedence === 'routine'
                ? t('filter.any-precedence')
                : t('filter.urgent', { precedence: t(`precedence.${precedence}`) })}
            </option>
          ))}
        </select>
        {on && (
          <>
            <strong role="status">{t('filter.shown', { shown, all })}</strong>
            <button type="button" onClick={() => onChange(noFilter)}>
              {t('filter.clear')}
            </button>
          </>
        )}
      </div>
    </details>
  );
}
