import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, value } from '../api/client';
import { presenceQuery } from '../api/queries';
import { useOfficer } from '../api/session';
import type { PresenceView } from '../api/types';
import { useT } from '../messages';
import { plainOf } from '../look/visible';
import css from './watch.module.css';

/** Said again sooner than the station forgets it. */
const again = 8_000;

type Doing = PresenceView['doing'] | null;

async function say(line: string, entry: string, doing: Doing, by: { seat: string; name: string }): Promise<void> {
  const [party = '', seq = ''] = entry.split('/');
  await value(
    api.PUT('/api/v1/lines/{line}/entries/{party}/{seq}/presence', {
      params: { path: { line, party, seq } },
      body: { doing, by } as never,
    }),
  );
}

/** Says, as long as it is shown, that the officer writes about an entry; null for none. What the station does not take is no trouble of the officer's. */
export function useWriting(line: string, entry: string | null): void {
  const officer = useOfficer();
  const { seat, name } = officer;
  useEffect(() => {
    if (entry === null) return undefined;
    const tell = (): void => void say(line, entry, 'writing', { seat, name }).catch(() => undefined);
    tell();
    const telling = setInterval(tell, again);
    return () => {
      clearInterval(telling);
      void say(line, entry, null, { seat, name }).catch(() => undefined);
    };
  }, [line, entry, seat, name]);
}

/** Who else is at an entry; and the way to take it, so that nobody else answers. */
export function Presence({ line, entry }: { line: string; entry: string }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const here = (useQuery(presenceQuery).data ?? []).filter((one) => one.line === line && one.entry === entry);
  const mine = here.find((one) => one.by.name === officer.name && one.doing === 'taken');
  const others = here.filter((one) => one.by.name !== officer.name);
  const take = useMutation({
    mutationFn: (doing: Doing) => say(line, entry, doing, officer),
    onSettled: () => queries.invalidateQueries({ queryKey: presenceQuery.queryKey }),
  });
  return (
    <p className={css['presence']} role="status">
      {others.map((one) => (
        <strong key={`${one.by.name} ${one.doing}`}>
          {t(one.doing === 'taken' ? 'presence.taken' : 'presence.writing', { name: plainOf(one.by.name) })}
        </strong>
      ))}
      {mine !== undefined && <span>{t('presence.mine')}</span>}
      <button type="button" disabled={take.isPending} onClick={() => take.mutate(mine === undefined ? 'taken' : null)}>
        {t(mine === undefined ? 'presence.take' : 'presence.give-back')}
      </button>
    </p>
  );
}
