import Feature from 'ol/Feature';
import MultiLineString from 'ol/geom/MultiLineString';
import MultiPolygon from 'ol/geom/MultiPolygon';
import type { Extent } from 'ol/extent';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarse from 'world-atlas/countries-50m.json?url';
import fine from 'world-atlas/countries-10m.json?url';
import cityList from './cities.json?url';
import { unwrapped, type Position } from './geodesy';

/** Half the width of the map's world, in its own metres (Web Mercator). */
export const halfWorld = 20_037_508.342789244;
export const worldWidth = 2 * halfWorld;
const farthest = 85.0511;

/** Longitude and latitude in the map's metres. */
export function projected(longitude: number, latitude: number): [number, number] {
  const y = Math.max(-farthest, Math.min(farthest, latitude));
  return [(longitude / 180) * halfWorld, (Math.log(Math.tan(((90 + y) * Math.PI) / 360)) / Math.PI) * halfWorld];
}
export const unprojected = (x: number, y: number): [number, number] => [
  (x / halfWorld) * 180,
  (360 / Math.PI) * Math.atan(Math.exp((y / halfWorld) * Math.PI)) - 90,
];

type Box = [number, number, number, number];
/** A ring or line: x and y of its points in turn, and the box around it. */
type Line = { points: Float64Array; box: Box };

/** Coast and borders at one scale. */
export type World = { land: Line[][]; coast: Line[]; borders: Line[] };
export type Country = { name: string; code: string; at: [number, number]; width: number };

/** A ring or line whose longitudes run on: the file's jump at the antimeridian. One around a pole is closed over it. */
function lineOf(positions: readonly (readonly number[])[]): Line {
  const run = unwrapped(positions.map((at): Position => [at[0] ?? 0, at[1] ?? 0]));
  const [first, last] = [run[0], run.at(-1)];
  if (first !== undefined && last !== undefined && Math.abs(last[0] - first[0]) > 359) {
    const pole = last[1] < 0 ? -90 : 90;
    run.push([last[0], pole], [first[0], pole], first);
  }
  const points = new Float64Array(run.length * 2);
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  run.forEach(([longitude, latitude], i) => {
    const [x, y] = projected(longitude, latitude);
    points[2 * i] = x;
    points[2 * i + 1] = y;
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  });
  return { points, box };
}

async function topologyOf(url: string): Promise<Topology> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the map could not be fetched: ${answer.status}`);
  return (await answer.json()) as Topology;
}

function worldOf(topology: Topology): World {
  const countries = topology.objects['countries'] as GeometryCollection | undefined;
  const land = topology.objects['land'] ?? countries;
  if (countries === undefined || land === undefined) throw new Error('the map has no land');
  const found = feature(topology, land);
  const polygons = ('features' in found ? found.features : [found]).flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : [],
  );
  return {
    land: polygons.map((rings) => rings.map(lineOf)),
    coast: mesh(topology, countries as never, (one, other) => one === other).coordinates.map(lineOf),
    borders: mesh(topology, countries as never, (one, other) => one !== other).coordinates.map(lineOf),
  };
}

let [coarseFile, coarseWorld, fineWorld, cities]: [
  Promise<Topology> | null,
  Promise<World> | null,
  Promise<World> | null,
  Promise<City[]> | null,
] = [null, null, null, null];
/** Asks again after a failure. */
function once<T>(held: Promise<T> | null, make: () => Promise<T>, drop: () => void): Promise<T> {
  return (
    held ??
    make().catch((e: unknown) => {
      drop();
      throw e;
    })
  );
}
const readCoarse = (): Promise<Topology> =>
  (coarseFile = once(
    coarseFile,
    () => topologyOf(coarse),
    () => (coarseFile = null),
  ));
/** The world at 1:50 M, for most scales, and at 1:10 M, for near ones; each is fetched when it is first wanted. */
export const worldAt = (near: boolean): Promise<World> =>
  near
    ? (fineWorld = once(
        fineWorld,
        async () => worldOf(await topologyOf(fine)),
        () => (fineWorld = null),
      ))
    : (coarseWorld = once(
        coarseWorld,
        async () => worldOf(await readCoarse()),
        () => (coarseWorld = null),
      ));

/** Countries with where their names stand: in the middle of the largest part of each. */
export async function readCountries(): Promise<Country[]> {
  const topology = await readCoarse();
  const countries = topology.objects['countries'] as GeometryCollection<{ name?: string }>;
  return feature(topology, countries).features.flatMap(({ geometry, properties, id }) => {
    const polygons =
      geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : geometry.type === 'Polygon'
          ? [geometry.coordinates]
          : [];
    const outlines = polygons.map((rings) => lineOf(rings[0] ?? []));
    const largest = outlines.sort((p, q) => areaOfBox(q.box) - areaOfBox(p.box))[0];
    if (largest === undefined || properties?.name === undefined) return [];
    const middle = middleOf(largest);
    return [{ name: properties.name, code: String(id ?? ''), at: middle.at, width: middle.width }];
  });
}
const areaOfBox = ([west, south, east, north]: Box): number => (east - west) * (north - south);

/** The middle of the widest stretch inside an outline, of several heights of it, and how wide that is. */
function middleOf({ points, box }: Line): { at: [number, number]; width: number } {
  let best = { at: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] as [number, number], width: 0 };
  for (let share = 0.3; share < 0.71; share += 0.05) {
    const y = box[1] + (box[3] - box[1]) * share;
    const crossings: number[] = [];
    for (let i = 0; i + 3 < points.length; i += 2) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = points.subarray(i, i + 4);
      if (y1 > y !== y2 > y) crossings.push(x1 + ((x2 - x1) * (y - y1)) / (y2 - y1));
    }
    crossings.sort((p, q) => p - q);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [west = 0, east = 0] = crossings.slice(i, i + 2);
      if (east - west > best.width * 1.05) best = { at: [(west + east) / 2, y], width: east - west };
    }
  }
  return best;
}

export type City = { name: string; at: [number, number]; rank: number };
export const readCities = (): Promise<City[]> =>
  (cities = once(
    cities,
    async () => {
      const answer = await fetch(cityList);
      const rows = (await answer.json()) as [string, number, number, number][];
      return rows.map(([name, x, y, rank]) => ({ name, at: projected(x / 1e3, y / 1e3), rank }));
    },
    () => (cities = null),
  ));

/** Points that lie closer to the last one kept than this are left out, in pixels. */
const finest = 0.6;

/** A ring cut to a box (Sutherland and Hodgman): what runs along the box's edge is not seen, for only its inside is painted. */
function ringIn({ points, box: around }: Line, shift: number, box: Box, least: number): [number, number][] {
  let ring: [number, number][] = [];
  let [lastX, lastY] = [Infinity, Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [(points[i] ?? 0) + shift, points[i + 1] ?? 0];
    if (Math.abs(x - lastX) < least && Math.abs(y - lastY) < least && i + 2 < points.length) continue;
    ring.push([x, y]);
    [lastX, lastY] = [x, y];
  }
  const inside =
    around[0] + shift >= box[0] && around[2] + shift <= box[2] && around[1] >= box[1] && around[3] <= box[3];
  if (inside) return ring.length > 3 ? ring : [];
  for (const [axis, limit, sign] of [
    [0, box[0], 1],
    [0, box[2], -1],
    [1, box[1], 1],
    [1, box[3], -1],
  ] as const) {
    const kept: [number, number][] = [];
    for (let i = 0; i < ring.length; i++) {
      const from = ring[(i + ring.length - 1) % ring.length] as [number, number];
      const to = ring[i] as [number, number];
      const [isIn, wasIn] = [(to[axis] - limit) * sign >= 0, (from[axis] - limit) * sign >= 0];
      if (isIn !== wasIn) {
        const share = (limit - from[axis]) / (to[axis] - from[axis]);
        kept.push([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
      }
      if (isIn) kept.push(to);
    }
    ring = kept;
    if (ring.length === 0) return [];
  }
  return [...ring, ring[0] as [number, number]];
}

/** The pieces of a line that are in a box or next to it. */
function pieces({ points }: Line, shift: number, box: Box, least: number): [number, number][][] {
  const found: [number, number][][] = [];
  let piece: [number, number][] = [];
  let [lastX, lastY] = [Infinity, Infinity];
  let wasIn = false;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [(points[i] ?? 0) + shift, points[i + 1] ?? 0];
    const isIn = x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
    if (isIn && !wasIn && i > 0) piece = [[(points[i - 2] ?? 0) + shift, points[i - 1] ?? 0]];
    if (isIn || wasIn) {
      const isLast = i + 2 >= points.length || !isIn;
      if (isLast || Math.abs(x - lastX) >= least || Math.abs(y - lastY) >= least) {
        piece.push([x, y]);
        [lastX, lastY] = [x, y];
      }
    }
    if (!isIn && wasIn) {
      if (piece.length > 1) found.push(piece);
      piece = [];
    }
    wasIn = isIn;
  }
  if (piece.length > 1) found.push(piece);
  return found;
}

const meets = (around: Box, shift: number, box: Box): boolean =>
  around[0] + shift <= box[2] && around[2] + shift >= box[0] && around[1] <= box[3] && around[3] >= box[1];

/**
 * The world as it is painted about a view: cut to a box and thinned to what a pixel shows, in as many copies side by
 * side as the box takes. So the finest coast costs no more than the coarsest.
 */
export function paintedIn(world: World, extent: Extent, resolution: number): Feature[] {
  const box = extent as Box;
  const least = resolution * finest;
  const copies: number[] = [];
  for (let k = Math.ceil((box[0] - worldWidth) / worldWidth); k <= Math.floor((box[2] + worldWidth) / worldWidth); k++)
    copies.push(k * worldWidth);
  const land: [number, number][][][] = [];
  for (const polygon of world.land)
    for (const shift of copies) {
      const outer = polygon[0];
      if (outer === undefined || !meets(outer.box, shift, box)) continue;
      const small = Math.max(outer.box[2] - outer.box[0], outer.box[3] - outer.box[1]) < resolution;
      const rings = small ? [] : polygon.map((ring) => ringIn(ring, shift, box, least)).filter((one) => one.length > 3);
      if (rings.length > 0) land.push(rings);
    }
  const lines = (all: readonly Line[]): [number, number][][] =>
    all.flatMap((line) =>
      copies.flatMap((shift) => (meets(line.box, shift, box) ? pieces(line, shift, box, least) : [])),
    );
  const made = [
    new Feature({ geometry: new MultiPolygon(land), is: 'land' }),
    new Feature({ geometry: new MultiLineString(lines(world.coast)), is: 'coast' }),
    new Feature({ geometry: new MultiLineString(lines(world.borders)), is: 'border' }),
  ];
  return made;
}
