import { useQueries, type UseQueryOptions } from '@tanstack/react-query';
import { useState } from 'react';
import type { Mark } from '../api/types';
import { marks } from '../look/Chips';
import { useT } from '../messages';
import css from './ceasefire.module.css';

/** The pages of a table that were gone through: where each begins. */
export function usePages(asked: string): {
  after: string;
  page: number;
  onNext: (next: string) => void;
  onBack: () => void;
} {
  const [held, setHeld] = useState<{ asked: string; stack: readonly string[] }>({ asked, stack: [''] });
  // Another question begins at its first page.
  const stack = held.asked === asked ? held.stack : [''];
  return {
    after: stack.at(-1) ?? '',
    page: stack.length,
    onNext: (next) => setHeld({ asked, stack: [...stack, next] }),
    onBack: () => setHeld({ asked, stack: stack.length > 1 ? stack.slice(0, -1) : stack }),
  };
}

export function Pages({
  pages: { page, onNext, onBack },
  shown,
  total,
  next,
}: {
  pages: ReturnType<typeof usePages>;
  shown: number;
  total: number;
  next: string | null;
}) {
  const t = useT();
  return (
    <p className={css['bar']}>
      <span role="status">{t('cease.page', { shown, total, page })}</span>
      <button type="button" disabled={page === 1} onClick={onBack}>
        {t('cease.page-back')}
      </button>
      <button type="button" disabled={next === null} onClick={() => next !== null && onNext(next)}>
        {t('cease.page-next')}
      </button>
    </p>
  );
}

/** By author: what lies beyond a share, was withheld or cannot be read. It is said, so that nobody takes the rest for all. */
export function NotCounted({ of }: { of: Readonly<Record<string, number>> | undefined }) {
  const t = useT();
  const all = Object.entries(of ?? {});
  return all.length === 0 ? null : (
    <p role="note">{t('cease.not-counted', { what: all.map(([party, n]) => `${party}: ${n}`).join(', ') })}</p>
  );
}

/** By author: what an answer leaves out because of its length. CEASEFIRE-42. */
export function LeftOut({ of }: { of: Readonly<Record<string, number>> | undefined }) {
  const t = useT();
  const all = Object.entries(of ?? {});
  return all.length === 0 ? null : (
    <p role="note">{t('cease.left-out', { what: all.map(([party, n]) => `${party}: ${n}`).join(', ') })}</p>
  );
}

/** Where nothing of a mark stands: what there is of the others, each a button away. They are never counted together. */
export function OtherMarks<Page extends { total: number }>({
  mark,
  onMark,
  question,
}: {
  mark: Mark;
  onMark: (mark: Mark) => void;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  question: (mark: Mark) => UseQueryOptions<Page, Error, Page, any>;
}) {
  const t = useT();
  const others = marks.filter((one) => one !== mark);
  const found = useQueries({ queries: others.map((one) => question(one)) });
  return (
    <p className="row">
      {others.map((one, i) => {
        const total = (found[i]?.data as Page | undefined)?.total ?? 0;
        return total === 0 ? null : (
          <button key={one} type="button" onClick={() => onMark(one)}>
            {t(`mark.${one}`)}: {total}
          </button>
        );
      })}
    </p>
  );
}
