/** Longitude and latitude (GeoJSON order) as `57.310° N 19.420° E`. */
export function positionText(longitude: number, latitude: number): string {
  return `${Math.abs(latitude).toFixed(3)}° ${latitude < 0 ? 'S' : 'N'} ${Math.abs(longitude).toFixed(3)}° ${longitude < 0 ? 'W' : 'E'}`;
}

/** The same to the last digit, as it is typed into forms: what is read back from it is the very place. */
export function typedPosition(longitude: number, latitude: number): string {
  return `${plainDigits(Math.abs(latitude))} ${latitude < 0 || Object.is(latitude, -0) ? 'S' : 'N'} ${plainDigits(Math.abs(longitude))} ${longitude < 0 || Object.is(longitude, -0) ? 'W' : 'E'}`;
}

/** A number as it is typed into forms: read back it is the very number. Three decimals get a zero, since 1.500 could be read two ways. */
export const typedNumber = (value: number): string =>
  plainDigits(value).replace(/^(-?[1-9]\d{0,2}\.\d{3})$/, (_, number: string) => `${number}0`);

/** A number without an exponent: 1e-7 is 0.0000001. */
function plainDigits(value: number): string {
  const text = String(value);
  if (!text.includes('e-')) return text;
  const [digits = '', exponent = ''] = text.split('e-');
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${digits.replace(/[-.]/g, '')}`;
}
