import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { paintedIn, projected, worldAt } from './base';
import type MultiPolygon from 'ol/geom/MultiPolygon';

/** The files where they lie, in the place of a station that serves them. */
vi.stubGlobal('fetch', (url: string) => {
  const path = url.replace(/^\/@fs/, '').replace(/\?.*$/, '');
  return Promise.resolve(new Response(readFileSync(existsSync(path) ? path : join(process.cwd(), path))));
});

const isLand = async (longitude: number, latitude: number, around: number): Promise<boolean> => {
  const world = await worldAt(false);
  const [x, y] = projected(longitude, latitude);
  const painted = paintedIn(world, [x - around, y - around, x + around, y + around], 100);
  const land = painted[0]?.getGeometry() as MultiPolygon;
  return land.intersectsCoordinate([x, y]);
};

test('land is land on both sides of the antimeridian and over it, and the sea between is sea', async () => {
  // Chukotka, which the date line cuts; the sea north and south of it; Taveuni and the sea west of Fiji.
  expect(await isLand(179, 67.5, 500_000)).toBe(true);
  expect(await isLand(181, 67.5, 500_000)).toBe(true);
  expect(await isLand(-179, 67.5, 500_000)).toBe(true);
  expect(await isLand(-179, 75, 500_000)).toBe(false);
  expect(await isLand(0, 67.5, 300_000)).toBe(false);
  expect(await isLand(170, -17, 300_000)).toBe(false);
});

test('Antarctica reaches to the edge of the map, and the middle of Eurasia is land however near one looks', async () => {
  expect(await isLand(20, -84, 500_000)).toBe(true);
  expect(await isLand(-150, -84, 500_000)).toBe(true);
  expect(await isLand(36.25, 49.98, 2_000)).toBe(true);
  expect(await isLand(396.25, 49.98, 2_000)).toBe(true);
});
