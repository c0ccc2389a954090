import { membersOf, numberOf, textOf, type Members } from '../look/body';
import { numberProblem, readNumber } from '../look/fields';
import { typedNumber, typedPosition } from '../look/position';
import { readUtc, typedUtc } from '../look/time';
import { readAnyPosition } from '../world/coordinates';
import { corridorRing, wrapped, type Position } from '../world/geodesy';
import type { Problem, Values } from './fields';

/**
 * Volumes of an activity, an area or a movement, as they are typed: a circle, a polygon or a corridor along a line
 * (which is sent as the polygon around it), between two heights, from one time to another (ASTM F3548's Volume4D). One
 * that is stated in any other way is kept as the JSON that it is.
 */
export const shapes = ['circle', 'polygon', 'corridor', 'json'] as const;
export type ShapeOf = (typeof shapes)[number];
export const references = ['W84', 'MSL', 'AGL'] as const;

export const shapeOf = (values: Values, row: string): ShapeOf =>
  shapes.find((one) => one === values[`${row}.shape`]) ?? 'circle';

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Widest corridor, in metres: what is wider is an area, and drawn as one. */
const widest = 200_000;

/** The corners around a corridor, to a decimetre, without the last that closes it. */
const around = (line: readonly Position[], width: number): Members[] =>
  corridorRing(line, width)
    .slice(0, -1)
    .map(([lng, lat]) => ({ lng: Math.round(wrapped(lng) * 1e6) / 1e6, lat: Math.round(lat * 1e6) / 1e6 }));

/** Fewest corners of an outline. */
const fewestCorners = 3;

export function readVolumes(
  key: string,
  rows: number,
  values: Values,
  problems: Record<string, Problem>,
): unknown[] | null {
  const read = Array.from({ length: rows }, (_, i) => readVolume(`${key}.${i}`, values, problems));
  return rows === 0 ? null : read;
}

function readVolume(row: string, values: Values, problems: Record<string, Problem>): unknown {
  const typed = (name: string): string => (values[`${row}.${name}`] ?? '').trim();
  const wrong = (name: string, problem: Problem): null => {
    problems[`${row}.${name}`] = problem;
    return null;
  };
  const number = (name: string): number | null =>
    typed(name) === '' ? null : (readNumber(typed(name)) ?? wrong(name, numberProblem(typed(name)) ?? 'unreadable'));
  const point = (text: string, name: string): Members | null => {
    const at = readAnyPosition(text);
    return at === null ? wrong(name, 'unreadable') : { lng: at[0], lat: at[1] };
  };
  const shape = shapeOf(values, row);
  if (shape === 'json')
    try {
      return JSON.parse(typed('json')) as unknown;
    } catch {
      return wrong('json', typed('json') === '' ? 'wanted' : 'unreadable');
    }
  const volume: Record<string, unknown> = {};
  if (shape === 'circle') {
    const [center, radius] = [
      typed('centre') === '' ? wrong('centre', 'wanted') : point(typed('centre'), 'centre'),
      number('radius'),
    ];
    if (typed('radius') === '') wrong('radius', 'wanted');
    else if (radius !== null && radius <= 0) wrong('radius', 'out-of-range');
    volume['outline_circle'] = { center, radius: { value: radius, units: 'M' } };
  } else if (shape === 'corridor') {
    const [line, width] = [linesOf(typed('line')).map(readAnyPosition), number('width')];
    const read = line.filter((at): at is [number, number] => at !== null);
    if (line.length < 2) wrong('line', 'wanted');
    else if (read.length < line.length) wrong('line', 'unreadable');
    if (typed('width') === '') wrong('width', 'wanted');
    else if (width !== null && (width <= 0 || width > widest)) wrong('width', 'out-of-range');
    else if (width !== null && read.length > 1 && read.length === line.length)
      volume['outline_polygon'] = { vertices: around(read, width) };
  } else {
    const corners = linesOf(typed('corners'));
    if (corners.length < fewestCorners) wrong('corners', 'wanted');
    volume['outline_polygon'] = { vertices: corners.map((text) => point(text, 'corners')) };
  }
  const reference = references.find((one) => one === typed('reference')) ?? 'W84';
  for (const [name, member] of [
    ['lower', 'altitude_lower'],
    ['upper', 'altitude_upper'],
  ] as const) {
    const height = number(name);
    if (height !== null) volume[member] = { value: height, reference, units: 'M' };
  }
  const time = (name: string): { value: string; format: string } | null => {
    if (typed(name) === '') return null;
    const at = readUtc(typed(name));
    return at === null ? wrong(name, 'unreadable') : { value: at, format: 'RFC3339' };
  };
  const [start, end] = [time('from'), time('until')];
  return {
    volume,
    ...(start === null ? {} : { time_start: start }),
    ...(end === null ? {} : { time_end: end }),
  };
}

/** What is typed for volumes: in fields where reading them gives the very volume, else as JSON. */
export function valuesOfVolumes(key: string, value: unknown): Values {
  const volumes = Array.isArray(value) ? (value as unknown[]) : [];
  const values: Values = { [`${key}#`]: volumes.length === 0 ? '' : String(volumes.length) };
  for (const [i, volume] of volumes.entries()) {
    const row = `${key}.${i}`;
    const typed = typedVolume(row, volume);
    const problems: Record<string, Problem> = {};
    const isTheSame =
      Object.keys(typed).length > 0 &&
      sorted(readVolume(row, typed, problems)) === sorted(volume) &&
      Object.keys(problems).length === 0;
    Object.assign(values, isTheSame ? typed : { [`${row}.shape`]: 'json', [`${row}.json`]: JSON.stringify(volume) });
  }
  return values;
}

/** JSON with its members in order, so that two can be compared. Times are compared as the moments that they are. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (name, one: unknown) => {
    const members = membersOf(one);
    if (name === 'value' && typeof one === 'string') return Date.parse(one);
    return members === null ? one : Object.fromEntries(Object.entries(members).sort(([a], [b]) => a.localeCompare(b)));
  });

function typedVolume(row: string, value: unknown): Values {
  const whole = membersOf(value);
  const volume = membersOf(whole?.['volume']);
  if (whole === null || volume === null) return {};
  const point = (at: unknown): string => {
    const members = membersOf(at);
    const [lng, lat] = [numberOf(members?.['lng']), numberOf(members?.['lat'])];
    return lng === null || lat === null ? '' : typedPosition(lng, lat);
  };
  const number = (of: unknown): string => {
    const size = numberOf(membersOf(of)?.['value']);
    return size === null ? '' : typedNumber(size);
  };
  const [circle, polygon] = [membersOf(volume['outline_circle']), membersOf(volume['outline_polygon'])];
  const [lower, upper] = [membersOf(volume['altitude_lower']), membersOf(volume['altitude_upper'])];
  const corners = polygon?.['vertices'];
  const time = (of: unknown): string => typedUtc(textOf(membersOf(of)?.['value'])) ?? '';
  const typed: Values = {
    shape: polygon === null ? 'circle' : 'polygon',
    centre: point(circle?.['center']),
    radius: number(circle?.['radius']),
    corners: Array.isArray(corners) ? corners.map(point).join('\n') : '',
    lower: number(lower),
    upper: number(upper),
    reference: textOf((lower ?? upper)?.['reference']) ?? '',
    from: time(whole['time_start']),
    until: time(whole['time_end']),
  };
  return Object.fromEntries(
    Object.entries(typed).flatMap(([name, text]) => (text === '' ? [] : [[`${row}.${name}`, text]])),
  );
}
