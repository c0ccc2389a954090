import { geoCentroid } from 'd3-geo';
import { queryOptions } from '@tanstack/react-query';
import type { Feature, FeatureCollection, Polygon } from 'geojson';
import { pagesOf } from '../api/client';
import { listedOf, shaped, useKnownOfEach, type KnownOfEach } from '../api/known';
import type { Instant, LineSummary } from '../api/types';
import { plainOf } from '../look/visible';
import type { Area } from './chart';
import { rightWay } from './winding';

/** One volume of an activity, a standing area or a movement, as the station gives it. Metres; null where there is no limit. */
type Properties = {
  line: string;
  entry: string;
  volume: number;
  owner: string;
  role: 'activity' | 'keep-out' | 'protected';
  family: string;
  state: string;
  lowerMetres: number | null;
  upperMetres: number | null;
  reference: string;
  from: Instant | null;
  until: Instant | null;
  radiusMetres: number | null;
};
export type PlanFeature = Feature<Polygon, Properties> & { id: string };

/** What stands beside the volumes: names, who was told, what conflicts. */
type Plan = {
  entry: string;
  line: string;
  family: string;
  owner: string;
  role: string;
  state: string;
  name: string | null;
  problem: string | null;
  conflictsWith: string[];
  underFireSince?: Instant | null;
  /** What is to be known about the search for conflicts: that there are more, or may be. */
  caution?: string | null;
};
export type Planned = Plan & { key: string; features: PlanFeature[] };

/** A volume with its rings as they are drawn. */
export const turned = (feature: PlanFeature): PlanFeature => ({
  ...feature,
  geometry: { ...feature.geometry, coordinates: rightWay(feature.geometry) },
});

async function featuresOf(path: string): Promise<PlanFeature[]> {
  const pages = await Promise.all(
    (await pagesOf<FeatureCollection<Polygon, Properties>>(path)).map((page) =>
      shaped(Promise.resolve(page), 'features'),
    ),
  );
  return pages.flatMap((page) => page.features as PlanFeature[]).map(turned);
}

const plansQuery = (line: string) =>
  queryOptions({
    queryKey: ['traffic', line, 'plans'], // outdated with the line's traffic
    queryFn: async (): Promise<Planned[]> => {
      const [plans, features] = await Promise.all([
        listedOf<Plan>(`/api/v1/lines/${line}/activities`),
        featuresOf(`/api/v1/lines/${line}/activities?format=geojson`),
      ]);
      return plans.map((plan) => ({
        ...plan,
        key: `${plan.line} ${plan.entry}`,
        features: features.filter((feature) => feature.properties.entry === plan.entry),
      }));
    },
    refetchInterval: 15_000,
    retry: false,
  });

/** What is planned on every line, and for which lines that is not known: where the station is still reading a record, it gives none. */
export const usePlans = (lines: readonly LineSummary[]): KnownOfEach<Planned[]> => useKnownOfEach(lines, plansQuery);

const lowest = -Infinity;
const highest = Infinity;
const bandLimits = {
  all: [lowest, highest],
  low: [lowest, 3_000],
  middle: [3_000, 8_000],
  high: [8_000, highest],
} as const;

/** A volume without limits is in every band, and so in that of what names no height as well. */
export function planInBand(feature: PlanFeature, band: keyof typeof bandLimits | 'unsaid'): boolean {
  const { lowerMetres, upperMetres } = feature.properties;
  if (band === 'unsaid') return lowerMetres === null && upperMetres === null;
  const [from, to] = bandLimits[band];
  return (lowerMetres ?? lowest) < to && (upperMetres ?? highest) >= from;
}

export const planHoldsAt = (feature: PlanFeature, time: number): boolean =>
  (feature.properties.from === null || Date.parse(feature.properties.from) <= time) &&
  (feature.properties.until === null || time <= Date.parse(feature.properties.until));

/** Levels by what they ask of whoever looks: a conflict or a convoy under fire goes before all. */
export function levelOf(plan: Plan): 'serious' | 'caution' | 'standby' | 'normal' {
  if (plan.state === 'incident' || plan.conflictsWith.length > 0) return 'serious';
  if (plan.role !== 'activity' || plan.state === 'objected') return 'caution';
  return plan.state === 'draft' ? 'normal' : 'standby';
}

/** A plan as it is drawn: those of its volumes that are to be seen. */
export const areaOfPlan = (plan: Planned, features: readonly PlanFeature[], party: number | undefined): Area => ({
  id: plan.key,
  tone: levelOf(plan),
  role: plan.role,
  label: plan.name === null ? plan.entry : plainOf(plan.name),
  ...(party === undefined ? {} : { party }),
  shapes: features.map((feature) => ({
    id: String(feature.id),
    rings: feature.geometry.coordinates as [number, number][][],
  })),
});

/** Latitude from which a place is the pole itself: longitudes mean nothing there. */
const atThePole = 89.999;

/** The middle of a plan's volumes on the globe, at the poles and over the date line too; null where none is there. */
export function middleOf(plan: Planned): [number, number] | null {
  if (plan.features.length === 0) return null;
  const [longitude, latitude] = geoCentroid({ type: 'FeatureCollection', features: plan.features });
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return null;
  return Math.abs(latitude) >= atThePole ? [0, 90 * Math.sign(latitude)] : [longitude, latitude];
}
