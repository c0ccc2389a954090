import { useQuery } from '@tanstack/react-query';
import clip, { type MultiPolygon, type Polygon as Rings } from 'polygon-clipping';
import { useEffect, useState } from 'react';
import { request } from '../api/client';
import { ageText } from '../look/time';
import { plain } from '../look/visible';
import type { T } from '../messages';
import type { Clash } from './chart';
import { lengthText } from '../look/length';
import { nearestTo, planeAt, unwrapped, type Position } from './geodesy';
import type { Planned } from './plans';

/** Where two volumes lie together, as the station says it. */
export type Overlap = {
  west: number;
  south: number;
  east: number;
  north: number;
  from: string | null;
  until: string | null;
  seconds: number | null;
};
/** A conflict of what was asked about with what stands on a line: pairs of numbers of volumes, ours first. */
export type Conflict = {
  line: string;
  entry: string;
  owner: string;
  role: string;
  volumes: [number, number][];
  where: Overlap;
  exact: boolean;
};
export type Checked = { compared: number; conflicts: Conflict[]; caution: string };

/** How long a drawing has to rest before the station is asked, in milliseconds. */
const rest = 300;

/** What volumes would conflict with, asked while they are drawn; null while nothing is known. `asking` is true until the answer is of what stands there now. */
export function useChecked(volumes: readonly unknown[] | null): { checked: Checked | null; asking: boolean } {
  const wanted = volumes === null || volumes.length === 0 ? '' : JSON.stringify(volumes);
  const [rested, setRested] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setRested(wanted), rest);
    return () => clearTimeout(timer);
  }, [wanted]);
  const answer = useQuery({
    queryKey: ['deconflict', rested],
    enabled: rested !== '',
    queryFn: () => request<Checked>('POST', '/api/v1/deconflict/check', { volumes: JSON.parse(rested) as unknown }),
    retry: false,
    staleTime: 10_000,
    refetchInterval: 20_000,
    placeholderData: (before) => before,
  });
  return {
    checked: rested === '' || wanted === '' ? null : (answer.data ?? null),
    asking: wanted !== rested || answer.isFetching,
  };
}

/** Rings of longitude and latitude of both, where they lie together; longitudes run on about those of the first. */
export function sharedOf(
  mine: readonly (readonly Position[])[],
  theirs: readonly (readonly Position[])[],
): [number, number][][][] {
  const start = mine[0]?.[0];
  if (start === undefined || theirs[0]?.[0] === undefined) return [];
  const beside = (rings: readonly (readonly Position[])[]): Rings =>
    rings.map((ring) => {
      const run = unwrapped(ring);
      const by = nearestTo(start[0], run[0]?.[0] ?? 0) - (run[0]?.[0] ?? 0);
      return run.map(([x, y]) => [x + by, y]);
    });
  try {
    return clip.intersection(beside(mine), beside(theirs)) as MultiPolygon;
  } catch {
    return []; // rings that no area can be made of: the station has its own word on them
  }
}

/** How many metres a shape reaches into another: the farthest from the other's edge that any of what they share is. */
export function depthOf(shared: readonly (readonly (readonly Position[])[])[], theirs: readonly Position[]): number {
  let deepest = 0;
  for (const [outer = []] of shared) {
    const plane = planeAt(outer[0] ?? [0, 0]);
    const edge = unwrapped(theirs).map(plane.to);
    const corners = unwrapped(outer).map(plane.to);
    for (const [i, to] of corners.entries()) {
      const from = corners[i === 0 ? corners.length - 1 : i - 1] ?? to;
      for (const share of [0.25, 0.5, 0.75, 1]) {
        const at = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share] as const;
        deepest = Math.max(deepest, awayFrom(edge, at));
      }
    }
  }
  return deepest;
}

function awayFrom(line: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): number {
  let least = Infinity;
  for (const [i, to] of line.entries()) {
    const from = line[i === 0 ? line.length - 1 : i - 1] ?? to;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - from[0]) * dx + (y - from[1]) * dy) / length));
    least = Math.min(least, Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy));
  }
  return least;
}

/** `2 h 10 overlap, 4.1 km deep`. */
export function clashText(t: T, where: Overlap, metres: number | null): string {
  const time = where.seconds === null ? t('clash.no-end') : ageText(where.seconds * 1000);
  return metres === null || metres < 1
    ? t('clash.near', { time })
    : t('clash.says', { time, deep: lengthText(metres) });
}

export type Told = { clash: Clash; conflict: Conflict; name: string | null; says: string };

/** What is drawn and said of conflicts: where each pair of volumes lies together, or the box around it where their outlines are not at hand. */
export function clashesOf(
  t: T,
  conflicts: readonly Conflict[],
  mine: readonly (readonly (readonly Position[])[] | null)[],
  plans: readonly Planned[],
): Told[] {
  return conflicts.slice(0, mostTold).map((conflict, i) => {
    const plan = plans.find((one) => one.line === conflict.line && one.entry === conflict.entry);
    const rings: [number, number][][][] = [];
    let deepest: number | null = null;
    for (const [own, other] of conflict.volumes) {
      const outline = plan?.features.find((feature) => feature.properties.volume === other)?.geometry.coordinates as
        [number, number][][] | undefined;
      const ring = mine[own];
      if (outline === undefined || ring === null || ring === undefined) continue;
      const shared = sharedOf(ring, outline);
      rings.push(...shared);
      deepest = Math.max(deepest ?? 0, depthOf(shared, outline[0] ?? []));
    }
    const { west, south, east, north } = conflict.where;
    const says = clashText(t, conflict.where, deepest);
    return {
      clash: {
        id: `${conflict.line} ${conflict.entry} ${i}`,
        rings:
          rings.length > 0
            ? rings
            : [
                [
                  [
                    [west, south],
                    [east, south],
                    [east, north],
                    [west, north],
                    [west, south],
                  ],
                ],
              ],
        says,
      },
      conflict,
      name: plan?.name == null ? null : plain(plan.name),
      says,
    };
  });
}
/** Conflicts that are drawn: of hundreds none could be read. */
const mostTold = 60;
