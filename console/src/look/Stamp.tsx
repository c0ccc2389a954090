import { useT } from '../messages';
import { instantOf } from './body';
import { Chip } from './Chips';
import css from './look.module.css';
import { useNow } from './now';
import { ageText, clock, dateTimeGroup, fullUtc } from './time';

/** A time in UTC with its age, or with how long it is until then. What names no time says so. */
export function Stamp({ at, short = false }: { at: unknown; short?: boolean }) {
  const t = useT();
  const now = useNow();
  const time = instantOf(at);
  if (time === null) return <span className={css['stamp']}>{t('time.unreadable')}</span>;
  const ahead = time > now + 999;
  return (
    <time dateTime={new Date(time).toISOString()} title={fullUtc(time)} className={css['stamp']}>
      <span className={css['dtg']}>{short ? clock(time) : dateTimeGroup(time)}</span>{' '}
      <span className={css['age']} aria-hidden="true">
        {ahead ? t('time.in', { age: ageText(time - now) }) : t('time.ago', { age: ageText(now - time) })}
      </span>
    </time>
  );
}

/** The age alone, where the time stands in the title. */
export function Age({ at }: { at: unknown }) {
  const t = useT();
  const now = useNow();
  const time = instantOf(at);
  if (time === null) return <span className={css['age']}>{t('time.unreadable')}</span>;
  return (
    <time dateTime={new Date(time).toISOString()} title={fullUtc(time)} className={css['age']} dir="auto">
      {ageText(Math.abs(now - time))}
    </time>
  );
}

/** How far a stated time lies before what it confirms, or beyond when that can have been: it is not to be believed. */
export function Off({ seconds }: { seconds: number | null | undefined }) {
  const t = useT();
  return seconds == null ? null : (
    <Chip tone="caution">
      {t(seconds < 0 ? 'time.too-early' : 'time.too-late', { age: ageText(Math.abs(seconds) * 1000) })}
    </Chip>
  );
}

/** A clock that runs since then, `00:03:12`, in days once it is more than two. No live region holds it. */
export function Timer({ since }: { since: unknown }) {
  const t = useT();
  const now = useNow();
  const time = instantOf(since);
  if (time === null) return <span className={css['timer']}>{t('time.unreadable')}</span>;
  const s = Math.max(0, Math.floor((now - time) / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return (
    <time
      dateTime={new Date(time).toISOString()}
      title={fullUtc(time)}
      className={css['timer']}
      dir="ltr"
      aria-hidden="true"
    >
      {s >= 2 * 86_400
        ? ageText(now - time)
        : `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`}
    </time>
  );
}
