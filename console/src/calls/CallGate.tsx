import { useQueries } from '@tanstack/react-query';
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
  const calls = known.flatMap((one) => one.data ?? []);
  const wasIn = sessionStorage.getItem('parley-call') !== null;
  if (seat === null || (calls.length === 0 && !wasIn)) return null;
  return <CallPart calls={calls} />;
}
