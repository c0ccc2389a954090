import { expect, test } from 'vitest';
import {
  areaOf,
  arrivedAt,
  circleRing,
  corridorRing,
  courseOf,
  encloses,
  geodesic,
  unwrapped,
  wrapped,
  type Position,
} from './geodesy';

test('a course between known places is that of the tables', () => {
  // Flinders Peak to Buninyong (Geoscience Australia): 54,972.271 m, 306°52′05.37″.
  const { metres, bearing } = courseOf([144.4248678889, -37.9510334167], [143.9264955278, -37.6528211389]);
  expect(metres).toBeCloseTo(54_972.271, 2);
  expect(bearing).toBeCloseTo(306 + 52 / 60 + 5.37 / 3600, 4);
});

test('what a course says leads there, over the antimeridian too', () => {
  const pairs: [Position, Position][] = [
    [
      [36.25, 49.98],
      [36.58, 50.6],
    ],
    [
      [179.5, -16.8],
      [-179.6, -17.2],
    ],
    [
      [-179.9, 71],
      [178, 70.2],
    ],
  ];
  for (const [from, to] of pairs) {
    const { metres, bearing } = courseOf(from, to);
    const arrived = arrivedAt(from, bearing, metres);
    expect(wrapped(arrived[0])).toBeCloseTo(to[0], 7);
    expect(arrived[1]).toBeCloseTo(to[1], 7);
  }
  expect(courseOf([179.5, 0], [-179.5, 0]).metres).toBeLessThan(112_000);
  expect(courseOf([0, 0], [180, 0.1]).metres).toBeGreaterThan(19_900_000);
});

test('a line over the antimeridian runs on, and every step of it goes the shorter way', () => {
  expect(
    unwrapped([
      [179, 1],
      [-179, 2],
      [178, 3],
    ]),
  ).toEqual([
    [179, 1],
    [181, 2],
    [178, 3],
  ]);
  expect([wrapped(181), wrapped(-181), wrapped(540), wrapped(180), wrapped(-180)]).toEqual([
    -179, 179, -180, 180, -180,
  ]);
  const line = geodesic([170, 50], [-170, 50]);
  expect(line.at(-1)?.[0]).toBeCloseTo(190, 6);
  expect(Math.max(...line.map(([, y]) => y))).toBeGreaterThan(50.3); // bends toward the pole
});

test('a circle over the antimeridian is one ring around its centre, and all of it as far away', () => {
  const ring = circleRing([179.9, -17], 30_000);
  const xs = ring.map(([x]) => x);
  expect(Math.max(...xs)).toBeGreaterThan(180);
  expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(1);
  for (const at of ring) expect(courseOf([179.9, -17], at).metres).toBeCloseTo(30_000, 3);
  expect(encloses(ring, [-179.95, -17])).toBe(true);
  expect(encloses(ring, [-179.5, -17])).toBe(false);
  expect(areaOf(ring) / (Math.PI * 30_000 ** 2)).toBeCloseTo(1, 2);
});

test('a corridor holds what is within half its width of its line, and nothing farther', () => {
  const line: Position[] = [
    [179.2, 50],
    [179.8, 50.2],
    [-179.7, 50.1],
  ];
  const ring = corridorRing(line, 4_000);
  for (const [i, to] of line.slice(1).entries()) {
    const from = line[i] ?? to;
    const { metres, bearing } = courseOf(from, to);
    for (const share of [0.1, 0.35, 0.5, 0.8]) {
      const at = arrivedAt(from, bearing, metres * share);
      for (const side of [-90, 90]) {
        expect(encloses(ring, arrivedAt(at, bearing + side, 1_900))).toBe(true);
        expect(encloses(ring, arrivedAt(at, bearing + side, 2_150))).toBe(false);
      }
    }
  }
  // Round ends, and round the outside of the bend.
  expect(encloses(ring, arrivedAt(line[0] ?? [0, 0], 250, 1_850))).toBe(true);
  expect(encloses(ring, arrivedAt(line[0] ?? [0, 0], 250, 2_150))).toBe(false);
  expect(ring[0]).toEqual(ring.at(-1));
});

test('a corridor of one place is a circle, and one of none nothing', () => {
  expect(corridorRing([], 1_000)).toEqual([]);
  const ring = corridorRing(
    [
      [20, 50],
      [20, 50],
    ],
    1_000,
  );
  for (const at of ring) expect(courseOf([20, 50], at).metres).toBeCloseTo(500, 2);
});
