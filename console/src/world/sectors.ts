import type { components } from '../api/schema';
import { positionOf } from '../look/body';
import { lengthText } from '../look/length';
import { arrivedAt, circleRing, unwrapped, type Position } from './geodesy';

export type Observation = components['schemas']['Observation'];

/** Where something was seen or heard: the position of who observed it, and the part of the ground in which it was. Never a point, for nobody was there (C-8). */
export type Sector = {
  id: string;
  /** Where the observer stood. */
  position: [number, number];
  rings: readonly (readonly Position[])[];
  /** True where how far away it was, or in which direction, nobody says: it is drawn as far as a guess, and open. */
  open: boolean;
  means: string;
  /** Number of the reporter's colour. */
  party: number;
};

/** How far an open sector is drawn, in metres, where nothing says how far. */
export const openReach = 3_000;
/** A direction without a width is drawn as wide as a hand held out sees it, in degrees. */
const leastWidth = 4;
/** An arc is drawn with a corner every so many degrees. */
const step = 9;

/** The ring, or rings, of the ground in which it was; null where the observer's own position is not known. */
export function groundOf(
  observation: Pick<Observation, 'place' | 'bearingFrom' | 'bearingTo' | 'distanceMin' | 'distanceMax'>,
): { position: [number, number]; rings: [number, number][][]; open: boolean } | null {
  const position = positionOf(observation.place?.position);
  if (position === null) return null;
  const { bearingFrom, bearingTo, distanceMin, distanceMax } = observation;
  const near = Math.max(0, distanceMin ?? 0);
  const far = distanceMax ?? Math.max(openReach, near * 1.5);
  const hasDirection = bearingFrom != null && bearingTo != null;
  const open = distanceMax == null || !hasDirection;
  const whole = !hasDirection || Math.abs(bearingTo - bearingFrom) >= 360;
  if (whole) {
    const outer = circleRing(position, Math.max(1, far), 40);
    return {
      position,
      rings: near > 0 && near < far ? [outer, circleRing(position, near, 40).reverse()] : [outer],
      open,
    };
  }
  // A sector may pass through north.
  const swept = (bearingTo - bearingFrom + 360) % 360;
  const width = Math.max(leastWidth, swept);
  const from = swept < leastWidth ? bearingFrom - (leastWidth - swept) / 2 : bearingFrom;
  const parts = Math.max(1, Math.ceil(width / step));
  const bearings = Array.from({ length: parts + 1 }, (_, i) => (from + (width * i) / parts + 360) % 360);
  const outer = bearings.map((bearing) => arrivedAt(position, bearing, far));
  const inner =
    near <= 0 ? [position as Position] : [...bearings].reverse().map((bearing) => arrivedAt(position, bearing, near));
  const ring = [...outer, ...inner, outer[0] ?? position];
  return { position, rings: [unwrapped(ring)], open };
}

/** `225°–270°, 3 km–7 km`: where it was, seen from the observer. */
export function sectorText({ bearingFrom, bearingTo, distanceMin, distanceMax }: Observation): string {
  const bearing =
    bearingFrom == null || bearingTo == null
      ? ''
      : bearingFrom === bearingTo
        ? `${Math.round(bearingFrom)}°`
        : `${Math.round(bearingFrom)}°–${Math.round(bearingTo)}°`;
  const distance =
    distanceMin == null && distanceMax == null
      ? ''
      : distanceMin === distanceMax
        ? lengthText(distanceMin ?? 0)
        : `${lengthText(distanceMin ?? 0)}–${distanceMax == null ? '?' : lengthText(distanceMax)}`;
  return [bearing, distance].filter((one) => one !== '').join(', ');
}
