import type { ItemView, Place } from '../api/types';
import { typedUtc, readUtc } from '../look/time';
import { positionText } from '../watch/summary';
import { readNumber, readPosition } from './fields';

/**
 * The forms of clarifications, notices and accidents: which fields they have, and which entry they become. Labels stand in the
 * catalogue under `forms.<name>` and `formfield.<field>`.
 */
export type FieldType = 'line' | 'text' | 'time' | 'place' | 'number' | 'yes-no' | 'choice';
export type Field = { name: string; type: FieldType; required?: boolean; choices?: readonly string[] };
export type FormName =
  | 'clarification.requested' | 'clarification.answered' | 'clarification.insufficient' | 'clarification.meeting_asked' | 'clarification.meeting_agreed' | 'clarification.closed' | 'clarification.withdrawn'
  | 'notice.given' | 'notice.activity' | 'notice.observed' | 'notice.updated' | 'notice.cancelled' | 'notice.read_back'
  | 'accident.reported' | 'accident.updated' | 'accident.closed'
  | 'statement.released' | 'claim.made' | 'claim.disputed' | 'party.admitted';

const reason: Field[] = [{ name: 'reason', type: 'text' }];
const meeting: Field[] = [{ name: 'where', type: 'line' }, { name: 'at', type: 'time' }, { name: 'note', type: 'text' }];
const accident: Field[] = [
  { name: 'what', type: 'text', required: true }, { name: 'when', type: 'time' }, { name: 'where', type: 'place' }, { name: 'heading', type: 'number' }, { name: 'armed', type: 'yes-no' }, { name: 'note', type: 'text' },
];
const notice = (template: boolean): Field[] => [
  ...(template ? [{ name: 'template', type: 'choice', choices: ['launch', 'hazard', 'exercise'], required: true } as const] : []),
  { name: 'what', type: 'text', required: true }, { name: 'from', type: 'time', required: template }, { name: 'until', type: 'time' }, { name: 'place', type: 'place' },
];

export const forms: Record<FormName, readonly Field[]> = {
  'clarification.requested': [{ name: 'concern', type: 'text', required: true }, { name: 'type', type: 'choice', choices: ['movement', 'exercise', 'flight', 'vessel', 'missile', 'fire', 'other'] }, { name: 'place', type: 'place' }],
  'clarification.answered': [
    { name: 'purpose', type: 'text' }, { name: 'place', type: 'place' }, { name: 'endDate', type: 'time' }, { name: 'designation', type: 'line' }, { name: 'subordination', type: 'line' }, { name: 'formations', type: 'text' }, { name: 'equipment', type: 'text' }, { name: 'note', type: 'text' },
  ],
  'clarification.insufficient': reason, 'clarification.meeting_asked': meeting, 'clarification.meeting_agreed': meeting, 'clarification.closed': reason, 'clarification.withdrawn': reason,
  'notice.given': notice(true), 'notice.activity': notice(false), 'notice.observed': notice(false), 'notice.updated': notice(true), 'notice.cancelled': reason, 'notice.read_back': [{ name: 'place', type: 'place', required: true }],
  'statement.released': [{ name: 'level', type: 'choice', choices: ['internal', 'allies', 'public'], required: true }, { name: 'text', type: 'text', required: true }],
  'claim.made': [{ name: 'text', type: 'text', required: true }, { name: 'source', type: 'line' }, { name: 'contested', type: 'yes-no' }],
  'claim.disputed': [{ name: 'text', type: 'text', required: true }, { name: 'source', type: 'line' }],
  'party.admitted': [{ name: 'party', type: 'line', required: true }, { name: 'successor', type: 'line' }, { name: 'use', type: 'text' }],
  'accident.reported': accident, 'accident.updated': accident, 'accident.closed': reason,
};

/** Forms that open something, in the order in which they are offered. */
export const openers: readonly FormName[] = ['accident.reported', 'clarification.requested', 'notice.given', 'notice.activity', 'notice.observed', 'claim.made', 'statement.released', 'party.admitted'];

/** Forms whose entry can bring material with it: files, each with its source and whether it was verified (R10, E4). */
export const withMaterial: readonly FormName[] = ['clarification.answered', 'notice.given', 'notice.activity', 'notice.observed', 'notice.updated'];

/** What cannot be taken back once others have it, and is held to confirm. */
export const isGrave = (name: FormName, values: Values): boolean => name === 'party.admitted' || (name === 'statement.released' && values['level'] === 'public');

/** Lead times that a notice is to keep, in hours (R12); the station computes lateness, this only warns beforehand. */
export const leadHours: Record<string, number> = { launch: 24, hazard: 72, exercise: 1008 };

/** What was typed, by field; a place takes three: its name, `…@` its position, `…±` its uncertainty in metres. */
export type Values = Record<string, string>;

export type Read = { body: Record<string, unknown>; problems: Record<string, 'wanted' | 'unreadable'> };

/** The body that the form stands for, and what is wrong with it. */
export function readForm(name: FormName, values: Values): Read {
  const body: Record<string, unknown> = {};
  const problems: Read['problems'] = {};
  for (const field of forms[name]) {
    const typed = (values[field.name] ?? '').trim();
    let value: unknown = null;
    switch (field.type) {
      case 'line': case 'text': case 'choice': value = typed === '' ? null : typed; break;
      case 'yes-no': value = typed === 'yes' ? true : typed === 'no' ? false : null; break;
      case 'time': value = typed === '' ? null : readUtc(typed); if (typed !== '' && value === null) problems[field.name] = 'unreadable'; break;
      case 'number': value = typed === '' ? null : readNumber(typed); if (typed !== '' && value === null) problems[field.name] = 'unreadable'; break;
      case 'place': value = readPlace(field.name, values, problems); break;
    }
    if (value === null && field.required === true && problems[field.name] === undefined) problems[field.name] = 'wanted';
    if (value !== null) body[field.name] = value;
  }
  return { body, problems };
}

function readPlace(field: string, values: Values, problems: Read['problems']): Place | null {
  const name = (values[field] ?? '').trim();
  const at = (values[`${field}@`] ?? '').trim();
  const about = (values[`${field}±`] ?? '').trim();
  const position = at === '' ? null : readPosition(at);
  const uncertainty = about === '' ? null : readNumber(about);
  if (at !== '' && position === null) problems[`${field}@`] = 'unreadable';
  if (about !== '' && (uncertainty === null || uncertainty < 0)) problems[`${field}±`] = 'unreadable';
  return name === '' && position === null ? null : { name: name || null, position, uncertaintyMetres: uncertainty };
}

/** The same form filled with what stands, for an update. */
export function valuesOf(item: ItemView): Values {
  const values: Values = {};
  const place = item.place;
  for (const name of item.family === 'accident' ? ['where'] : ['place']) {
    if (place?.name) values[name] = place.name;
    if (place?.position) values[`${name}@`] = positionText(place.position[0], place.position[1]).replaceAll('°', '');
    if (place?.uncertaintyMetres !== undefined && place.uncertaintyMetres !== null) values[`${name}±`] = String(place.uncertaintyMetres);
  }
  if (item.what !== undefined) values['what'] = item.what;
  if (item.type !== undefined) values['template'] = item.type;
  if (item.from !== undefined) values['from'] = typedUtc(item.from);
  if (item.until !== undefined) values['until'] = typedUtc(item.until);
  return values;
}

/** What this side may do about an item, by its state and by who opened it (docs/protocol/traffic.md). */
export function actsOf(item: ItemView, own: boolean): FormName[] {
  const open = !item.settled;
  switch (item.family) {
    case 'clarification':
      if (!open) return [];
      if (!own) return [...(item.state === 'meeting asked' || item.state === 'meeting overdue' ? (['clarification.meeting_agreed'] as const) : []), 'clarification.answered'];
      return [
        ...(item.state === 'answered' ? (['clarification.closed', 'clarification.insufficient'] as const) : []),
        ...(item.state === 'insufficient' || item.state === 'overdue' ? (['clarification.meeting_asked'] as const) : []),
        ...(['insufficient', 'overdue', 'meeting asked', 'meeting overdue', 'meeting agreed'].includes(item.state) ? (['clarification.closed'] as const) : []),
        'clarification.withdrawn',
      ];
    case 'notice': return own ? (item.state === 'cancelled' ? [] : open ? ['notice.updated', 'notice.cancelled'] : ['notice.updated']) : open ? ['notice.read_back'] : [];
    case 'claim': return own ? [] : ['claim.disputed'];
    case 'accident': return open ? ['accident.updated', ...(own ? (['accident.closed'] as const) : [])] : [];
    default: return [];
  }
}
