import { useEffect, useMemo } from 'react';
import { useTail } from '../api/live';
import { useOfficer, useSession } from '../api/session';
import type { EntryView } from '../api/types';
import { isReceipt } from '../api/facts';
import { numberOf } from './body';
import { useKept } from './kept';

/** How long the newest stands in sight before it counts as seen, in milliseconds: a look in passing is no reading. */
const seenAfter = 1_500;

/** What an officer reads: of others, and no sign of receipt or a station's own word. */
export const isReading = (entry: Pick<EntryView, 'id' | 'kind'>, self: string): boolean =>
  !entry.id.startsWith(`${self}/`) &&
  !isReceipt(entry.kind) &&
  entry.kind !== 'line.opened' &&
  !entry.kind.startsWith('test.') &&
  entry.kind !== 'attachment.received';

/** Who never read a line here: what stands there when they see it first is nothing new. */
const never = -1;
const reading = { read: numberOf };

/** Where the officer has read to on a line, by arrival here. One place for each officer of this browser. */
function useReadTo(line: string): readonly [number, (arrival: number) => void] {
  const officer = useOfficer();
  const { entries, loaded } = useTail(line);
  const [readTo, setReadTo] = useKept<number>(`read.${line}.${officer.name}`, never, reading);
  const newest = entries.at(-1)?.arrival ?? 0;
  useEffect(() => {
    if (loaded && readTo === never) setReadTo(newest);
  }, [loaded, readTo, newest, setReadTo]);
  return [readTo === never ? newest : readTo, setReadTo];
}

/** What came to a line since the officer read it last, the oldest first: of the newest that are at hand. */
export function useUnread(line: string): readonly EntryView[] {
  const { entries } = useTail(line);
  const { party } = useSession();
  const [readTo] = useReadTo(line);
  return useMemo(
    () => entries.filter((entry) => entry.arrival > readTo && isReading(entry as EntryView, party)) as EntryView[],
    [entries, readTo, party],
  );
}

/** Counts a line as read once its newest has stood in sight for a while, in a window that somebody looks at. */
export function useReading(line: string, newest: number | undefined, inSight: () => boolean): void {
  const [readTo, setReadTo] = useReadTo(line);
  useEffect(() => {
    if (newest === undefined || newest <= readTo) return undefined;
    const look = setInterval(() => {
      if (document.visibilityState === 'visible' && document.hasFocus() && inSight()) setReadTo(newest);
    }, seenAfter);
    return () => clearInterval(look);
  }, [newest, readTo, setReadTo, inSight]);
}
