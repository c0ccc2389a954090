import { geoArea } from 'd3-geo';
import { expect, test } from 'vitest';
import { overlayOf, readOverlay } from './overlay';
import { middleOf, turned, type Planned, type PlanFeature } from '../world/plans';

const feature = (geometry: unknown) => ({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties: {}, geometry }],
});
const ring = [
  [24.1, 56.95],
  [24.3, 56.95],
  [24.3, 57.05],
  [24.1, 57.05],
  [24.1, 56.95],
];
const read = (value: unknown) => readOverlay(JSON.stringify(value));

test.each([
  ['a feature of null', { type: 'FeatureCollection', features: [null] }],
  ['coordinates of null', feature({ type: 'Polygon', coordinates: null })],
  ['an empty ring', feature({ type: 'Polygon', coordinates: [[]] })],
  ['a position of null', feature({ type: 'LineString', coordinates: [null, [24, 57]] })],
  [
    'positions in words',
    feature({
      type: 'LineString',
      coordinates: [
        ['24.1', '57'],
        ['25', '57'],
      ],
    }),
  ],
  ['a ring that is open', feature({ type: 'Polygon', coordinates: [ring.slice(0, 4)] })],
  ['a line of one place', feature({ type: 'LineString', coordinates: [[24, 57]] })],
  ['a latitude over 90', feature({ type: 'Point', coordinates: [57, 124.1] })],
  ['a hole that is none', feature({ type: 'Polygon', coordinates: [ring, []] })],
  ['no type', {}],
  ['a list', []],
  ['a word', 'here'],
  ['null', null],
  ['another type', feature({ type: 'Circle', coordinates: [1, 2] })],
  ['no features', { type: 'FeatureCollection', features: 3 }],
  ['nothing to draw', feature({ type: 'MultiPolygon', coordinates: [] })],
  ['an empty polygon', feature({ type: 'Polygon', coordinates: [] })],
  ['nothing but a feature without a place', feature(null)],
])('a file with %s is refused in words', (_, value) => {
  expect(read(value)).toHaveProperty('problem');
});

test('a file that is no JSON, or too large to keep, is refused', () => {
  expect(readOverlay('{"type":')).toMatchObject({ problem: 'overlay.no-json' });
  expect(readOverlay(' '.repeat(1_500_001))).toMatchObject({ problem: 'overlay.too-large' });
});

test('what is wrong is named with its place in the file', () => {
  expect(read(feature({ type: 'LineString', coordinates: [[24, 57], null] }))).toEqual({
    problem: 'overlay.no-position',
    where: 'features[0].geometry.coordinates[1]',
  });
});

test('collections, single features, bare geometries and features without a place are read', () => {
  const line = {
    type: 'LineString',
    coordinates: [
      [24.1, 56.95],
      [24.3, 56.95],
      [24.3, 57.05],
    ],
  };
  const count = (value: unknown): number => {
    const found = read(value);
    return 'data' in found ? found.data.features.length : -1;
  };
  expect(count(feature(line))).toBe(1);
  expect(count({ type: 'Feature', properties: {}, geometry: line })).toBe(1);
  expect(count(line)).toBe(1);
  expect(
    count(feature({ type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [24, 57] }, line] })),
  ).toBe(2);
  expect(
    count({
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', properties: null, geometry: null },
        { type: 'Feature', properties: {}, geometry: line },
      ],
    }),
  ).toBe(1);
  expect(count(feature({ type: 'MultiPolygon', coordinates: [[ring]] }))).toBe(1);
  expect(count(feature({ type: 'Polygon', coordinates: [ring.map(([x, y]) => [x, y, 12])] }))).toBe(1);
});

test('a polygon shades its inside, whichever way its ring goes, and its hole is left out', () => {
  const areaOf = (coordinates: unknown): number => {
    const found = read(feature({ type: 'Polygon', coordinates }));
    return 'data' in found ? geoArea(found.data) : Number.NaN;
  };
  const small = areaOf([ring]);
  expect(small).toBeLessThan(1e-5);
  expect(areaOf([[...ring].reverse()])).toBeCloseTo(small, 12);
  const hole = [
    [24.15, 56.97],
    [24.25, 56.97],
    [24.25, 57.03],
    [24.15, 57.03],
    [24.15, 56.97],
  ];
  for (const one of [hole, [...hole].reverse()]) expect(areaOf([ring, one])).toBeLessThan(small * 0.75);
});

test('whatever was kept is read or refused, and never throws', () => {
  for (const kept of [
    null,
    1,
    'x',
    [],
    { name: 1 },
    { features: [] },
    {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', geometry: { type: 'GeometryCollection', geometries: [{}] } }],
    },
  ])
    expect(() => overlayOf(kept)).not.toThrow();
  let deep: unknown = { type: 'Point', coordinates: [1, 2] };
  for (let i = 0; i < 5000; i++) deep = { type: 'GeometryCollection', geometries: [deep] };
  expect(overlayOf(deep)).toHaveProperty('problem');
});

const plan = (coordinates: number[][]): Planned =>
  ({
    key: 'k',
    features: [
      turned({
        type: 'Feature',
        id: 'v',
        properties: {},
        geometry: { type: 'Polygon', coordinates: [coordinates] },
      } as unknown as PlanFeature),
    ],
  }) as unknown as Planned;

test('the middle of an area over a pole is the pole, and of one over the date line is within it', () => {
  const around = [0, 60, 120, 180, -120, -60, 0].map((longitude) => [longitude, 80]);
  for (const one of [around, [...around].reverse()]) expect(middleOf(plan(one))).toEqual([0, 90]);
  expect(middleOf(plan(around.map(([x = 0]) => [x, -80])))).toEqual([0, -90]);
  const [longitude = 0, latitude = 0] =
    middleOf(
      plan([
        [179, 10],
        [-179, 10],
        [-179, 12],
        [179, 12],
        [179, 10],
      ]),
    ) ?? [];
  expect(Math.abs(longitude)).toBeCloseTo(180, 6);
  expect(latitude).toBeCloseTo(11, 1);
  expect(
    middleOf(
      plan([
        [24, 56],
        [26, 56],
        [26, 58],
        [24, 58],
        [24, 56],
      ]),
    )?.map((n) => Math.round(n)),
  ).toEqual([25, 57]);
});
