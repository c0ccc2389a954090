import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import shell from '../look/shell.module.css';
import { useT, type Key } from '../messages';
import { useSession } from './session';
import { takeSeat } from './signing';

/** An officer of several seats says which he sits in before he does anything: his entries carry it. */
export function SeatBanner() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  if (session.seat !== null) return null;
  return <div className={shell['passkey']}><span>{t('seat.choose')}</span>{session.user.seats.map(seat => <Button key={seat} size="compact-sm" onClick={() => void takeSeat(queries, seat)}>{t(`seat.${seat}` as Key)}</Button>)}</div>;
}
