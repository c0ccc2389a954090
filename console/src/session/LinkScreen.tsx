import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import { Stamp } from '../look/Stamp';
import { arm, unmute } from '../look/sound';
import { useT, type Key } from '../messages';
import type { Session } from '../api/session';
import css from './session.module.css';
import { lookAtLink, signInWithLink } from '../api/signing';

/** The token of a one-time link: behind the #, where no server and no log sees it; links of older stations had it in the query. */
export function tokenOf(where: { pathname: string; hash: string; search: string }): string | null {
  if (where.pathname !== '/sign-in') return null;
  return new URLSearchParams(where.hash.slice(1)).get('token') ?? new URLSearchParams(where.search).get('token');
}

/** A one-time link says whom it is for, and is spent by this button alone: not by what looks ahead at it, nor by a page that makes a browser load it. */
export function LinkScreen({ token, session }: { token: string; session: Session }) {
  const t = useT();
  const queries = useQueryClient();
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => lookAtLink(token),
    retry: false,
    staleTime: Infinity,
  });
  const use = useMutation({
    mutationFn: () => signInWithLink(queries, token),
    onSuccess: () => go({ screen: 'watch' }, true),
  });
  return (
    <main className={css['signIn']}>
      <form
        className={css['card']}
        onSubmit={(e) => {
          e.preventDefault();
          unmute();
          void arm(); // this press lets the page be heard from now on
          use.mutate();
        }}
      >
        <h1>{session.partyName === '' ? 'Parley' : session.partyName}</h1>
        {link.data !== undefined && (
          <>
            <p>
              {t('link.for', { name: link.data.name })}{' '}
              {link.data.seats.length > 0 &&
                t('link.gives', { seats: link.data.seats.map((seat) => t(`seat.${seat}` as Key)).join(', ') })}
            </p>
            {session.user !== null && <p role="alert">{t('link.instead', { name: session.user.name })}</p>}
            <Button type="submit" autoFocus loading={use.isPending}>
              {t('link.use', { name: link.data.name })}
            </Button>
            <p className="dim">
              {t('link.until')} <Stamp at={link.data.until} />
            </p>
          </>
        )}
        <Refusal error={use.error ?? link.error} />
        {link.isError && (
          <Button variant="default" onClick={() => go({ screen: 'watch' }, true)}>
            {t('link.onward')}
          </Button>
        )}
      </form>
    </main>
  );
}
