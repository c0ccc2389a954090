import { measured } from '../messages';

/** Times as officers read them: UTC always, as date-time group (ACP 121), with the age beside it. */

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;
const two = (n: number): string => String(n).padStart(2, '0');

/** Years from now within which a year is written with two digits; a farther one is written in full, and never taken for a near one. */
const nearYears = 50;

/** What stands where a time cannot be read: never an error, and never a wrong time. */
const noTime = '??????Z';

/** `221733Z NOV 26`; of a year that is far from now all digits. */
export function dateTimeGroup(at: string | number, now: number = Date.now()): string {
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return noTime;
  const year = d.getUTCFullYear();
  const near = year >= 2000 && year < 2100 && Math.abs(year - new Date(now).getUTCFullYear()) <= nearYears;
  return `${two(d.getUTCDate())}${two(d.getUTCHours())}${two(d.getUTCMinutes())}Z ${months[d.getUTCMonth()]} ${near ? two(year % 100) : String(year).padStart(4, '0')}`;
}

/** Date, and time to the millisecond, of a moment in UTC; null for none. Years after 9999 keep all their digits. */
function utcParts(at: string | number): { date: string; time: string } | null {
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return null;
  const [date = '', time = ''] = d.toISOString().split('T');
  return { date: date.replace(/^[+]0*/, ''), time: time.slice(0, 12) };
}

/** `17:33:05Z`. */
export const clock = (at: string | number): string => `${utcParts(at)?.time.slice(0, 8) ?? '??:??:??'}Z`;

/** `2026-11-22 17:33:05Z`, for titles and exports. */
export function fullUtc(at: string | number): string {
  const parts = utcParts(at);
  return parts === null ? noTime : `${parts.date} ${parts.time.slice(0, 8)}Z`;
}

/** `2026-11-22 17:33`, as it is typed into forms; with its seconds, and their parts, where it has any: what is read back is the same moment. */
export function typedUtc(at: string | number | null | undefined): string {
  const parts = at === null || at === undefined ? null : utcParts(at);
  return parts === null ? '' : `${parts.date} ${parts.time.replace(/\.000$/, '').replace(/:00$/, '')}`;
}

/** Words by which a time is told from now on, each in any language that the officer may type in. */
export type TimeWords = {
  now: readonly string[];
  today: readonly string[];
  tomorrow: readonly string[];
  local: readonly string[];
};
export const englishWords: TimeWords = {
  now: ['now'],
  today: ['today'],
  tomorrow: ['tomorrow', 'tmr'],
  local: ['local', 'l'],
};

const relative = /^([+-])\s*(\d{1,4})\s*(m|min|h|d)$/i;
const ofDay = /^(\d{1,2}):?(\d{2})\s*(z|utc)?$/i;
const minutesOf: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 24 * 60 };

/**
 * Reads what an officer says instead of a date: `now`, `+2h`, `-30m`, `0900`, `tomorrow 0900`, `today 1800 local`. Without
 * `local` a time of day is UTC; alone it is the next such time. Null for anything else.
 */
export function readWords(input: string, now: number, words: TimeWords = englishWords): string | null {
  let text = input.trim().toLocaleLowerCase();
  if (words.now.includes(text)) return new Date(now).toISOString();
  const step = relative.exec(text);
  if (step !== null) {
    const minutes = Number(step[2]) * (minutesOf[step[3]?.toLowerCase() ?? ''] ?? 0);
    return new Date(now + (step[1] === '-' ? -1 : 1) * minutes * 60_000).toISOString();
  }
  const parts = text.split(/\s+/);
  const isLocal = parts.length > 1 && words.local.includes(parts.at(-1) ?? '');
  if (isLocal) parts.pop();
  const day = words.today.includes(parts[0] ?? '') ? 0 : words.tomorrow.includes(parts[0] ?? '') ? 1 : null;
  if (day !== null) parts.shift();
  text = parts.join(' ');
  const time = ofDay.exec(text);
  if (time === null) return null;
  const [hour, minute] = [Number(time[1]), Number(time[2])];
  if (hour > 23 || minute > 59 || (isLocal && time[3] !== undefined)) return null;
  const at = new Date(now);
  if (isLocal) at.setHours(hour, minute, 0, 0);
  else at.setUTCHours(hour, minute, 0, 0);
  const days = day ?? (at.getTime() <= now ? 1 : 0);
  if (isLocal) at.setDate(at.getDate() + days);
  else at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString();
}

const typed = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):?(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?\s*Z?$/i;
const group = /^(\d{2})(\d{2})(\d{2})Z\s*([A-Z]{3})\s*(\d{2}|\d{4})$/i;

/** Reads `2026-11-22 17:33` (with or without seconds) or `221733Z NOV 26`, both as UTC; null for what is neither or names no such moment. */
export function readUtc(input: string): string | null {
  const text = input.trim();
  const a = typed.exec(text);
  const b = group.exec(text);
  let parts: readonly number[] | null = null;
  if (a !== null)
    parts = [
      Number(a[1]),
      Number(a[2]) - 1,
      Number(a[3]),
      Number(a[4]),
      Number(a[5]),
      Number(a[6] ?? 0),
      Number((a[7] ?? '').padEnd(3, '0')),
    ];
  // Two digits are of this century; four are the year that was typed.
  else if (b !== null)
    parts = [
      Number(b[5]) + (b[5]?.length === 2 ? 2000 : 0),
      months.indexOf((b[4] ?? '').toUpperCase() as 'JAN'),
      Number(b[1]),
      Number(b[2]),
      Number(b[3]),
      0,
      0,
    ];
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0] = parts;
  const at = new Date(Date.UTC(year, month, day, hour, minute, second, millisecond));
  const found = [
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    at.getUTCMilliseconds(),
  ];
  return found.every((part, i) => part === parts[i]) ? at.toISOString() : null;
}

/** `17:33 Sun` in a time zone, for the local times beside UTC; null for a zone this computer does not know. */
export function inZone(at: string | number, zone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(new Date(at));
  } catch {
    return null;
  }
}

export type Age = { count: number; rest: number; unit: 's' | 'min' | 'h' | 'd' | 'y' };

/** How long ago, in the largest unit that still tells something: 59 s, 59 min, 47 h 12, then days. Never negative. */
export function ageOf(milliseconds: number): Age {
  const s = Math.max(0, Math.floor(milliseconds / 1000));
  if (s < 60) return { count: s, rest: 0, unit: 's' };
  const min = Math.floor(s / 60);
  if (min < 60) return { count: min, rest: 0, unit: 'min' };
  const h = Math.floor(min / 60);
  if (h < 48) return { count: h, rest: min % 60, unit: 'h' };
  const d = Math.floor(h / 24);
  if (d < 730) return { count: d, rest: 0, unit: 'd' };
  // From two years on nobody counts days.
  return { count: Math.floor(d / 365.25), rest: 0, unit: 'y' };
}

export function ageText(milliseconds: number): string {
  const { count, rest, unit } = ageOf(milliseconds);
  const text = measured(count, unit);
  return unit === 'h' && rest > 0 ? `${text} ${two(rest)}` : text;
}
