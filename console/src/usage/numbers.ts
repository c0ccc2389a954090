import { csvOf } from '../look/csv';
import type { UsageDay, UsageLink, UsageView } from '../api/types';

export const precedences = ['flash', 'immediate', 'priority', 'routine'] as const;
export type Precedence = (typeof precedences)[number];

/** Exercise is never counted with what is actual. */
export type Traffic = 'actual' | 'exercise';
export const isOf = (traffic: Traffic, mark: string): boolean => (mark === 'actual') === (traffic === 'actual');

const dayMs = 86_400_000;
export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
export const dayAt = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The days of a span, the last one among them. */
export function daysOf(from: string, until: string): string[] {
  const days: string[] = [];
  for (let at = dayAt(from); at <= dayAt(until); at += dayMs) days.push(dayText(at));
  return days;
}

/** The span of so many days that ends with a day. */
export const spanUntil = (until: string, days: number): { from: string; until: string } => ({
  from: dayText(dayAt(until) - (days - 1) * dayMs),
  until,
});

/** A day as the charts draw it: what nobody knows of is null, and never nothing. */
export type DayNumbers = {
  day: string;
  written: Record<Precedence, number>;
  /** Hours of the link to each peer: `up`, `unattended`, `down`; what is missing to 24 is not known. */
  links: Record<string, { up: number; unattended: number; down: number; drops: number }>;
  /** Seconds until each party acknowledged, half of it and nineteen of twenty. */
  median: Record<string, number | null>;
  p95: Record<string, number | null>;
};

const hour = 3_600;

export function dayNumbers(view: UsageView, traffic: Traffic): DayNumbers[] {
  const known = new Map(view.days.map((day) => [day.day, day]));
  return daysOf(view.from, view.until).map((day) => numbersOf(day, known.get(day), traffic));
}

function numbersOf(day: string, of: UsageDay | undefined, traffic: Traffic): DayNumbers {
  const written = { flash: 0, immediate: 0, priority: 0, routine: 0 };
  for (const one of of?.entries ?? []) if (isOf(traffic, one.mark)) written[one.precedence as Precedence] += one.count;
  const links = Object.fromEntries(
    (of?.links ?? []).map(({ peer, total }) => [
      peer,
      {
        up: total.upSeconds / hour,
        unattended: total.unattendedSeconds / hour,
        down: total.downSeconds / hour,
        drops: total.drops,
      },
    ]),
  );
  const median: Record<string, number | null> = {};
  const p95: Record<string, number | null> = {};
  for (const one of of?.acknowledged ?? []) {
    if (!isOf(traffic, one.mark)) continue;
    // Of several precedences the slowest is drawn: what is prompt hides nothing.
    median[one.by] = Math.max(median[one.by] ?? 0, one.medianSeconds ?? 0);
    p95[one.by] = Math.max(p95[one.by] ?? 0, one.p95Seconds ?? 0);
  }
  return { day, written, links, median, p95 };
}

/** Of the time that is known, the share in which the peer's station was heard; null where none is known. */
export function upShare(links: readonly UsageLink[]): number | null {
  const heard = links.reduce((sum, { total }) => sum + total.upSeconds + total.unattendedSeconds, 0);
  const known = heard + links.reduce((sum, { total }) => sum + total.downSeconds, 0);
  return known === 0 ? null : heard / known;
}

/** The days of the span on which there was the line at all. */
export const daysSince = (view: UsageView, since: string): string[] =>
  daysOf(view.from, view.until).filter((day) => day >= since.slice(0, 10));

/** Days of the span on which a party wrote nothing of its own, tests and acknowledgements among what counts. */
export const silentDays = (view: UsageView, party: string, traffic: Traffic, since: string): number => {
  const spoke = new Set(
    view.days
      .filter((day) => day.entries.some((one) => one.party === party && isOf(traffic, one.mark)))
      .map((day) => day.day),
  );
  return daysSince(view, since).filter((day) => !spoke.has(day)).length;
};

const columns = [
  'line',
  'day',
  'what',
  'party',
  'precedence',
  'mark',
  'count',
  'in_time',
  'median_s',
  'p95_s',
  'up_s',
  'unattended_s',
  'down_s',
  'drops',
] as const;
type Row = Partial<Record<(typeof columns)[number], string | number | null>>;

/** Everything that is drawn, a row for each number: what a spreadsheet wants. */
export function usageCsv(view: UsageView): string {
  const rows = view.days.flatMap(({ day, entries, acknowledged, tests, links }): Row[] => [
    ...entries.map(({ party, precedence, mark, count }) => ({ day, what: 'entries', party, precedence, mark, count })),
    ...acknowledged.map((one) => ({
      day,
      what: 'acknowledged',
      party: one.by,
      precedence: one.precedence,
      mark: one.mark,
      count: one.count,
      in_time: one.inTime,
      median_s: one.medianSeconds,
      p95_s: one.p95Seconds,
    })),
    ...tests.map(({ by, sent, answered }) => ({ day, what: 'tests', party: by, count: sent, in_time: answered })),
    ...links.map(({ peer, total }) => ({
      day,
      what: 'link',
      party: peer,
      up_s: total.upSeconds,
      unattended_s: total.unattendedSeconds,
      down_s: total.downSeconds,
      drops: total.drops,
    })),
  ]);
  return csvOf([
    columns,
    ...rows.map((row) => columns.map((name) => (name === 'line' ? view.line : (row[name] ?? null)))),
  ]);
}
