import { NotKnown } from '../api/acts';
import { Refused, Unreachable } from '../api/client';
import { useT } from '../messages';
import css from './look.module.css';

/** Why something was not done, where it was asked for; it stays until the next try. */
export function Refusal({ error }: { error: unknown }) {
  const t = useT();
  if (error === null || error === undefined) return null;
  const text =
    error instanceof NotKnown
      ? t(`not-known.${error.why}`)
      : error instanceof Refused
        ? t('refused.by-station', { reason: error.message })
        : error instanceof Unreachable
          ? t('refused.unreachable')
          : t('refused.failed', { reason: String(error) });
  return (
    <p role="alert" className={css['refusal']}>
      {text}
    </p>
  );
}
