import { attachmentsOf } from './attachments';
import { instantOf, membersOf, numberOf, objectsOfList, placeOf, positionOf, textOf, type Members } from './body';
import { measured } from '../messages';
import { positionText } from './position';
import { dateTimeGroup } from './time';

export { positionText } from './position';

/** What an entry says, in its author's words: the main text, and the coded facts beside it (R9: these need no translation). */
export type Summary = { text: string | null; facts: string[] };

const time = (value: unknown): string | null => {
  const at = instantOf(value);
  return typeof value !== 'string' || at === null ? null : dateTimeGroup(at);
};

function placeText(value: unknown): string | null {
  const place = placeOf(value);
  if (place === null) return null;
  const at = place.position === null ? null : positionText(...place.position);
  return (
    [place.name, at, place.uncertaintyMetres === null ? null : `± ${measured(place.uncertaintyMetres, 'm')}`]
      .filter((part) => part !== null)
      .join(', ') || null
  );
}

const windowText = (window: Members): string => `${time(window['from']) ?? '…'} – ${time(window['until']) ?? '…'}`;

function fieldText(field: Members): string {
  const number = numberOf(field['number']);
  const position = positionOf(field['position']);
  const value =
    number !== null
      ? [String(number), textOf(field['unit'])].filter((part) => part !== null).join(' ')
      : (time(field['time']) ?? (position === null ? '' : positionText(...position)));
  return `${textOf(field['name']) ?? ''}: ${value}`;
}

const texts = [
  'text',
  'concern',
  'what',
  'topic',
  'reason',
  'note',
  'subject',
  'purpose',
  'use',
  'outcome',
  'echelon',
  'where',
  'name',
] as const;

export function summaryOf(kind: string, body: unknown): Summary {
  // Of an answer to a call the request that it stands outside of is read too, and nothing deeper.
  return summary(kind, body, true);
}

function summary(kind: string, body: unknown, deeper: boolean): Summary {
  const b = membersOf(body);
  if (b === null) return { text: textOf(body), facts: [] };
  const offices = objectsOfList(b['between']).map((p) => `${textOf(p['party']) ?? '?'}: ${textOf(p['office']) ?? '?'}`);
  const first = texts.find((name) => textOf(b[name]) !== null);
  const points = objectsOfList(b['points'])
    .map((p) => `• ${textOf(p['text']) ?? ''} [${textOf(p['tag']) ?? ''}]`)
    .join('\n');
  const outside = kind === 'call.accepted' && deeper ? summary('call.requested', b['outside'], false).text : null;
  const text =
    [first === undefined ? null : textOf(b[first]), points, outside].filter((part) => part).join('\n') || null;
  const window = membersOf(b['window']);
  const windows = Array.isArray(b['windows']) ? objectsOfList(b['windows']) : window === null ? [] : [window];
  const minutes = numberOf(b['minutes']);
  const facts = [
    offices.join(' ↔ '),
    placeText(b['place'] ?? b['where']),
    time(b['when']) ?? time(b['at']),
    time(b['from']) === null ? null : `${time(b['from'])} – ${time(b['until']) ?? '…'}`,
    ...windows.map(windowText),
    time(b['expires']) === null ? null : `⏱ ${time(b['expires'])}`,
    minutes === null ? null : measured(minutes, 'min'),
    textOf(b['means']),
    textOf(b['level']),
    textOf(b['style']),
    textOf(b['template']),
    textOf(b['status']),
    first === 'reason' ? null : textOf(b['reason']),
    first === 'topic' ? textOf(b['outcome']) : null,
    ...objectsOfList(b['fields']).map(fieldText),
    textOf(b['party']),
    textOf(b['successor']),
    textOf(b['communicator']),
    textOf(b['answer']),
    textOf(b['source']),
    first === 'name' ? null : textOf(b['name']),
    time(b['endDate']),
    textOf(b['formations']),
    textOf(b['equipment']),
    textOf(b['hash']),
  ].filter((part): part is string => part !== null && part !== '');
  return { text, facts };
}

const isText = (value: unknown): boolean => textOf(value) !== null;
const isTime = (value: unknown): boolean => time(value) !== null;
const isPosition = (value: unknown): boolean => positionOf(value) !== null && (value as unknown[]).length === 2;
const isNumber = (value: unknown): boolean => numberOf(value) !== null;

/** True for an object with no other members than these, each as it is read here (or null); a summary that tells them tells all of it. */
const hasOnly = (value: unknown, shape: Record<string, (value: unknown) => boolean>): boolean => {
  const members = membersOf(value);
  return (
    members !== null &&
    Object.entries(members).every(
      ([name, one]) => one === null || (Object.hasOwn(shape, name) && shape[name]?.(one) === true),
    )
  );
};
const eachOnly = (value: unknown, shape: Record<string, (value: unknown) => boolean>): boolean =>
  Array.isArray(value) && value.length <= mostOfList && value.every((one) => hasOnly(one, shape));
/** As many members of a list as a summary tells. */
const mostOfList = 64;

const placeShape = {
  name: isText,
  position: isPosition,
  uncertaintyMetres: (value: unknown) => (numberOf(value) ?? -1) >= 0,
};
const windowShape = { from: isTime, until: isTime };
/** A coded field tells one value. */
const isField = (value: unknown): boolean =>
  hasOnly(value, { name: isText, number: isNumber, unit: isText, time: isTime, position: isPosition }) &&
  ['number', 'time', 'position'].filter((name) => membersOf(value)?.[name] != null).length <= 1 &&
  (membersOf(value)?.['unit'] == null || isNumber(membersOf(value)?.['number']));
/** A file with an entry of its own stands among the attachments; nothing else of it is told than this. */
const isAttachment = (value: unknown): boolean =>
  hasOnly(value, {
    entry: isText,
    name: isText,
    what: isText,
    size: isNumber,
    sha256: isText,
    hash: isText,
    source: isText,
    verification: isText,
  }) &&
  attachmentsOf({ material: [value] }).some(
    (note) => (membersOf(value)?.['sha256'] ?? membersOf(value)?.['hash'] ?? null) === null || note.sha256 !== null,
  ) &&
  !(isText(membersOf(value)?.['name']) && isText(membersOf(value)?.['what'])) &&
  !(isText(membersOf(value)?.['sha256']) && isText(membersOf(value)?.['hash']));

/**
 * What a body holds beyond its summary and its attachments: members that the summary does not tell, or not whole. Where
 * in doubt, a member is told twice
 * rather than not at all.
 */
export function restOf(body: unknown): Members | null {
  const b = membersOf(body);
  if (b === null) return null;
  const first = texts.find((name) => isText(b[name]));
  const place = b['place'] ?? b['where'];
  const told: Record<string, boolean> = {
    between: eachOnly(b['between'], { party: isText, office: isText }),
    points: eachOnly(b['points'], { text: isText, tag: isText }),
    place: hasOnly(place, placeShape) && b['place'] != null,
    when: isTime(b['when']),
    at: isTime(b['at']) && !isTime(b['when']),
    from: isTime(b['from']),
    until: isTime(b['from']) && isTime(b['until']),
    windows: eachOnly(b['windows'], windowShape),
    window: !Array.isArray(b['windows']) && hasOnly(b['window'], windowShape),
    expires: isTime(b['expires']),
    minutes: isNumber(b['minutes']),
    fields: Array.isArray(b['fields']) && b['fields'].length <= mostOfList && b['fields'].every(isField),
    endDate: isTime(b['endDate']),
    attachments:
      Array.isArray(b['attachments']) &&
      b['attachments'].length + (Array.isArray(b['material']) ? b['material'].length : 0) <= mostOfList &&
      b['attachments'].every(isAttachment),
    material:
      Array.isArray(b['material']) &&
      b['material'].length + (Array.isArray(b['attachments']) ? b['attachments'].length : 0) <= mostOfList &&
      b['material'].every(isAttachment),
  };
  if (b['place'] == null && hasOnly(place, placeShape)) told['where'] = true;
  for (const name of [
    'means',
    'level',
    'style',
    'template',
    'status',
    'reason',
    'party',
    'successor',
    'communicator',
    'answer',
    'source',
    'name',
    'hash',
    'formations',
    'equipment',
  ])
    told[name] = isText(b[name]);
  if (first !== undefined) told[first] = true;
  if (first === 'topic') told['outcome'] = isText(b['outcome']);
  return Object.fromEntries(Object.entries(b).filter(([name]) => !Object.hasOwn(told, name) || told[name] !== true));
}
