import type { DailyTally, Tally } from '../api/ceasefire';
import { csvOf } from '../look/csv';

/** `us up to 12, ru up to 8`: what a tally was computed from. */
export const sizesOf = (tally: Pick<Tally, 'asOf'>): string =>
  Object.entries(tally.asOf)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([party, size]) => `${party}:${size}`)
    .join(',');

/** What a rule is called, and what it says, in the words of its data. */
export function ruleWords(rule: unknown): { name: string; says: string } {
  const of = (rule ?? {}) as {
    name?: string | null;
    unit?: string | null;
    gap?: string | null;
    least?: number | null;
    exclude?: string[] | null;
    what?: string | null;
  };
  const says = [
    `unit ${of.unit ?? '?'}`,
    of.gap == null ? '' : `gap ${of.gap}`,
    of.least == null ? '' : `least ${of.least}`,
    of.exclude == null || of.exclude.length === 0 ? '' : `not counted: ${of.exclude.join(' ')}`,
    of.what ?? '',
  ].filter((one) => one !== '');
  return { name: of.name ?? of.unit ?? '?', says: says.join(', ') };
}

/** One bar group of a chart: a day, a kind or an hour, with a number for each who is accused. */
export type Bars = { key: string; of: Record<string, number> };
/** What one reporter counts: never added to what another does. */
export type Counted = { reporter: string; accused: string[]; bars: Bars[] };

/** Reporters that get a chart of their own. */
export const mostReporters = 12;

const byReporter = (
  rows: readonly { reporter: string; accused: string; n: number; key: string }[],
  keys: readonly string[],
): Counted[] =>
  [...new Set(rows.map((row) => row.reporter))]
    .sort()
    .slice(0, mostReporters)
    .map((reporter) => {
      const own = rows.filter((row) => row.reporter === reporter);
      return {
        reporter,
        accused: [...new Set(own.map((row) => row.accused))].sort(),
        bars: keys.map((key) => ({
          key,
          of: Object.fromEntries(own.filter((row) => row.key === key).map((row) => [row.accused, row.n])),
        })),
      };
    });

/** Day after day: a day is named by the date on which it closes. */
export function daysOf(tally: DailyTally): Counted[] {
  const keys = tally.days.map((day) => (day.until ?? '').slice(0, 10));
  return byReporter(
    tally.days.flatMap((day, i) => day.rows.map((row) => ({ ...row, key: keys[i] ?? '' }))),
    keys,
  );
}

/** By what was observed, or by the hour of the day: each slice counted by itself. */
export function slicesOf(tally: Tally, keys?: readonly string[]): Counted[] {
  const own = keys ?? [...new Set(tally.rows.map((row) => row.slice ?? ''))].sort();
  return byReporter(
    tally.rows.map((row) => ({ ...row, key: row.slice ?? '' })),
    own,
  );
}

export const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

const columns = ['reporter', 'accused', 'from', 'until', 'slice', 'n', 'observations', 'rule', 'as_of'] as const;

/** Everything that is shown, a row for each number, with the rule and the sizes of the feeds beside each. */
export const tallyCsv = (tallies: readonly Tally[]): string =>
  csvOf([
    columns,
    ...tallies.flatMap((tally) =>
      tally.rows.map((row) => [
        row.reporter,
        row.accused,
        tally.from ?? null,
        tally.until ?? null,
        row.slice ?? null,
        row.n,
        row.observations,
        JSON.stringify(tally.rule),
        sizesOf(tally),
      ]),
    ),
  ]);
