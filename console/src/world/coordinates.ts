import { forward, toPoint } from 'mgrs';
import { readPosition } from '../look/fields';
import { positionText } from '../look/position';
import { wrapped, type Position } from './geodesy';

/** The three ways in which a position is written. */
export const notations = ['decimal', 'dms', 'mgrs'] as const;
export type Notation = (typeof notations)[number];

const letters = (degrees: number, [plus, minus]: readonly [string, string]): string => (degrees < 0 ? minus : plus);

/** One half of `57°18′36.0″N`. Rounded first, so that no half ever has sixty seconds. */
function halfOf(degrees: number, names: readonly [string, string], digits: number): string {
  const tenths = Math.round(Math.abs(degrees) * 36_000);
  const seconds = (tenths % 600) / 10;
  const minutes = Math.floor(tenths / 600) % 60;
  const whole = Math.floor(tenths / 36_000);
  return `${String(whole).padStart(digits, '0')}°${String(minutes).padStart(2, '0')}′${seconds.toFixed(1).padStart(4, '0')}″${letters(degrees, names)}`;
}

export const dmsText = (longitude: number, latitude: number): string =>
  `${halfOf(latitude, ['N', 'S'], 2)} ${halfOf(longitude, ['E', 'W'], 3)}`;

/** MGRS to the metre, in groups: `34V DR 84961 53075`; null near the poles, where it has other letters (UPS). */
export function mgrsText(longitude: number, latitude: number): string | null {
  if (latitude < -80 || latitude > 84) return null;
  // A longitude of 180 is the first zone's western edge.
  const at = wrapped(longitude);
  const text = forward([at === 180 ? -180 : at, latitude], 5);
  const parts = /^(\d{1,2}[A-Z])([A-Z]{2})(\d{5})(\d{5})$/.exec(text);
  return parts === null ? null : parts.slice(1).join(' ');
}

/** A position in a notation; where that notation has none for it, in decimal degrees. */
export function inNotation(notation: Notation, [longitude, latitude]: Position): string {
  const at = wrapped(longitude);
  switch (notation) {
    case 'decimal':
      return positionText(at, latitude);
    case 'dms':
      return dmsText(at, latitude);
    case 'mgrs':
      return mgrsText(at, latitude) ?? positionText(at, latitude);
  }
}

const grid = /^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])\s*([A-HJ-NP-V])\s*(\d{1,5})\s+(\d{1,5})$/;
const solid = /^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])\s*([A-HJ-NP-V])\s*((?:\d\d){0,5})$/;

/** Longest grid reference that anybody types. */
const longest = 40;

/**
 * Reads a grid reference of the MGRS as the middle of the square that it names; null for what is none: an odd number of
 * digits, a letter that the zone does not have.
 */
export function readMgrs(input: string): [number, number] | null {
  const text = input.trim().toUpperCase();
  if (text.length > longest) return null;
  const parts = grid.exec(text);
  if (parts !== null && parts[5]?.length !== parts[6]?.length) return null;
  const whole = parts !== null ? [...parts.slice(1, 5), `${parts[5]}${parts[6]}`] : solid.exec(text)?.slice(1);
  if (whole === undefined) return null;
  const zone = Number(whole[0]);
  if (zone < 1 || zone > 60) return null;
  try {
    const [longitude, latitude] = toPoint(whole.join(''));
    if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return null;
    // A square that the zone and band do not have would be written otherwise when written back.
    const digits = (whole[4]?.length ?? 0) / 2;
    const back = forward([longitude, latitude], Math.max(1, digits));
    const named = `${zone}${whole[1] ?? ''}`;
    return back.startsWith(named) && (digits === 0 || back === `${zone}${whole.slice(1).join('')}`)
      ? [Math.round(longitude * 1e6) / 1e6, Math.round(latitude * 1e6) / 1e6]
      : null;
  } catch {
    return null;
  }
}

/** Reads a position in any of the three notations. */
export const readAnyPosition = (input: string): [number, number] | null => readPosition(input) ?? readMgrs(input);

/** A bearing with three digits, as it is spoken: `037°`. */
export const bearingText = (bearing: number): string => `${String(Math.round(bearing) % 360).padStart(3, '0')}°`;
