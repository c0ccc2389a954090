import { readUtc } from './time';

/** What stands in a form's coded fields, and what is wrong with it; a form can be saved with errors in it and mended later (P7). */

/** Why something that was typed is not read. */
export type Unreadable = 'unreadable' | 'two-ways';

/** Longest position that anybody types. */
const longest = 80;

const figure = String.raw`\d+(?:\.\d+)?`;
// One half of a position: degrees, minutes and seconds by their signs or by spaces, a hemisphere before or after.
const half = new RegExp(
  String.raw`^([NSEW])?\s*([+-])?(${figure})\s*(?:°|º|\s|$)\s*(?:(${figure})\s*(?:'|\s|$)\s*)?(?:(${figure})\s*(?:"|''|\s|$)?\s*)?([NSEW])?$`,
);

/** One half as degrees, with the axis that its letter names; null where it cannot be that. */
function readHalf(text: string): { degrees: number; axis: 'latitude' | 'longitude' | null } | null {
  const match = half.exec(text.trim().replace(/([NSEW])$/, ' $1'));
  if (match === null) return null;
  const [, before, sign, degrees = '', minutes, seconds, after] = match;
  // A letter says where it is; two of them, or a letter and a minus, could mean either.
  if ((before !== undefined && after !== undefined) || (sign !== undefined && (before ?? after) !== undefined))
    return null;
  // Only the last part has decimals, and minutes and seconds are below 60.
  if (
    (minutes !== undefined && degrees.includes('.')) ||
    (seconds !== undefined && minutes?.includes('.') === true) ||
    Number(minutes ?? 0) >= 60 ||
    Number(seconds ?? 0) >= 60
  )
    return null;
  const letter = before ?? after;
  const size = Number(degrees) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600;
  return {
    degrees: sign === '-' || letter === 'S' || letter === 'W' ? -size : size,
    axis: letter === undefined ? null : 'NS'.includes(letter) ? 'latitude' : 'longitude',
  };
}

/** Where the text could be cut into its two halves: at a comma that divides, after or before a letter, or in the middle of its numbers. */
function cuts(text: string): [string, string][] {
  const commas = text.split(/\s*[,;]\s*/);
  if (commas.length === 2) return [[commas[0] ?? '', commas[1] ?? '']];
  if (commas.length > 2) return [];
  const letters = [...text.matchAll(/[NSEW]/g)].map((match) => match.index);
  if (letters.length === 2) {
    const [first = 0, second = 0] = letters;
    // Both after their numbers, or both before them.
    if (first > 0 && second === text.length - 1) return [[text.slice(0, first + 1), text.slice(first + 1)]];
    return first === 0 && second < text.length - 1 ? [[text.slice(0, second), text.slice(second)]] : [];
  }
  if (letters.length !== 0) return [];
  const signs = [...text.matchAll(/[+-]/g)].map((match) => match.index);
  const degrees = [...text.matchAll(/[°º]/g)].map((match) => match.index);
  // Two numbers, or twice as many parts: more or fewer could be cut in more than one way.
  const parts = text.split(/\s+/);
  if (degrees.length === 2) {
    const second = /[+-]?\d+(?:\.\d+)?\s*$/.exec(text.slice(0, degrees[1]))?.index;
    return second === undefined ? [] : [[text.slice(0, second), text.slice(second)]];
  }
  if (parts.length === 2 || parts.length === 4 || parts.length === 6)
    return [[parts.slice(0, parts.length / 2).join(' '), parts.slice(parts.length / 2).join(' ')]];
  // `+57.31-19.42`; of `57.31-19.42` nobody knows whether that is a minus or a dash.
  return parts.length === 1 && signs.length === 2 && signs[0] === 0
    ? [[text.slice(0, signs[1]), text.slice(signs[1])]]
    : [];
}

/**
 * Reads `57.31 19.42`, `57.31 N 19.42 E`, `N57.31 E19.42`, `57°18'36"N 19°25'12"E` or `57 18.6 N 19 25.2 E`: latitude
 * first, unless letters say otherwise.
 * A decimal comma is read where only a point can be meant (`57,31 N 19,42 E`). Gives GeoJSON order; null for all that
 * could be another place.
 */
export function readPosition(input: string): [number, number] | null {
  const text = input
    .trim()
    .toUpperCase()
    .replaceAll('−', '-')
    .replace(/[′’‘´]/g, "'")
    .replace(/[″”“]/g, '"')
    .replace(/''/g, '"');
  if (text === '' || text.length > longest || /[^0-9NSEW°º'".,;+\-\s]/.test(text)) return null;
  // With letters or degree signs, a comma between digits without a space is a decimal one; without them it may divide
  // or not, unless points stand there too.
  const pointed = /\d\.\d/.test(text);
  const decimal = text.match(/\d,\d/g)?.length ?? 0;
  const marked = /[NSEW°º]/.test(text);
  if (decimal > 0 && !pointed && !marked) {
    // `57,31 19,42` has two decimal commas and a space; `57,31` divides two whole numbers, or is one with decimals: not
    // read.
    if (!/^[+-]?\d+,\d+\s+[+-]?\d+,\d+$/.test(text)) return null;
  }
  const cleaned = decimal > 0 && !pointed ? text.replace(/(\d),(?=\d)/g, '$1.') : text;
  for (const [a, b] of cuts(cleaned)) {
    const [first, second] = [readHalf(a), readHalf(b)];
    if (
      first === null ||
      second === null ||
      (first.axis === null) !== (second.axis === null) ||
      (first.axis !== null && first.axis === second.axis)
    )
      continue;
    const [latitude, longitude] =
      first.axis === 'longitude' ? [second.degrees, first.degrees] : [first.degrees, second.degrees];
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return [longitude, latitude];
  }
  return null;
}

/**
 * A number in plain digits, with a decimal point or comma. What can be read two ways is refused: `1,500` and `1.500`
 * are fifteen hundred to one officer and
 * one and a half to another. So is every other way to write a number (0x10, 1e3).
 */
export function numberProblem(input: string): Unreadable | null {
  const text = input.trim().replace('−', '-');
  if (/^[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(text)) return 'two-ways';
  return /^[+-]?\d{1,15}(?:[.,]\d{1,24})?$/.test(text) ? null : 'unreadable';
}

export function readNumber(input: string): number | null {
  return numberProblem(input) === null ? Number(input.trim().replace('−', '-').replace(',', '.')) : null;
}

/** A whole number that is not negative. */
export const readWhole = (input: string): number | null =>
  /^\d{1,9}$/.test(input.trim()) ? Number(input.trim()) : null;

export type Coded = { name: string; number?: number; unit?: string; time?: string; position?: [number, number] };

/** One typed field as the coded value it stands for; null while it cannot be read. */
export function codedOf(
  field: { name: string; type: 'number' | 'time' | 'position'; unit?: string },
  input: string,
): Coded | null {
  switch (field.type) {
    case 'number': {
      const number = readNumber(input);
      return number === null
        ? null
        : { name: field.name, number, ...(field.unit === undefined ? {} : { unit: field.unit }) };
    }
    case 'time': {
      const time = readUtc(input);
      return time === null ? null : { name: field.name, time };
    }
    case 'position': {
      const position = readPosition(input);
      return position === null ? null : { name: field.name, position };
    }
  }
}
