import type { AlarmView, ItemView, TrafficView } from '../api/types';

const urgent: ReadonlySet<string> = new Set(['immediate', 'flash']);

/** True for what this party has still to acknowledge on the record: no other act ends such an alarm. */
export const isOwed = (alarm: AlarmView): boolean => alarm.about === 'acknowledgement' && alarm.entry !== null;

/**
 * Whether an alarm stands on every screen. What somebody took down does not; but an IMMEDIATE or a FLASH that waits for
 * this party's acknowledgement stays until that is signed, whoever took its sound away.
 */
export const stands = (alarm: AlarmView): boolean => !alarm.isQuiet || (isOwed(alarm) && urgent.has(alarm.precedence));

/** A convoy under fire: its alarm has a running clock and answers of its own. */
export const isFire = (alarm: AlarmView): boolean => alarm.about === 'under fire' && alarm.entry !== null;

/** True while it is to be heard: not what is played quietly, taken down, or a mere reminder. */
export const sounds = (alarm: AlarmView): boolean => !alarm.isQuiet && alarm.level !== 'reminder';

/** What one alarm is at one level: silenced at one, it is heard again at the next. */
export const soundOf = (alarm: AlarmView): string => `${alarm.alarm} ${alarm.level}`;

/** The same event told twice is shown once: a report of fire rings as an entry and as the convoy's own alarm, which has the answers. */
export function shownOnce(alarms: readonly AlarmView[], fires: ReadonlyMap<string, ItemView | undefined>): AlarmView[] {
  const reports = new Set(
    alarms
      .filter(isFire)
      .flatMap((fire) =>
        (fires.get(`${fire.line} ${fire.entry}`)?.entries ?? []).map((one) => `${fire.line} ${one.entry}`),
      ),
  );
  return alarms.filter(
    (alarm) => isFire(alarm) || alarm.kind !== 'movement.under_fire' || !reports.has(`${alarm.line} ${alarm.entry}`),
  );
}

/** What is acknowledged with an entry: itself, and the files that it brings and that nobody here has acknowledged yet. At most 64 entries are named by one. */
export function coveredBy(entry: string, brought: readonly string[], traffic: TrafficView | undefined): string[] {
  const waiting = new Set(traffic?.waiting.map((one) => one.entry));
  return [entry, ...brought.filter((one) => one !== entry && waiting.has(one))].slice(0, mostNamed);
}
export const mostNamed = 64;
