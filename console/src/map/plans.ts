import { geoArea, geoBounds } from 'd3-geo';
import { queryOptions, useQueries } from '@tanstack/react-query';
import type { Feature, FeatureCollection, Polygon, Position } from 'geojson';
import { request } from '../api/client';
import type { Instant, LineSummary } from '../api/types';

/** One volume of an activity, a standing area or a movement, as the station gives it. Metres; null where there is no limit. */
type Properties = {
  line: string; entry: string; volume: number; owner: string; role: 'activity' | 'keep-out' | 'protected'; family: string; state: string;
  lowerMetres: number | null; upperMetres: number | null; reference: string; from: Instant | null; until: Instant | null; radiusMetres: number | null;
};
export type PlanFeature = Feature<Polygon, Properties> & { id: string };

/** What stands beside the volumes: names, who was told, what conflicts. */
type Plan = { entry: string; line: string; family: string; owner: string; role: string; state: string; name: string | null; problem: string | null; conflictsWith: string[]; underFireSince?: Instant | null };
export type Planned = Plan & { key: string; features: PlanFeature[] };

/** d3 takes the side to the right of a ring as its inside, RFC 7946 the left: a ring around more than half of the world is turned. */
export function turned(feature: PlanFeature): PlanFeature {
  if (geoArea(feature) <= 2 * Math.PI) return feature;
  return { ...feature, geometry: { ...feature.geometry, coordinates: feature.geometry.coordinates.map((ring: Position[]) => [...ring].reverse()) } };
}

const plansQuery = (line: string) => queryOptions({
  queryKey: ['traffic', line, 'plans'], // outdated with the line's traffic
  queryFn: async (): Promise<Planned[]> => {
    const [plans, volumes] = await Promise.all([
      request<Plan[]>('GET', `/api/v1/lines/${line}/activities`),
      request<FeatureCollection<Polygon, Properties>>('GET', `/api/v1/lines/${line}/activities?format=geojson`),
    ]);
    const features = (volumes.features as PlanFeature[]).map(turned);
    return plans.map(plan => ({ ...plan, key: `${plan.line} ${plan.entry}`, features: features.filter(feature => feature.properties.entry === plan.entry) }));
  },
  refetchInterval: 15_000, retry: false,
});

/** What is planned on every line; empty for a line whose record the station is still reading. */
export function usePlans(lines: readonly LineSummary[]): Planned[] {
  return useQueries({ queries: lines.map(line => plansQuery(line.line)), combine: results => results.flatMap(result => result.data ?? []) });
}

const lowest = -Infinity;
const highest = Infinity;
const bandLimits = { all: [lowest, highest], low: [lowest, 3_000], middle: [3_000, 8_000], high: [8_000, highest] } as const;

/** A volume without limits is in every band, and so in that of what names no height as well. */
export function planInBand(feature: PlanFeature, band: keyof typeof bandLimits | 'unsaid'): boolean {
  const { lowerMetres, upperMetres } = feature.properties;
  if (band === 'unsaid') return lowerMetres === null && upperMetres === null;
  const [from, to] = bandLimits[band];
  return (lowerMetres ?? lowest) < to && (upperMetres ?? highest) >= from;
}

export const planHoldsAt = (feature: PlanFeature, time: number): boolean =>
  (feature.properties.from === null || Date.parse(feature.properties.from) <= time) && (feature.properties.until === null || time <= Date.parse(feature.properties.until));

/** Levels by what they ask of whoever looks: a conflict or a convoy under fire goes before all. */
export function levelOf(plan: Plan): 'serious' | 'caution' | 'standby' | 'normal' {
  if (plan.state === 'incident' || plan.conflictsWith.length > 0) return 'serious';
  if (plan.role !== 'activity' || plan.state === 'objected') return 'caution';
  return plan.state === 'draft' ? 'normal' : 'standby';
}

/** The middle of a plan's volumes; null where none is there. */
export function middleOf(plan: Planned): [number, number] | null {
  if (plan.features.length === 0) return null;
  const [[west, south], [east, north]] = geoBounds({ type: 'FeatureCollection', features: plan.features });
  const wide = east < west ? east + 360 - west : east - west;
  const longitude = west + wide / 2;
  return [longitude > 180 ? longitude - 360 : longitude, (south + north) / 2];
}
