import { useSession } from '../api/session';
import type { RoomLine } from '../api/rooms';
import { useName } from '../look/names';

/** The other parties of a line by their names, the mediator's own party left out. */
export function useOthers(): (side: RoomLine) => string {
  const { party } = useSession();
  const name = useName();
  return (side) =>
    side.onLine
      .filter((one) => one !== party)
      .map(name)
      .join(', ');
}
