import type { Kind, Kinds } from '../api/kinds';
import { screenOf } from './route';

/** Begun where its numbers are made: a blind check is proposed on a screen of its own alone. */
const nowhereElse = 'blind';

/** What a seat may begin: what is worked on here, and what another screen has a tool for, all of it by a form here as well. */
export function openersOf(kinds: Kinds, seat: string): { here: Kind[]; elsewhere: Kind[] } {
  const all = [...kinds.values()].filter(
    (kind) =>
      kind.seats.includes(seat) &&
      !kind.needsRe &&
      !kind.byStation &&
      kind.body !== null &&
      kind.family !== nowhereElse,
  );
  const isHere = (kind: Kind): boolean => screenOf(kind.family) === 'forms';
  return { here: all.filter(isHere), elsewhere: all.filter((kind) => !isHere(kind)) };
}
