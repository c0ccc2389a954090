import type { EntryView, Mark } from '../api/types';

/** What the newest that an officer said on the line is: on an exercise line one goes on with the exercise. */
export function usualMark(entries: readonly Pick<EntryView, 'kind' | 'mark'>[]): Mark {
  const newest = entries.findLast((entry) => !entry.kind.startsWith('test.') && entry.kind !== 'line.opened');
  return newest?.mark === 'exercise' ? 'exercise' : 'actual';
}
