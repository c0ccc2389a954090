import { useT } from '../messages';
import css from './look.module.css';
import { useNow } from './now';
import { Status } from './Status';
import { ageText, clock } from './time';

type Asked = { unknown: boolean | readonly string[]; at: number; data?: unknown; of?: unknown };
const fails = (one: Asked): boolean => (typeof one.unknown === 'boolean' ? one.unknown : one.unknown.length > 0);

/** True where all of it is known: only then may a screen say that there is nothing. */
export const allKnown = (...of: readonly (Asked & { asking?: boolean })[]): boolean =>
  of.every((one) => !fails(one) && one.asking !== true && ('of' in one || one.data !== undefined));

/** Where the station gave no answer: that it is not known now, and how old what is shown is. Nothing where everything is known. */
export function Unknown({ of, what }: { of: readonly Asked[]; what?: string }) {
  const t = useT();
  const now = useNow();
  const failing = of.filter(fails);
  if (failing.length === 0) return null;
  const at = Math.min(...failing.map((one) => one.at));
  return (
    <p role="status" className={css['unknown']}>
      <Status level="serious" word={what === undefined ? t('unknown.word') : t('unknown.of', { what })} />{' '}
      <span>{at === 0 ? t('unknown.never') : t('unknown.as-of', { clock: clock(at), age: ageText(now - at) })}</span>
    </p>
  );
}
