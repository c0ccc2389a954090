import { membersOf } from './body';
import { useKept } from './kept';
import { inZone } from './time';

/** Time zones of the parties of a line, as this officer set them: a card names none. Ours is this computer's until told otherwise. */
export function useZones(
  line: string,
  parties: readonly string[],
  own: string,
): { zones: { name: string; zone: string }[]; setZone: (party: string, zone: string) => void } {
  const [kept, setKept] = useKept<Record<string, string>>(
    `zones.${line}`,
    {},
    {
      read: (stored) =>
        membersOf(stored) === null
          ? null
          : Object.fromEntries(
              Object.entries(membersOf(stored) ?? {}).filter(
                (one): one is [string, string] => typeof one[1] === 'string',
              ),
            ),
    },
  );
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    zones: parties.map((party) => ({ name: party, zone: kept[party] ?? (party === own ? here : 'UTC') })),
    setZone: (party, zone) => setKept({ ...kept, [party]: zone }),
  };
}

export const everyZone = (): string[] => [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
];

/** The hours of the calendar's rows, in UTC. */
export const hours = [0, 3, 6, 9, 12, 15, 18, 21] as const;

/** Local time, `02:00`, of each of the calendar's rows on a day, in a zone: by the clock of that day. */
export const localHours = (day: number, zone: string): string[] =>
  hours.map((hour) => (inZone(day + hour * 3_600_000, zone) ?? '?').slice(-5));
