import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, value } from '../api/client';
import { presenceQuery } from '../api/queries';
import { useOfficer } from '../api/session';
import type { PresenceView } from '../api/types';
import { useT } from '../messages';
import { plainOf } from '../look/visible';
import css from './watch.module.css';

/** Said again sooner than the station forgets it, in milliseconds. */
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

/**
 * Says that the officer writes about an entry, as long as the text goes on changing: a draft that somebody left is nobody
 * writing. What the station does not take is no trouble of the officer's.
 */
export function useWriting(line: string, entry: string | null, text: string): void {
  const { seat, name } = useOfficer();
  const queries = useQueryClient();
  const told = useRef(0);
  const begun = useRef(text);
  useEffect(() => {
    // What was kept from before is not written now.
    if (entry === null || text === begun.current || Date.now() - told.current < again) return;
    told.current = Date.now();
    void say(line, entry, 'writing', { seat, name }).catch(() => undefined);
  }, [line, entry, text, seat, name]);
  useEffect(
    () => () => {
      if (entry === null || told.current === 0) return;
      told.current = 0;
      // Who took it has it still, until they give it back.
      const all = queries.getQueryData<PresenceView[]>(presenceQuery.queryKey) ?? [];
      const isTaken = all.some(
        (one) => one.line === line && one.entry === entry && one.by.name === name && one.doing === 'taken',
      );
      if (!isTaken) void say(line, entry, null, { seat, name }).catch(() => undefined);
    },
    [line, entry, seat, name, queries],
  );
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
