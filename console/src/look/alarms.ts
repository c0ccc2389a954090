import type { AlarmView, ItemView, TrafficView } from '../api/types';
import type { Level } from './levels';
import type { Screen } from './route';
import type { Tone } from './sound';

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

/** True while it is to be heard: what rings by its class and was not taken down. The station says which classes ring. */
export const sounds = (alarm: AlarmView): boolean => alarm.rings && !alarm.isQuiet;

/** True for what is only played: it is shown and counted apart, and sounds otherwise, so that nobody takes one for the other. */
export const isPlayed = (alarm: AlarmView): boolean => alarm.mark === 'exercise';

/** How grave an alarm looks: red is for what rings and is meant. What is only shown is serious; a reminder waits for its time; what is played is never any of them. */
export const graveness = (alarm: AlarmView): Level =>
  isPlayed(alarm) ? 'standby' : alarm.rings ? 'critical' : alarm.level === 'reminder' ? 'caution' : 'serious';

/** A link that is down is about a peer and not about an entry. */
export const isLinkDown = (alarm: AlarmView): boolean => alarm.class === 'link-down';

/** Plans that conflict, of which one is ours. */
export const isConflict = (alarm: AlarmView): boolean => alarm.class === 'conflict';

/** Our plan and the other's, as the alarm's own name has them; null for what is told of several together. */
export function conflictOf(alarm: AlarmView): [string, string] | null {
  const [, party, seq, other, number] = /:conflict\.([a-z0-9-]+)\.(\d+)\.([a-z0-9-]+)\.(\d+)$/.exec(alarm.alarm) ?? [];
  return party === undefined || other === undefined ? null : [`${party}/${seq}`, `${other}/${number}`];
}

/** Where an alarm is seen to: a conflict where both plans are, on the map. */
export const screenOfAlarm = (alarm: AlarmView): Screen =>
  alarm.class === 'blind-conflict' ? 'blind' : isConflict(alarm) ? 'map' : 'watch';

/** What is to be heard of several: what is meant drowns what is played. */
export const toneOf = (heard: readonly AlarmView[]): Tone | null =>
  heard.length === 0 ? null : heard.every(isPlayed) ? 'exercise' : 'actual';

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
