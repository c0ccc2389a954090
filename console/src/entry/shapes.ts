import { readNumber } from '../look/fields';
import { typedNumber, typedPosition } from '../look/position';
import { readAnyPosition } from '../world/coordinates';
import { type Shape } from '../world/drawing';
import type { Position } from '../world/geodesy';
import { shapeOf as kindOf } from './volumes';
import { rowsOf, type Values } from './fields';

/** Lines of typed positions; null where one of them cannot be read. */
function cornersOf(text: string): Position[] | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const read = lines.map(readAnyPosition);
  return read.every((at) => at !== null) ? read : null;
}

/** The shape that a typed volume has; null while it cannot be drawn. */
export function shapeOfVolume(values: Values, row: string): Shape | null {
  const typed = (name: string): string => (values[`${row}.${name}`] ?? '').trim();
  switch (kindOf(values, row)) {
    case 'circle': {
      const [centre, radius] = [readAnyPosition(typed('centre')), readNumber(typed('radius'))];
      return centre === null || radius === null || radius <= 0 ? null : { kind: 'circle', centre, radius };
    }
    case 'polygon': {
      const corners = cornersOf(typed('corners'));
      return corners === null || corners.length < 3 ? null : { kind: 'polygon', corners };
    }
    case 'corridor': {
      const [line, width] = [cornersOf(typed('line')), readNumber(typed('width'))];
      return line === null || line.length < 2 || width === null || width <= 0
        ? null
        : { kind: 'corridor', line, width };
    }
    case 'json':
      return null;
  }
}

/** What is typed for a shape, in the fields of its volume. */
export function valuesOfShape(row: string, shape: Shape): Values {
  const lines = (all: readonly Position[]): string => all.map((at) => typedPosition(at[0], at[1])).join('\n');
  switch (shape.kind) {
    case 'circle':
      return {
        [`${row}.shape`]: 'circle',
        [`${row}.centre`]: typedPosition(shape.centre[0], shape.centre[1]),
        [`${row}.radius`]: typedNumber(shape.radius),
      };
    case 'polygon':
      return { [`${row}.shape`]: 'polygon', [`${row}.corners`]: lines(shape.corners) };
    case 'corridor':
      return {
        [`${row}.shape`]: 'corridor',
        [`${row}.line`]: lines(shape.line),
        [`${row}.width`]: typedNumber(shape.width),
      };
    case 'box': {
      const { west, south, east, north } = shape;
      return valuesOfShape(row, {
        kind: 'polygon',
        corners: [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
        ],
      });
    }
    case 'point':
      return {};
  }
}

/** Where a new volume goes: into the first row that nothing is drawn in, else into another one. It begins with the heights and times of the row before it. */
export function withVolume(values: Values, at: string, shape: Shape): { change: Values; row: number } {
  const count = rowsOf(values, at);
  const isEmpty = (i: number): boolean =>
    ['centre', 'radius', 'corners', 'line', 'json'].every((name) => (values[`${at}.${i}.${name}`] ?? '').trim() === '');
  const free = Array.from({ length: count }, (_, i) => i).find(isEmpty);
  const row = free ?? count;
  const before: Values = {};
  if (free === undefined && count > 0)
    for (const name of ['lower', 'upper', 'reference', 'from', 'until']) {
      const typed = values[`${at}.${count - 1}.${name}`];
      if (typed !== undefined) before[`${at}.${row}.${name}`] = typed;
    }
  return {
    row,
    change: { ...before, ...valuesOfShape(`${at}.${row}`, shape), [`${at}#`]: String(Math.max(count, row + 1)) },
  };
}

/** All that is typed under a member, to come back to. */
export const partOf = (values: Values, at: string): Values =>
  Object.fromEntries(
    Object.entries(values).filter(([key]) => key === at || [...'.#@±'].some((mark) => key.startsWith(`${at}${mark}`))),
  );

/** The values with that member as it was. */
export function withPart(values: Values, at: string, part: Values): Values {
  const now = partOf(values, at);
  return { ...Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(now, key))), ...part };
}
