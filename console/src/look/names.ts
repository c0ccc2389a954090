import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { lineQuery, useLines } from '../api/queries';
import { useSession } from '../api/session';
import { useT } from '../messages';
import { plainOf } from './visible';

/** What parties are called on their own cards, by id. One for the page: every screen calls them the same. */
let names: ReadonlyMap<string, string> = new Map();
const listeners = new Set<() => void>();

export function namesFrom(told: ReadonlyMap<string, string>): void {
  if (told.size === names.size && [...told].every(([id, name]) => names.get(id) === name)) return;
  names = told;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Reads the names from the lines' documents, for the life of the page. */
export function useTellNames(): void {
  const lines = useLines();
  const session = useSession();
  const told = useQueries({
    queries: lines.map((line) => lineQuery(line.line)),
    combine: (results) =>
      JSON.stringify(
        results.flatMap((one) => (one.data?.parties ?? []).map((party): [string, string] => [party.party, party.name])),
      ),
  });
  useEffect(() => {
    const all = new Map(JSON.parse(told) as [string, string][]);
    if (session.partyName !== '') all.set(session.party, session.partyName);
    namesFrom(all);
  }, [told, session.party, session.partyName]);
}

/** The name of a party; its id until the name is known. Ids alone are for evidence: one of them is `us`. */
export function useName(): (party: string) => string {
  const known = useSyncExternalStore(
    subscribe,
    () => names,
    () => names,
  );
  return useCallback((party) => plainOf(known.get(party) ?? party), [known]);
}

/** The same within a sentence, where the own party is “you”. */
export function useWho(): (party: string) => string {
  const t = useT();
  const name = useName();
  const { party: own } = useSession();
  return useCallback((party) => (party === own ? t('party.you') : name(party)), [t, name, own]);
}
