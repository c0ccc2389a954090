import type { ReactNode } from 'react';
import { UtcField } from '../look/UtcField';
import { useNarrow } from '../look/narrow';
import { readUtc } from '../look/time';
import { useT, type Key } from '../messages';
import css from './ceasefire.module.css';
import type { Asked } from '../api/ceasefire';

export type Filter = { name: string; label: Key; choices?: readonly { word: string; text: string }[] };

/** What a table is narrowed to: a period, and words. What is typed is asked as soon as it can be read. */
export function Filters({
  filters,
  values,
  onChange,
  children,
}: {
  filters: readonly Filter[];
  values: Asked;
  onChange: (values: Asked) => void;
  children: ReactNode;
}) {
  const t = useT();
  const narrow = useNarrow();
  const set = (name: string, text: string): void => onChange({ ...values, [name]: text });
  const form = (
    <form className={css['bar']} aria-label={t('cease.filters')} onSubmit={(e) => e.preventDefault()}>
      {(['from', 'until'] as const).map((name) => (
        <UtcField
          key={name}
          label={t(`cease.filter.${name}`)}
          value={values[name] ?? ''}
          onChange={(text) => set(name, text)}
        />
      ))}
      {filters.map(({ name, label, choices }) => (
        <label key={name}>
          {t(label)}
          {choices === undefined ? (
            <input value={values[name] ?? ''} onChange={(e) => set(name, e.currentTarget.value)} />
          ) : (
            <select value={values[name] ?? ''} onChange={(e) => set(name, e.currentTarget.value)}>
              <option value="">{t('cease.any')}</option>
              {choices.map(({ word, text }) => (
                <option key={word} value={word}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </label>
      ))}
      {children}
    </form>
  );
  // On a phone what is looked for comes first, unless it is narrowed already.
  return narrow ? (
    <details open={Object.values(values).some((text) => text !== '') || undefined}>
      <summary>{t('filter.title')}</summary>
      {form}
    </details>
  ) : (
    form
  );
}

/** What of it the station is asked: times that can be read, and words. */
export const askedOf = (values: Asked, mark: string): Asked => ({
  ...Object.fromEntries(Object.entries(values).map(([name, text]) => [name, text.trim()])),
  from: readUtc(values['from'] ?? '') ?? '',
  until: readUtc(values['until'] ?? '') ?? '',
  mark,
});
