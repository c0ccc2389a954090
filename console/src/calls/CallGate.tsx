import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useLines } from '../api/queries';
import { useSession } from '../api/session';
import { fetched } from '../look/Fetched';
import { callsQuery } from '../voice/live';

/** What shows calls, rings and speaks is fetched when there is a call. */
const CallPart = fetched(async () => (await import('./CallPart')).CallPart);

/** Calls on every screen: nothing stands here while there is none. */
export function CallGate() {
  const lines = useLines();
  const { seat } = useSession();
  const known = useQueries({ queries: lines.map((line) => callsQuery(line.line)) });
  const calls = known.flatMap((one) => one.data?.items ?? []);
  const leftOut = known.flatMap((one) => Object.entries(one.data?.leftOut ?? {}));
  const isWanted = calls.length > 0 || leftOut.length > 0 || sessionStorage.getItem('parley-call') !== null;
  // Once it was there it stays: that a call is over, and how it ended, is shown when no call is left.
  const [wasWanted, setWasWanted] = useState(false);
  if (isWanted && !wasWanted) setWasWanted(true);
  if (seat === null || !(isWanted || wasWanted)) return null;
  return <CallPart calls={calls} leftOut={leftOut} />;
}
