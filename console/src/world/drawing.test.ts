import { expect, test } from 'vitest';
import {
  boxOf,
  done,
  handlesOf,
  historyOf,
  hitOf,
  holds,
  kept,
  middlesOf,
  moved,
  redone,
  ringOf,
  shapeOf,
  undone,
  withCorner,
  withHandle,
  withoutCorner,
  type Shape,
} from './drawing';
import { courseOf } from './geodesy';

const triangle: Shape = {
  kind: 'polygon',
  corners: [
    [179.5, 10],
    [-179.5, 10],
    [180, 11],
  ],
};

test('corners are moved, put in and taken out, and a polygon keeps three', () => {
  const four = withCorner(triangle, 0, [-180, 9.5]);
  expect(four).toMatchObject({
    corners: [
      [179.5, 10],
      [-180, 9.5],
      [-179.5, 10],
      [180, 11],
    ],
  });
  expect(withoutCorner(four, 1)).toEqual(triangle);
  expect(withoutCorner(triangle, 1)).toEqual(triangle);
  expect(withHandle(triangle, 2, [180.25, 11.5])).toMatchObject({
    corners: [
      [179.5, 10],
      [-179.5, 10],
      [-179.75, 11.5],
    ],
  });
  const corridor: Shape = {
    kind: 'corridor',
    line: [
      [20, 50],
      [21, 50],
    ],
    width: 500,
  };
  expect(withoutCorner(corridor, 0)).toEqual(corridor);
});

test('a polygon over the antimeridian is one ring, with its middles on its legs', () => {
  const xs = (ringOf(triangle) ?? []).map(([x]) => x);
  expect(Math.max(...xs) - Math.min(...xs)).toBeCloseTo(1);
  expect(middlesOf(triangle).map(({ at }) => at[0])).toEqual([180, 180.25, 179.75]);
  expect(holds(triangle, [-179.9, 10.3])).toBe(true);
  expect(holds(triangle, [0, 10.3])).toBe(false);
});

test('a circle is held by its centre and its rim', () => {
  const circle = shapeOf('circle', [
    [19.42, 57.31],
    [19.6, 57.31],
  ]);
  if (circle?.kind !== 'circle') throw new Error('no circle');
  const [, rim] = handlesOf(circle);
  expect(courseOf(circle.centre, rim ?? [0, 0]).metres).toBeCloseTo(circle.radius, 3);
  const wider = withHandle(circle, 1, [19.42, 57.5]);
  expect(wider.kind === 'circle' && wider.radius).toBe(Math.round(courseOf([19.42, 57.31], [19.42, 57.5]).metres));
  expect(withHandle(circle, 0, [20, 58])).toMatchObject({ centre: [20, 58], radius: circle.radius });
});

test('a box goes the shorter way round, from whichever corner it is pulled', () => {
  const box = boxOf([-179, 10], [179, 12]);
  expect(box).toEqual({ kind: 'box', west: 179, south: 10, east: -179, north: 12 });
  expect(withHandle(box, 0, [178, 9])).toEqual({ kind: 'box', west: 178, south: 9, east: -179, north: 12 });
  expect(holds(box, [180, 11])).toBe(true);
});

test('too few presses make no shape', () => {
  expect(
    shapeOf('polygon', [
      [1, 1],
      [2, 2],
    ]),
  ).toBeNull();
  expect(
    shapeOf('circle', [
      [1, 1],
      [1, 1],
    ]),
  ).toBeNull();
  expect(shapeOf('point', [[181, 91]])).toEqual({ kind: 'point', at: [-179, 90] });
});

test('a shape is moved whole, by as many degrees', () => {
  expect(moved(triangle, [179.5, 10], [179, 9])).toMatchObject({
    corners: [
      [179, 9],
      [-180, 9],
      [179.5, 10],
    ],
  });
  expect(kept([180.000004, 1])).toEqual([-180, 1]);
});

test('a press means the nearest point within reach', () => {
  const points = [
    [0, 0],
    [10, 0],
    [10, 1],
  ] as const;
  expect(hitOf(points, [9, 0.8], 12)).toBe(2);
  expect(hitOf(points, [5, 0], 5)).toBe(0);
  expect(hitOf(points, [40, 0], 12)).toBeNull();
});

test('steps are undone and done again, and a new one forgets what was undone', () => {
  let history = historyOf(0);
  for (const step of [1, 2, 3]) history = done(history, step);
  history = undone(undone(history));
  expect(history.now).toBe(1);
  expect(redone(history).now).toBe(2);
  history = done(history, 9);
  expect(redone(history)).toBe(history);
  expect([undone(history).now, undone(undone(history)).now, undone(undone(undone(history))).now]).toEqual([1, 0, 0]);
});
