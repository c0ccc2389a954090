import type { Window } from '../api/types';
import { dateTimeGroup } from '../look/time';

/** What an entry says, in its author's words: the main text, and the coded facts beside it (R9: these need no translation). */
export type Summary = { text: string | null; facts: string[] };

type Body = Record<string, unknown>;
const str = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const time = (value: unknown): string | null => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? dateTimeGroup(value) : null);

function placeText(place: unknown): string | null {
  if (place === null || typeof place !== 'object') return null;
  const { name, position, uncertaintyMetres } = place as { name?: unknown; position?: unknown; uncertaintyMetres?: unknown };
  const at = Array.isArray(position) && position.length === 2 ? positionText(Number(position[0]), Number(position[1])) : null;
  return [str(name), at, typeof uncertaintyMetres === 'number' ? `± ${uncertaintyMetres} m` : null].filter(part => part !== null).join(', ') || null;
}

/** Longitude and latitude (GeoJSON order) as `57.310° N 19.420° E`. */
export function positionText(longitude: number, latitude: number): string {
  return `${Math.abs(latitude).toFixed(3)}° ${latitude < 0 ? 'S' : 'N'} ${Math.abs(longitude).toFixed(3)}° ${longitude < 0 ? 'W' : 'E'}`;
}

const windowText = (w: Window): string => `${dateTimeGroup(w.from)} – ${dateTimeGroup(w.until)}`;

function fieldText(field: unknown): string | null {
  if (field === null || typeof field !== 'object') return null;
  const { name, number, unit, time: at, position } = field as Body;
  const value = typeof number === 'number' ? `${number}${str(unit) === null ? '' : ` ${str(unit)}`}` : time(at) ?? (Array.isArray(position) ? positionText(Number(position[0]), Number(position[1])) : '');
  return `${str(name) ?? ''}: ${value}`;
}

const texts = ['text', 'concern', 'what', 'topic', 'reason', 'note', 'subject', 'purpose', 'use', 'outcome', 'echelon', 'where'] as const;

export function summaryOf(kind: string, body: unknown): Summary {
  if (body === null || typeof body !== 'object') return { text: null, facts: [] };
  const b = body as Body;
  const between = Array.isArray(b['between']) ? (b['between'] as { party?: string; office?: string }[]).map(p => `${p.party ?? ''}: ${p.office ?? ''}`).join(' ↔ ') : null;
  const first = texts.find(name => str(b[name]) !== null);
  const points = Array.isArray(b['points']) ? (b['points'] as { text?: unknown; tag?: unknown }[]).map(p => `• ${str(p.text) ?? ''} [${str(p.tag) ?? ''}]`).join('\n') : null;
  const outside = kind === 'call.accepted' && typeof b['outside'] === 'object' && b['outside'] !== null ? summaryOf('call.requested', b['outside']).text : null;
  const text = [first === undefined ? null : str(b[first]), points, outside].filter(part => part !== null).join('\n') || null;
  const windows = Array.isArray(b['windows']) ? (b['windows'] as Window[]) : b['window'] !== null && typeof b['window'] === 'object' ? [b['window'] as Window] : [];
  const facts = [
    between, placeText(b['place'] ?? (typeof b['where'] === 'object' ? b['where'] : null)),
    time(b['when']) ?? time(b['at']),
    time(b['from']) === null ? null : `${time(b['from'])} – ${time(b['until']) ?? '…'}`,
    ...windows.map(windowText),
    time(b['expires']) === null ? null : `⏱ ${time(b['expires'])}`,
    typeof b['minutes'] === 'number' ? `${b['minutes']} min` : null,
    str(b['means']), str(b['level']), str(b['style']), str(b['template']), str(b['status']),
    first === 'reason' ? null : str(b['reason']), first === 'topic' ? str(b['outcome']) : null,
    ...(Array.isArray(b['fields']) ? (b['fields'] as unknown[]).map(fieldText) : []),
    str(b['party']), str(b['successor']), str(b['communicator']), str(b['answer']), str(b['source']), str(b['name']), str(b['hash']), time(b['endDate']), str(b['formations']), str(b['equipment']),
  ].filter((part): part is string => part !== null);
  return { text, facts };
}
