import { useEffect } from 'react';
import { theLive } from '../api/live';
import type { LineSummary } from '../api/types';
import { useKept } from './kept';
import { useRoute } from './route';

/** True for a line on which the newest that officers said is an exercise. */
export function isPlayed(line: string): boolean {
  const newest = theLive()
    .tail(line)
    .entries.findLast((entry) => !entry.kind.startsWith('test.') && entry.kind !== 'line.opened');
  return newest?.mark === 'exercise';
}

/** The line that a screen opens on where none is named: the one that the officer was on last; else the first on which something real goes on. */
export function useHomeLine(lines: readonly LineSummary[]): string | undefined {
  const { line } = useRoute();
  const [last, setLast] = useKept<string>('last-line', '');
  const known = lines.some((one) => one.line === line);
  useEffect(() => {
    if (line !== null && known && line !== last) setLast(line);
  }, [line, known, last, setLast]);
  if (lines.some((one) => one.line === last)) return last;
  return (lines.find((one) => !isPlayed(one.line)) ?? lines[0])?.line;
}
