import type { ItemView } from '../api/types';

/** What the officers of a party are asked for by an item of another's, where the station offers that act: to answer is then for them. */
const answering: ReadonlySet<string> = new Set([
  'call.accepted',
  'clarification.answered',
  'clarification.meeting_agreed',
  'movement.acknowledged',
  'movement.fire_answered',
  'readout.agreed',
  'test.answered',
  'blind.accepted',
  'returnfire.answered',
]);

/** True for an open item of somebody else's that waits for this party's answer. */
export const asksUs = (item: ItemView, own: string): boolean =>
  item.opener !== own && !item.settled && (item.acts ?? []).some((act) => answering.has(act));

/** When the answer is wanted: by the item's own deadline; of a call that was asked for, before the first time that it could be held. */
export const answerDue = (item: ItemView): string | null =>
  item.due ??
  item.expires ??
  (item.windows ?? [])
    .map((window) => window.from)
    .sort()
    .at(0) ??
  null;
