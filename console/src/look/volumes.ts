import { instantOf, membersOf, numberOf, objectsOfList, textOf, type Members } from './body';

/** One volume of a plan (ASTM F3548's Volume4D), as far as it is nothing but an outline, two heights and two times. Metres; null for no limit. */
export type ToldVolume = {
  circle: { at: [number, number]; radius: number } | null;
  corners: readonly [number, number][];
  lower: number | null;
  upper: number | null;
  reference: string | null;
  from: number | null;
  until: number | null;
};

const onlyHas = (of: Members, names: readonly string[]): boolean =>
  Object.entries(of).every(([name, value]) => value === null || names.includes(name));

function pointOf(value: unknown): [number, number] | null {
  const point = membersOf(value);
  const [lng, lat] = [numberOf(point?.['lng']), numberOf(point?.['lat'])];
  return lng === null || lat === null || Math.abs(lat) > 90 || Math.abs(lng) > 180 ? null : [lng, lat];
}

/** A length or height in metres; undefined where one is stated that cannot be told. */
function metresOf(value: unknown): number | null | undefined {
  if (value === null || value === undefined) return null;
  const size = membersOf(value);
  const number = numberOf(size?.['value']);
  return number === null || textOf(size?.['units']) !== 'M' ? undefined : number;
}

/** The moment of a time; undefined where one is stated that cannot be read. */
function timeOf(value: unknown): number | null | undefined {
  if (value === null || value === undefined) return null;
  return instantOf(membersOf(value)?.['value']) ?? undefined;
}

/** A volume that can be told in a row; null where anything of it would be left out. */
export function toldVolume(value: unknown): ToldVolume | null {
  const whole = membersOf(value);
  const volume = membersOf(whole?.['volume']);
  if (whole === null || volume === null || !onlyHas(whole, ['volume', 'time_start', 'time_end'])) return null;
  if (!onlyHas(volume, ['outline_circle', 'outline_polygon', 'altitude_lower', 'altitude_upper'])) return null;
  const [from, until] = [timeOf(whole['time_start']), timeOf(whole['time_end'])];
  const [lower, upper] = [metresOf(volume['altitude_lower']), metresOf(volume['altitude_upper'])];
  if (from === undefined || until === undefined || lower === undefined || upper === undefined) return null;
  const references = [volume['altitude_lower'], volume['altitude_upper']]
    .map((one) => textOf(membersOf(one)?.['reference']))
    .filter((one) => one !== null);
  if (new Set(references).size > 1) return null;
  const told = { lower, upper, reference: references[0] ?? null, from, until };
  const [circle, polygon] = [membersOf(volume['outline_circle']), membersOf(volume['outline_polygon'])];
  if (circle !== null && polygon === null) {
    const [at, radius] = [pointOf(circle['center']), metresOf(circle['radius'])];
    return at === null || radius == null ? null : { ...told, circle: { at, radius }, corners: [] };
  }
  const listed = polygon?.['vertices'];
  if (circle !== null || !Array.isArray(listed)) return null;
  const corners = (listed as unknown[]).map(pointOf).filter((one) => one !== null);
  return corners.length < 3 || corners.length !== listed.length ? null : { ...told, circle: null, corners };
}

/** Volumes that can all be told in rows; null where one cannot. */
export function toldVolumes(value: unknown): ToldVolume[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const told = (value as unknown[]).map(toldVolume).filter((one) => one !== null);
  return told.length === value.length ? told : null;
}

/** From when until when any of a plan's volumes is used; null for an end that is open, and altogether where no time can be read. */
export function timesOf(value: unknown): { from: number | null; until: number | null } | null {
  const times = objectsOfList(value).map((one) => [timeOf(one['time_start']), timeOf(one['time_end'])] as const);
  if (times.length === 0) return null;
  const ends = (at: 0 | 1): number[] | null => {
    const all = times.map((one) => one[at]);
    return all.every((one) => typeof one === 'number') ? (all as number[]) : null;
  };
  const [from, until] = [ends(0), ends(1)];
  return {
    from: from === null ? null : Math.min(...from),
    until: until === null ? null : Math.max(...until),
  };
}
