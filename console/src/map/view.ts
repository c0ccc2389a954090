import { readUtc } from '../look/time';
import type { ChartView } from '../world/chart';
import { bands, type Band } from './objects';

/** When the map shows what holds: at any time, at a moment, or now, going on with the clock. */
export type Moment = { mode: 'any' } | { mode: 'fixed'; at: number } | { mode: 'now' };
/** What an address keeps of the map, so that a colleague who is given it sees the same. */
export type MapView = { view: ChartView | null; moment: Moment; band: Band };

/** `#7.25/50.3000/36.9400&at=2026-11-30T12:00:00.000Z&band=low`: zoom, latitude and longitude, and what is not usual. */
export function hashOf({ view, moment, band }: MapView): string {
  const parts = [
    view === null ? '' : `${view.zoom.toFixed(2)}/${view.centre[1].toFixed(4)}/${view.centre[0].toFixed(4)}`,
    moment.mode === 'now' ? 'at=now' : moment.mode === 'fixed' ? `at=${new Date(moment.at).toISOString()}` : '',
    band === 'all' ? '' : `band=${band}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}

/** Reads that; whatever cannot be read is as usual. */
export function readHash(hash: string): MapView {
  const parts = hash.replace(/^#/, '').split('&');
  const numbers = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/.exec(parts[0] ?? '');
  const [zoom, latitude, longitude] = (numbers ?? []).slice(1).map(Number);
  const named = new Map(parts.map((part) => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]));
  const at = named.get('at');
  const fixed = at === undefined || at === 'now' ? null : readUtc(at);
  return {
    view:
      zoom === undefined || latitude === undefined || longitude === undefined
        ? null
        : Math.abs(latitude) > 90 || Math.abs(longitude) > 180
          ? null
          : { zoom, centre: [longitude, latitude] },
    moment:
      at === 'now' ? { mode: 'now' } : fixed === null ? { mode: 'any' } : { mode: 'fixed', at: Date.parse(fixed) },
    band: bands.find((one) => one === named.get('band')) ?? 'all',
  };
}

/** The moment in milliseconds; null for any. */
export const timeOf = (moment: Moment, now: number): number | null =>
  moment.mode === 'any' ? null : moment.mode === 'now' ? now : moment.at;
