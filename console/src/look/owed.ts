import { useEveryTraffic, useLines } from '../api/queries';
import { useSession } from '../api/session';
import { asksUs } from './asked';

/** How much waits for this party's word on all lines: to be acknowledged, or answered, what is played left out. */
export function useOwed(): number {
  const lines = useLines();
  const { party } = useSession();
  const traffic = useEveryTraffic(lines);
  return [...traffic.of.values()].reduce((sum, view) => {
    const waiting = view.waiting.filter((one) => one.mark !== 'exercise' && one.waitingFor.includes(party));
    const named = new Set(waiting.map((one) => one.entry));
    const asked = view.open.filter(
      (item) =>
        item.mark !== 'exercise' &&
        asksUs(item, party) &&
        !named.has(item.entry) &&
        !item.entries.some((one) => named.has(one.entry)),
    );
    return sum + waiting.length + asked.length;
  }, 0);
}
