import {
  arrivedAt,
  circleRing,
  corridorRing,
  courseOf,
  encloses,
  nearestTo,
  unwrapped,
  wrapped,
  type Position,
} from './geodesy';

/** What is drawn: as it is entered, not as it is sent. Lengths are metres. */
export type Shape =
  | { kind: 'point'; at: Position }
  | { kind: 'circle'; centre: Position; radius: number }
  | { kind: 'polygon'; corners: readonly Position[] }
  | { kind: 'corridor'; line: readonly Position[]; width: number }
  | { kind: 'box'; west: number; south: number; east: number; north: number };
export type Tool = Shape['kind'];

/** Width of a corridor before anybody says another, in metres. */
export const usualWidth = 2_000;
/** Fewest corners of each. */
const fewest: Record<Tool, number> = { point: 1, circle: 2, polygon: 3, corridor: 2, box: 2 };

/** A position as it is kept of a drawing: to 0.00001°, a metre, and within ±180°. */
export const kept = ([longitude, latitude]: Position): [number, number] => [
  Math.round(wrapped(longitude) * 1e5) / 1e5,
  Math.round(Math.max(-90, Math.min(90, latitude)) * 1e5) / 1e5,
];

/** The closed ring around a shape, its longitudes running on; null for a point, which has none. */
export function ringOf(shape: Shape): [number, number][] | null {
  switch (shape.kind) {
    case 'point':
      return null;
    case 'circle':
      return circleRing(shape.centre, shape.radius);
    case 'polygon': {
      const first = shape.corners[0];
      return first === undefined ? [] : unwrapped([...shape.corners, first]);
    }
    case 'corridor':
      return corridorRing(shape.line, shape.width);
    case 'box': {
      const east = shape.east < shape.west ? shape.east + 360 : shape.east;
      return [
        [shape.west, shape.south],
        [east, shape.south],
        [east, shape.north],
        [shape.west, shape.north],
        [shape.west, shape.south],
      ];
    }
  }
}

/** The points that a shape is held by, in order; of a circle its centre and the rim due east of it. */
export function handlesOf(shape: Shape): Position[] {
  switch (shape.kind) {
    case 'point':
      return [shape.at];
    case 'circle':
      return [shape.centre, arrivedAt(shape.centre, 90, shape.radius)];
    case 'polygon':
      return unwrapped(shape.corners);
    case 'corridor':
      return unwrapped(shape.line);
    case 'box':
      return (ringOf(shape) ?? []).slice(0, 4);
  }
}

/** Where a new corner can be put in: between which handles, and where that is. */
export function middlesOf(shape: Shape): { after: number; at: Position }[] {
  if (shape.kind !== 'polygon' && shape.kind !== 'corridor') return [];
  const handles = handlesOf(shape);
  const legs = shape.kind === 'polygon' && handles.length > 2 ? handles.length : handles.length - 1;
  return Array.from({ length: Math.max(0, legs) }, (_, i) => {
    const from = handles[i] ?? [0, 0];
    const to = handles[(i + 1) % handles.length] ?? [0, 0];
    return { after: i, at: [(from[0] + nearestTo(from[0], to[0])) / 2, (from[1] + to[1]) / 2] as const };
  });
}

const replaced = (list: readonly Position[], i: number, at: Position): Position[] =>
  list.map((one, k) => (k === i ? at : one));

/** The shape with one of its handles elsewhere. */
export function withHandle(shape: Shape, i: number, to: Position): Shape {
  const at = kept(to);
  switch (shape.kind) {
    case 'point':
      return { ...shape, at };
    case 'circle':
      return i === 0
        ? { ...shape, centre: at }
        : { ...shape, radius: Math.max(1, Math.round(courseOf(shape.centre, to).metres)) };
    case 'polygon':
      return { ...shape, corners: replaced(shape.corners, i, at) };
    case 'corridor':
      return { ...shape, line: replaced(shape.line, i, at) };
    case 'box': {
      const opposite = handlesOf(shape)[(i + 2) % 4] ?? to;
      return boxOf(opposite, to);
    }
  }
}

/** The box with these two corners, whichever they are; it goes the shorter way round the world. */
export function boxOf(a: Position, b: Position): Shape {
  const beside = nearestTo(a[0], b[0]);
  const [[west, south], [east, north]] = [
    kept([Math.min(a[0], beside), Math.min(a[1], b[1])]),
    kept([Math.max(a[0], beside), Math.max(a[1], b[1])]),
  ];
  return { kind: 'box', west, south, east, north };
}

/** The shape with another corner after the one of this number. */
export function withCorner(shape: Shape, after: number, at: Position): Shape {
  const into = (list: readonly Position[]): Position[] => [
    ...list.slice(0, after + 1),
    kept(at),
    ...list.slice(after + 1),
  ];
  if (shape.kind === 'polygon') return { ...shape, corners: into(shape.corners) };
  return shape.kind === 'corridor' ? { ...shape, line: into(shape.line) } : shape;
}

/** The shape without a corner; the same where it would then be none. */
export function withoutCorner(shape: Shape, i: number): Shape {
  const left = (list: readonly Position[]): Position[] => list.filter((_, k) => k !== i);
  if (shape.kind === 'polygon' && shape.corners.length > fewest.polygon)
    return { ...shape, corners: left(shape.corners) };
  return shape.kind === 'corridor' && shape.line.length > fewest.corridor
    ? { ...shape, line: left(shape.line) }
    : shape;
}

/** The shape moved so that what was at one place is at the other: every corner by as many degrees. */
export function moved(shape: Shape, from: Position, to: Position): Shape {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const by = ([x, y]: Position): [number, number] => kept([x + dx, y + dy]);
  switch (shape.kind) {
    case 'point':
      return { ...shape, at: by(shape.at) };
    case 'circle':
      return { ...shape, centre: by(shape.centre) };
    case 'polygon':
      return { ...shape, corners: shape.corners.map(by) };
    case 'corridor':
      return { ...shape, line: shape.line.map(by) };
    case 'box':
      return boxOf(by([shape.west, shape.south]), by([nearestTo(shape.west, shape.east), shape.north]));
  }
}

/** The shape that these pressed points make with a tool; null while there are too few. */
export function shapeOf(tool: Tool, points: readonly Position[], width = usualWidth): Shape | null {
  const all = points.map(kept);
  const [first, second] = all;
  if (first === undefined || all.length < fewest[tool]) return null;
  switch (tool) {
    case 'point':
      return { kind: 'point', at: first };
    case 'circle': {
      const radius = Math.round(courseOf(first, second ?? first).metres);
      return radius < 1 ? null : { kind: 'circle', centre: first, radius };
    }
    case 'polygon':
      return { kind: 'polygon', corners: all };
    case 'corridor':
      return { kind: 'corridor', line: all, width };
    case 'box':
      return second === undefined || first[0] === second[0] || first[1] === second[1] ? null : boxOf(first, second);
  }
}

/** A tool that is finished by as many presses; null for one that goes on until it is ended. */
export const pressesOf = (tool: Tool): number | null =>
  tool === 'point' ? 1 : tool === 'circle' || tool === 'box' ? 2 : null;

/** True where the place lies in the shape; a point holds nothing. */
export const holds = (shape: Shape, at: Position): boolean => {
  const ring = ringOf(shape);
  return ring !== null && encloses(ring, at);
};

/** Which of some points on the screen is meant by a press there: the nearest within reach, the first of those as near. */
export function hitOf(
  points: readonly (readonly [x: number, y: number])[],
  at: readonly [number, number],
  reach: number,
): number | null {
  let found: number | null = null;
  let least = reach;
  for (const [i, point] of points.entries()) {
    const far = Math.hypot(point[0] - at[0], point[1] - at[1]);
    if (far < least || (found === null && far <= reach)) [found, least] = [i, far];
  }
  return found;
}

/** What was, what is, and what was undone. */
export type History<T> = { past: readonly T[]; now: T; future: readonly T[] };
/** Steps that can be undone. */
const mostSteps = 200;
export const historyOf = <T>(now: T): History<T> => ({ past: [], now, future: [] });
export const done = <T>({ past, now }: History<T>, next: T): History<T> => ({
  past: [...past, now].slice(-mostSteps),
  now: next,
  future: [],
});
export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  return history.past.length === 0
    ? history
    : { past: history.past.slice(0, -1), now: before as T, future: [history.now, ...history.future] };
}
export function redone<T>(history: History<T>): History<T> {
  const [next] = history.future;
  return history.future.length === 0
    ? history
    : { past: [...history.past, history.now], now: next as T, future: history.future.slice(1) };
}
