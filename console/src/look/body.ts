/**
 * Reading what another party wrote. A body is any JSON at all: its members are read here, by type, and never cast. What
 * is not of
 * the type that is wanted is null (or nothing), and the screens go on without it.
 */

export type Members = Readonly<Record<string, unknown>>;

/** Members of a list that are looked at: more is no list that anybody reads. */
const mostMembers = 200;

export const membersOf = (value: unknown): Members | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : null;

/** A text that says something. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]).slice(0, mostMembers) : [];

/** The objects of a list; whatever else stands in it is passed over. */
export const objectsOfList = (value: unknown): Members[] =>
  listOf(value)
    .map(membersOf)
    .filter((one) => one !== null);

/** A time that can be shown, as milliseconds; null for what names none. */
export function instantOf(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
  return Number.isNaN(new Date(at).getTime()) ? null : at;
}

/** Longitude and latitude, in GeoJSON order. */
export function positionOf(value: unknown): [number, number] | null {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return null;
  const [longitude, latitude] = [numberOf(value[0]), numberOf(value[1])];
  return longitude === null || latitude === null || Math.abs(longitude) > 180 || Math.abs(latitude) > 90
    ? null
    : [longitude, latitude];
}

export type ReadPlace = { name: string | null; position: [number, number] | null; uncertaintyMetres: number | null };

export function placeOf(value: unknown): ReadPlace | null {
  const place = membersOf(value);
  if (place === null) return null;
  const about = numberOf(place['uncertaintyMetres']);
  return {
    name: textOf(place['name']),
    position: positionOf(place['position']),
    uncertaintyMetres: about === null || about < 0 ? null : about,
  };
}

/** What was written, as its author's station sent it: for what cannot be shown in any other way. Never longer than a screen can bear. */
export function rawOf(value: unknown): string {
  const most = 50_000;
  try {
    const text = JSON.stringify(value, null, 2) ?? String(value);
    return text.length > most ? `${text.slice(0, most)}…` : text;
  } catch {
    return String(value);
  }
}
