import { useT } from '../messages';
import css from './look.module.css';
import { useNow } from './now';
import { ageText, clock, dateTimeGroup, fullUtc } from './time';

/** A time in UTC with its age, or with how long it is until then. */
export function Stamp({ at, short = false }: { at: string | number; short?: boolean }) {
  const t = useT();
  const now = useNow();
  const time = typeof at === 'number' ? at : Date.parse(at);
  const ahead = time > now + 999;
  return (
    <time dateTime={new Date(time).toISOString()} title={fullUtc(time)} className={css['stamp']}>
      <span className={css['dtg']}>{short ? clock(time) : dateTimeGroup(time)}</span>{' '}
      <span className={css['age']}>{ahead ? t('time.in', { age: ageText(time - now) }) : t('time.ago', { age: ageText(now - time) })}</span>
    </time>
  );
}

/** The age alone, where the time stands in the title. */
export function Age({ at }: { at: string | number }) {
  const now = useNow();
  const time = typeof at === 'number' ? at : Date.parse(at);
  return <time dateTime={new Date(time).toISOString()} title={fullUtc(time)} className={css['age']}>{ageText(Math.abs(now - time))}</time>;
}
