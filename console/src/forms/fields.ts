import { readUtc } from '../look/time';

/** What stands in a form's coded fields, and what is wrong with it; a form can be saved with errors in it and mended later (P7). */

/** Reads `57.31 19.42`, `57.31 N 19.42 E` or `57°18'36"N 19°25'12"E`: latitude first, as officers say it. Gives GeoJSON order. */
export function readPosition(input: string): [number, number] | null {
  const cleaned = input.trim().toUpperCase().replaceAll(',', ' ').replaceAll('′', "'").replaceAll('″', '"');
  const part = String.raw`([NSEW])?\s*([+-]?\d+(?:\.\d+)?)\s*°?\s*(?:(\d+(?:\.\d+)?)\s*'\s*)?(?:(\d+(?:\.\d+)?)\s*"\s*)?([NSEW])?`;
  const match = new RegExp(`^${part}\\s+${part}$`).exec(cleaned) ?? new RegExp(`^${part}\\s*${part}$`).exec(/[NS]\s*\d|[NS]\s+\d/.test(cleaned) ? cleaned : '');
  if (match === null) return null;
  const value = (from: number): number => {
    const degrees = Number(match[from + 1]);
    const size = Math.abs(degrees) + Number(match[from + 2] ?? 0) / 60 + Number(match[from + 3] ?? 0) / 3600;
    const letter = match[from] ?? match[from + 4] ?? '';
    return letter === 'S' || letter === 'W' ? -size : degrees < 0 ? -size : size;
  };
  const letters = [match[1] ?? match[5] ?? '', match[6] ?? match[10] ?? ''];
  const swapped = 'EW'.includes(letters[0] ?? '') && letters[0] !== '';
  const [latitude, longitude] = swapped ? [value(6), value(1)] : [value(1), value(6)];
  if (!swapped && letters[1] !== '' && 'NS'.includes(letters[1] ?? '')) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : null;
}

export function readNumber(input: string): number | null {
  const text = input.trim().replace(',', '.');
  return text === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}

export type Coded = { name: string; number?: number; unit?: string; time?: string; position?: [number, number] };

/** One typed field as the coded value it stands for; null while it cannot be read. */
export function codedOf(field: { name: string; type: 'number' | 'time' | 'position'; unit?: string }, input: string): Coded | null {
  switch (field.type) {
    case 'number': {
      const number = readNumber(input);
      return number === null ? null : { name: field.name, number, ...(field.unit === undefined ? {} : { unit: field.unit }) };
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
