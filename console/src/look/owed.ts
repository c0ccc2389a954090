import { useEveryTraffic, useLines } from '../api/queries';
import { useSession } from '../api/session';

/** How many entries wait for this party's word on all lines, what is played left out. */
export function useOwed(): number {
  const lines = useLines();
  const { party } = useSession();
  const traffic = useEveryTraffic(lines);
  return [...traffic.of.values()].reduce(
    (sum, view) => sum + view.waiting.filter((one) => one.mark !== 'exercise' && one.waitingFor.includes(party)).length,
    0,
  );
}
