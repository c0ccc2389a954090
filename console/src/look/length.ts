import { measured } from '../messages';

/** A length for people: `850 m`, `4.1 km`, `220 km`. */
export function lengthText(metres: number): string {
  if (metres < 1_000) return measured(Math.round(metres), 'm');
  const km = metres / 1_000;
  return measured(km < 100 ? km.toFixed(1) : Math.round(km), 'km');
}
