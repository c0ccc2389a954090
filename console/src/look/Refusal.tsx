import { useEffect, useRef, useState } from 'react';
import { NotKnown } from '../api/acts';
import { Refused, Unreachable } from '../api/client';
import { useConnection } from '../api/live';
import { useT } from '../messages';
import css from './look.module.css';

/** Why something was not done, where it was asked for; it stays until the next try. */
export function Refusal({ error }: { error: unknown }) {
  const t = useT();
  const { state } = useConnection();
  const broken = useRef<unknown>(null);
  const [over, setOver] = useState<unknown>(null);
  useEffect(() => {
    if (state === 'broken') broken.current = error;
    // That the station could not be reached is over once it is; whether something was done is another question, and stays.
    else if (state === 'live' && broken.current === error && error instanceof Unreachable) setOver(error);
  }, [state, error]);
  if (over !== null && over === error) return null;
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
