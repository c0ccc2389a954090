/** Times as officers read them: UTC always, as date-time group (ACP 121), with the age beside it. */

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;
const two = (n: number): string => String(n).padStart(2, '0');

/** `221733Z NOV 26`. */
export function dateTimeGroup(at: string | number): string {
  const d = new Date(at);
  return `${two(d.getUTCDate())}${two(d.getUTCHours())}${two(d.getUTCMinutes())}Z ${months[d.getUTCMonth()]} ${two(d.getUTCFullYear() % 100)}`;
}

/** `17:33:05Z`. */
export function clock(at: string | number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`;
}

/** `2026-11-22 17:33:05Z`, for titles and exports. */
export function fullUtc(at: string | number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** `2026-11-22 17:33`, as it is typed into forms. */
export function typedUtc(at: string | number | null | undefined): string {
  return at === null || at === undefined ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

const typed = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):?(\d{2})\s*Z?$/i;
const group = /^(\d{2})(\d{2})(\d{2})Z\s*([A-Z]{3})\s*(\d{2}|\d{4})$/i;

/** Reads `2026-11-22 17:33` or `221733Z NOV 26`, both as UTC; null for what is neither or names no such day. */
export function readUtc(input: string): string | null {
  const text = input.trim();
  let parts: [number, number, number, number, number] | null = null;
  const a = typed.exec(text);
  const b = group.exec(text);
  if (a !== null) parts = [Number(a[1]), Number(a[2]) - 1, Number(a[3]), Number(a[4]), Number(a[5])];
  else if (b !== null) parts = [Number(b[5]) % 100 + 2000, months.indexOf((b[4] ?? '').toUpperCase() as 'JAN'), Number(b[1]), Number(b[2]), Number(b[3])];
  if (parts === null) return null;
  const [year, month, day, hour, minute] = parts;
  const at = new Date(Date.UTC(year, month, day, hour, minute));
  const same = at.getUTCFullYear() === year && at.getUTCMonth() === month && at.getUTCDate() === day && at.getUTCHours() === hour && at.getUTCMinutes() === minute;
  return same ? at.toISOString() : null;
}

/** `17:33 Sun` in a time zone, for the local times beside UTC; null for a zone this computer does not know. */
export function inZone(at: string | number, zone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(at));
  } catch {
    return null;
  }
}

export type Age = { count: number; rest: number; unit: 's' | 'min' | 'h' | 'd' };

/** How long ago, in the largest unit that still tells something: 59 s, 59 min, 47 h 12, then days. Never negative. */
export function ageOf(milliseconds: number): Age {
  const s = Math.max(0, Math.floor(milliseconds / 1000));
  if (s < 60) return { count: s, rest: 0, unit: 's' };
  const min = Math.floor(s / 60);
  if (min < 60) return { count: min, rest: 0, unit: 'min' };
  const h = Math.floor(min / 60);
  if (h < 48) return { count: h, rest: min % 60, unit: 'h' };
  return { count: Math.floor(h / 24), rest: 0, unit: 'd' };
}

export function ageText(milliseconds: number): string {
  const { count, rest, unit } = ageOf(milliseconds);
  return unit === 'h' && rest > 0 ? `${count} h ${two(rest)}` : `${count} ${unit}`;
}
