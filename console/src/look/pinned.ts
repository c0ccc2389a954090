import { useOfficer } from '../api/session';
import { useKept } from './kept';

/** Pinned lines that this browser keeps in mind for an officer. */
const most = 64;

/** The lines that an officer keeps at the head of the list. */
export function usePinned(): [readonly string[], (line: string, isPinned: boolean) => void] {
  const officer = useOfficer();
  const [pinned, set] = useKept<string[]>(`pinned.${officer.name}`, [], {
    read: (stored) =>
      Array.isArray(stored) ? stored.filter((one): one is string => typeof one === 'string').slice(0, most) : null,
  });
  return [
    pinned,
    (line, isPinned) => set([...pinned.filter((one) => one !== line), ...(isPinned ? [line] : [])].slice(-most)),
  ];
}
