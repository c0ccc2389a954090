import type { EntryView, Instant, Place } from '../api/types';
import { factsOf } from '../watch/facts';
import { summaryOf } from '../watch/summary';

/** Something that an entry puts at a place, for a time and perhaps at a height. */
export type MapObject = {
  id: string; line: string; entry: string; kind: string; what: string; placeName: string | null; position: [number, number]; radiusMetres: number | null;
  /** When it holds; null ends are open. */
  from: Instant; until: Instant | null;
  altitudeMetres: number | null;
};

const feet = 0.3048;
type Coded = { name?: string; number?: number; unit?: string; time?: string; position?: [number, number] };

/** Everything on the map comes from entries with a position; what was replaced or taken back is not shown. */
export function objectsOf(entries: readonly EntryView[]): MapObject[] {
  const facts = factsOf(entries);
  const cancelled = new Set(entries.filter(entry => /\.(cancelled|withdrawn|closed)$/.test(entry.kind)).flatMap(entry => entry.re));
  return entries.flatMap(entry => {
    if (entry.body === null || typeof entry.body !== 'object' || facts.get(entry.id)?.replacedBy || cancelled.has(entry.id) || entry.kind === 'notice.read_back') return [];
    const body = entry.body as { place?: Place | null; where?: unknown; from?: string | null; until?: string | null; when?: string | null; fields?: Coded[] };
    const fields = Array.isArray(body.fields) ? body.fields : [];
    const where = body.place ?? (typeof body.where === 'object' ? (body.where as Place | null) : null);
    const position = where?.position ?? fields.find(field => Array.isArray(field?.position))?.position ?? null;
    if (!Array.isArray(position) || position.length !== 2 || !position.every(Number.isFinite)) return [];
    const height = fields.find(field => field?.name === 'altitude' && typeof field.number === 'number');
    return [{
      id: `${entry.line} ${entry.id}`, line: entry.line, entry: entry.id, kind: entry.kind, what: summaryOf(entry.kind, entry.body).text ?? '', placeName: where?.name ?? null,
      position: position as [number, number], radiusMetres: where?.uncertaintyMetres ?? null, from: body.from ?? body.when ?? entry.at, until: body.until ?? null,
      altitudeMetres: height?.number === undefined ? null : height.unit === 'm' ? height.number : height.number * feet,
    }];
  });
}

export const bands = ['all', 'low', 'middle', 'high', 'unsaid'] as const;
export type Band = (typeof bands)[number];

/** Below 3,000 m, to 8,000 m, and above; what names no height has a band of its own. */
export function inBand(object: MapObject, band: Band): boolean {
  const at = object.altitudeMetres;
  switch (band) {
    case 'all': return true;
    case 'unsaid': return at === null;
    case 'low': return at !== null && at < 3_000;
    case 'middle': return at !== null && at >= 3_000 && at < 8_000;
    case 'high': return at !== null && at >= 8_000;
  }
}

export const holdsAt = (object: MapObject, time: number): boolean => Date.parse(object.from) <= time && (object.until === null || time <= Date.parse(object.until));
