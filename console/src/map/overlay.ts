import type { Feature, FeatureCollection, Geometry, Polygon, Position } from 'geojson';
import { membersOf } from '../look/body';
import type { Key } from '../messages';
import { rightWay } from '../world/winding';

/** An officer's own lines of contact: only what is drawn of them. */
export type Overlay = { name: string; data: FeatureCollection<Geometry> };
export type ReadOverlay = { data: FeatureCollection<Geometry> } | { problem: Key; where: string };

/** Largest file of lines of contact, in characters: it is kept in this browser. */
export const largestOverlay = 1_500_000;
/** How deep collections may hold collections. */
const deepest = 8;

/** What is wrong with a file, and where in it. */
class Unfit extends Error {
  constructor(
    readonly problem: Key,
    readonly where: string,
  ) {
    super(problem);
  }
}

/**
 * Reads GeoJSON (RFC 7946) as it is found: a feature collection, a feature or a geometry. Features without a place are
 * passed over; anything that cannot be drawn as its
 * author meant it refuses the whole file, since half a line of contact is a wrong one.
 */
export function readOverlay(text: string): ReadOverlay {
  if (text.length > largestOverlay) return { problem: 'overlay.too-large', where: '' };
  try {
    return overlayOf(JSON.parse(text.replace(/^\uFEFF/, '')) as unknown);
  } catch {
    return { problem: 'overlay.no-json', where: '' };
  }
}

/** The same of what was read already: from a file, or from what this browser kept. */
export function overlayOf(value: unknown): ReadOverlay {
  try {
    const features = geometriesOf(value, '', 0).map((geometry): Feature => ({
      type: 'Feature',
      properties: {},
      geometry,
    }));
    return features.length === 0
      ? { problem: 'overlay.nothing', where: '' }
      : { data: { type: 'FeatureCollection', features } };
  } catch (e) {
    if (e instanceof Unfit) return { problem: e.problem, where: e.where };
    throw e;
  }
}

function geometriesOf(value: unknown, where: string, depth: number): Geometry[] {
  const object = membersOf(value);
  if (object === null || depth > deepest) throw new Unfit('overlay.no-geojson', where);
  const coordinates = object['coordinates'];
  switch (object['type']) {
    case 'FeatureCollection':
      return each(object['features'], `${where}features`, (one, at) => geometriesOf(one, `${at}.`, depth + 1)).flat();
    case 'Feature':
      return object['geometry'] === null || object['geometry'] === undefined
        ? []
        : geometriesOf(object['geometry'], `${where}geometry.`, depth + 1);
    case 'GeometryCollection':
      return each(object['geometries'], `${where}geometries`, (one, at) =>
        geometriesOf(one, `${at}.`, depth + 1),
      ).flat();
    case 'Point':
      return empty(coordinates) ? [] : [{ type: 'Point', coordinates: position(coordinates, `${where}coordinates`) }];
    case 'MultiPoint':
      return whole(coordinates, where, (list) => ({
        type: 'MultiPoint',
        coordinates: each(list, `${where}coordinates`, position),
      }));
    case 'LineString':
      return whole(coordinates, where, (list) => ({
        type: 'LineString',
        coordinates: line(list, `${where}coordinates`),
      }));
    case 'MultiLineString':
      return whole(coordinates, where, (list) => ({
        type: 'MultiLineString',
        coordinates: each(list, `${where}coordinates`, line),
      }));
    case 'Polygon':
      return whole(coordinates, where, (list) => ({
        type: 'Polygon',
        coordinates: polygon(list, `${where}coordinates`),
      }));
    case 'MultiPolygon':
      return whole(coordinates, where, (list) => ({
        type: 'MultiPolygon',
        coordinates: each(list, `${where}coordinates`, polygon),
      }));
    default:
      throw new Unfit('overlay.no-geojson', `${where}type`);
  }
}

/** Empty coordinates stand for no place (RFC 7946 §3.1). */
const empty = (coordinates: unknown): boolean => Array.isArray(coordinates) && coordinates.length === 0;
const whole = (coordinates: unknown, where: string, make: (list: unknown) => Geometry): Geometry[] => {
  if (!Array.isArray(coordinates)) throw new Unfit('overlay.no-list', `${where}coordinates`);
  return empty(coordinates) ? [] : [make(coordinates)];
};

function each<T>(list: unknown, where: string, read: (one: unknown, at: string) => T): T[] {
  if (!Array.isArray(list)) throw new Unfit('overlay.no-list', where);
  return list.map((one: unknown, i) => read(one, `${where}[${i}]`));
}

function position(value: unknown, where: string): Position {
  if (!Array.isArray(value) || value.length < 2 || !value.slice(0, 2).every(Number.isFinite))
    throw new Unfit('overlay.no-position', where);
  const [longitude, latitude] = value as [number, number];
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) throw new Unfit('overlay.off-the-world', where);
  return [longitude, latitude];
}

function line(list: unknown, where: string): Position[] {
  const positions = each(list, where, position);
  if (positions.length < 2) throw new Unfit('overlay.short', where);
  return positions;
}

function polygon(list: unknown, where: string): Position[][] {
  const rings = each(list, where, (ring, at) => {
    const positions = each(ring, at, position);
    const [first, last] = [positions[0], positions.at(-1)];
    if (positions.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
      throw new Unfit('overlay.no-ring', at);
    return positions;
  });
  if (rings.length === 0) throw new Unfit('overlay.no-ring', where);
  return rightWay({ type: 'Polygon', coordinates: rings } satisfies Polygon);
}
