import { useMutation, useQueryClient } from '@tanstack/react-query';
import { textOf } from '../look/body';
import { useKept } from '../look/kept';
import { Refusal } from '../look/Refusal';
import { useT, type Key } from '../messages';
import css from './session.module.css';
import { useSession } from '../api/session';
import { takeSeat } from '../api/signing';

/** An officer of several seats says which he sits in before he does anything: his entries carry it. What alarms stands above it all the same. */
export function SeatChoice() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  const [last, setLast] = useKept<string>(`seat.${session.user.name}`, '', { read: textOf });
  const sit = useMutation({
    mutationFn: (seat: string) => takeSeat(queries, seat),
    onSuccess: (_, seat) => setLast(seat),
  });
  const first = session.user.seats.includes(last) ? last : session.user.seats[0];
  return (
    <div className={css['signIn']}>
      <section className={css['card']} aria-labelledby="seat-choice">
        <h1 id="seat-choice">{t('seat.choose')}</h1>
        <p className="dim">{t('seat.why', { name: session.user.name })}</p>
        {session.user.seats.map((seat) => (
          <button
            key={seat}
            type="button"
            className={css['seat']}
            autoFocus={seat === first}
            disabled={sit.isPending}
            onClick={() => sit.mutate(seat)}
          >
            <strong>{t(`seat.${seat}` as Key)}</strong>
            <span className="dim">{t(`seat.what.${seat}` as Key)}</span>
          </button>
        ))}
        <Refusal error={sit.error} />
      </section>
    </div>
  );
}
