import { Button } from '@mantine/core';
import { useState } from 'react';
import { useKinds } from '../api/kinds';
import { readUtc } from '../look/time';
import { useT, wordOf } from '../messages';
import css from './record.module.css';
import { soughtOf } from './facets';
import { Saved } from './Saved';
import { isSought, nothingSought, type Sought } from './search';

/** By what the record is searched. The station searches, not this page: it need not have been read here. */
export function SearchForm({
  parties,
  seeking,
  onSearch,
}: {
  parties: readonly string[];
  /** True where the officer came to search: the first field has the focus. */
  seeking: boolean;
  onSearch: (sought: Sought | null) => void;
}) {
  const t = useT();
  const families = [...new Set([...useKinds().values()].map((kind) => kind.family))];
  const [typed, setTyped] = useState<Sought>(nothingSought);
  const set = (part: Partial<Sought>): void => setTyped({ ...typed, ...part });
  const bad = (time: string): boolean => time.trim() !== '' && readUtc(time) === null;
  const clear = (): void => {
    setTyped(nothingSought);
    onSearch(null);
  };
  return (
    <form
      className={css['search']}
      role="search"
      aria-label={t('search.title')}
      onSubmit={(e) => {
        e.preventDefault();
        const sought = soughtOf(typed.text, typed);
        if (!bad(sought.since) && !bad(sought.until)) onSearch(isSought(sought) ? sought : null);
      }}
    >
      <label className={css['searchText']}>
        {t('search.text')}
        <input
          type="search"
          placeholder={t('search.facets')}
          autoFocus={seeking}
          key={String(seeking)}
          maxLength={200}
          value={typed.text}
          onChange={(e) => set({ text: e.currentTarget.value })}
        />
      </label>
      <label>
        {t('search.kind')}
        <select value={typed.kind} onChange={(e) => set({ kind: e.currentTarget.value })}>
          <option value="">{t('search.any')}</option>
          {families.map((family) => (
            <option key={family} value={`${family}.`}>
              {wordOf(t, 'search.family', family)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('search.from')}
        <select value={typed.from} onChange={(e) => set({ from: e.currentTarget.value })}>
          <option value="">{t('search.any')}</option>
          {parties.map((party) => (
            <option key={party} value={party}>
              {party}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('search.by')}
        <input maxLength={200} value={typed.by} onChange={(e) => set({ by: e.currentTarget.value })} />
      </label>
      <label>
        {t('composer.mark')}
        <select value={typed.mark} onChange={(e) => set({ mark: e.currentTarget.value })}>
          <option value="">{t('search.any')}</option>
          {(['actual', 'exercise', 'test'] as const).map((mark) => (
            <option key={mark} value={mark}>
              {t(`mark.${mark}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('search.since')}
        <input
          value={typed.since}
          dir="ltr"
          placeholder="YYYY-MM-DD HH:MM"
          aria-invalid={bad(typed.since)}
          onChange={(e) => set({ since: e.currentTarget.value })}
        />
      </label>
      <label>
        {t('search.until')}
        <input
          value={typed.until}
          placeholder="2026-11-22 18:30"
          aria-invalid={bad(typed.until)}
          onChange={(e) => set({ until: e.currentTarget.value })}
        />
      </label>
      {(bad(typed.since) || bad(typed.until)) && (
        <p role="alert" className={css['searchText']}>
          {t('form.bad-time')}
        </p>
      )}
      <div className="row">
        <Button type="submit" size="compact-sm">
          {t('search.go')}
        </Button>
        <Saved
          sought={soughtOf(typed.text, typed)}
          onTake={(sought) => {
            setTyped(sought);
            onSearch(sought);
          }}
        />
        <Button type="button" size="compact-sm" variant="default" onClick={clear}>
          {t('search.clear')}
        </Button>
      </div>
    </form>
  );
}
