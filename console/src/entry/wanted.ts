/**
 * Members that the protocol leaves open, and without which a grave act says nothing: a request for a call with nobody to
 * speak and no time, a log of a call with no outcome. A form insists on them before anything is signed.
 */
const wanted: Readonly<Record<string, readonly string[]>> = {
  'call.requested': ['between', 'topic', 'windows'],
  'call.held': ['between', 'started', 'minutes', 'outcome'],
  'line.suspended': ['reason'],
  'line.suspension_warned': ['reason'],
};

export const isWanted = (kind: string, member: string): boolean =>
  Object.hasOwn(wanted, kind) && wanted[kind]?.includes(member) === true;
