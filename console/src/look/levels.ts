import type { AlarmView, LineStatus, LinkState, PeerStatus, TrafficView } from '../api/types';
import { graveness, isPlayed } from './alarms';

/** The six levels, worst first. Each has a colour, a shape and a word; only `critical`, "act now", is red. */
export const levels = ['critical', 'serious', 'caution', 'normal', 'standby', 'off'] as const;
export type Level = (typeof levels)[number];

/** The worst of them; a line that is off or on standby does not hide one that is normal. */
export function rollUp(of: readonly Level[]): Level {
  for (const level of levels) if (of.includes(level)) return level;
  return 'off';
}

/** The alarm that is seen to first: what is meant before what is played, the gravest, in the station's order. */
export const firstOf = (alarms: readonly AlarmView[]): AlarmView | undefined =>
  alarms
    .filter((alarm) => alarm.level !== 'reminder')
    .toSorted(
      (a, b) =>
        Number(isPlayed(a)) - Number(isPlayed(b)) || levels.indexOf(graveness(a)) - levels.indexOf(graveness(b)),
    )
    .at(0);

/** Link down, up but unattended, suspended: three different states, and none of them a refusal (R3). */
export function linkLevel(state: LinkState): Level {
  switch (state) {
    case 'alive':
      return 'normal';
    case 'unattended':
      return 'caution';
    case 'suspended':
      return 'standby';
    case 'unopened':
      return 'off';
    case 'down':
      return 'serious';
  }
}

/** Age from which undelivered traffic is more than traffic on its way. */
export const lateDelivery = 60_000;

export function peerLevel(peer: PeerStatus, now: number): Level {
  const waiting = peer.oldestUndelivered === null ? 0 : now - Date.parse(peer.oldestUndelivered.since);
  return rollUp([linkLevel(peer.state), waiting > lateDelivery ? 'serious' : 'off']);
}

/** Less than a quarter of the time to answer is left. */
export function isNear(one: { at: string; due: string | null }, now: number): boolean {
  if (one.due === null) return false;
  const [from, until] = [Date.parse(one.at), Date.parse(one.due)];
  return until - now < (until - from) / 4;
}

/** What a whole line needs of an officer. What is not known now is at least serious, and takes nothing from what was known. */
export function lineLevel(
  status: LineStatus | undefined,
  traffic: TrafficView | undefined,
  alarms: readonly AlarmView[],
  now: number,
  unknown = false,
): Level {
  const all: Level[] = (status?.peers ?? []).map((peer) => peerLevel(peer, now));
  if (unknown) all.push('serious');
  const own = status?.ownFeed?.state ?? 'ours';
  if (own === 'own-feed-foreign') all.push('critical');
  else if (own !== 'ours') all.push('serious');
  if (status?.peers?.some((peer) => (peer.doubledSince ?? null) !== null)) all.push('critical');
  if ((status?.forks ?? 0) > 0) all.push('critical');
  // What is played does not make a line look grave.
  all.push(...alarms.filter((alarm) => !isPlayed(alarm)).map(graveness));
  if (traffic !== undefined) {
    const played = traffic.waiting.filter((one) => one.overdue && one.mark === 'exercise').length;
    if (traffic.overdue > played) all.push('serious');
    // Waiting is no trouble until little of its time is left: what is always yellow says nothing.
    if (traffic.flagCount > 0 || traffic.waiting.some((one) => isNear(one, now))) all.push('caution');
    const meant = traffic.conditions.filter((condition) => condition.mark !== 'exercise');
    if (meant.some((condition) => condition.level === 'crisis')) all.push('serious');
    else if (meant.some((condition) => condition.level === 'heightened')) all.push('caution');
  }
  return rollUp(all);
}
