/** Metres of a unit that a height is named in, by its usual spellings in lower case. A flight level is hundreds of feet. */
const metresIn: ReadonlyMap<string, number> = new Map([
  ...['m', 'metre', 'metres', 'meter', 'meters'].map((unit) => [unit, 1] as const),
  ...['km', 'kilometre', 'kilometres', 'kilometer', 'kilometers'].map((unit) => [unit, 1_000] as const),
  ...['ft', 'feet', 'foot'].map((unit) => [unit, 0.3048] as const),
  ...['fl', 'flight level'].map((unit) => [unit, 30.48] as const),
  ...['nm', 'nmi', 'nautical mile', 'nautical miles'].map((unit) => [unit, 1_852] as const),
]);

/** A height in metres; null where no unit of length is named with it: which height that is, nobody knows. */
export function metresOf(number: number | null, unit: string | null): number | null {
  const factor = metresIn.get(unit?.trim().toLowerCase() ?? '');
  return number === null || factor === undefined ? null : number * factor;
}
