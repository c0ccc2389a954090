import { useKept } from '../look/kept';

/** Time zones of the parties of a line, as this officer set them: a card names none. Ours is this computer's until told otherwise. */
export function useZones(line: string, parties: readonly string[], own: string): { zones: { name: string; zone: string }[]; setZone: (party: string, zone: string) => void } {
  const [kept, setKept] = useKept<Record<string, string>>(`zones.${line}`, {});
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    zones: parties.map(party => ({ name: party, zone: kept[party] ?? (party === own ? here : 'UTC') })),
    setZone: (party, zone) => setKept({ ...kept, [party]: zone }),
  };
}

export const everyZone = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter(zone => zone !== 'UTC')];
