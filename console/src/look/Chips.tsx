import type { ReactNode } from 'react';
import type { Mark, Precedence } from '../api/types';
import { useT } from '../messages';
import css from './look.module.css';

export const precedences: readonly Precedence[] = ['routine', 'priority', 'immediate', 'flash'];

export const marks: readonly Mark[] = ['actual', 'exercise', 'test'];

/** Precedence as a word and as bars. Red only where it is for this officer to act on now. */
export function PrecedenceChip({ precedence, now = false }: { precedence: Precedence; now?: boolean }) {
  const t = useT();
  const rank = precedences.indexOf(precedence);
  return (
    <span className={css['chip']} data-precedence={precedence} data-now={now}>
      <span className={css['bars']} aria-hidden="true">
        {precedences.map((p, i) => (
          <i key={p} data-on={i <= rank} />
        ))}
      </span>
      {t(`precedence.${precedence}`)}
    </span>
  );
}

/** Exercise and test are marked so that nobody takes them for the real thing (R2); what is actual says so in plain words. */
export function MarkChip({ mark }: { mark: Mark }) {
  const t = useT();
  return mark === 'actual' ? (
    <span className={css['chip']} data-tone="dim">
      {t('mark.actual')}
    </span>
  ) : (
    <span className={`${css['chip']} ${css['mark']}`} data-tone={mark === 'exercise' ? 'played' : 'standby'}>
      {t(`mark.${mark}`)}
    </span>
  );
}

/** For what is listed: nothing where it is meant, and EXERCISE or TEST before anything else where it is not. */
export function NotMeant({ mark }: { mark: Mark | undefined }) {
  return mark === undefined || mark === 'actual' ? null : <MarkChip mark={mark} />;
}

export function Chip({
  tone = 'dim',
  children,
  title,
}: {
  tone?: 'dim' | 'normal' | 'standby' | 'caution' | 'serious';
  children: ReactNode;
  title?: string;
}) {
  return (
    <span className={css['chip']} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
