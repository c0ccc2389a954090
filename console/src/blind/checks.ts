import { queryOptions } from '@tanstack/react-query';
import type { Feature, FeatureCollection, Polygon } from 'geojson';
import { request } from '../api/client';
import { listedOf, shaped } from '../api/known';
import type { Instant, ProposalView } from '../api/types';
import { turned, type PlanFeature } from '../world/plans';

/** The profile of a blind check in plain units: degrees, metres above the ellipsoid, seconds. */
export type Profile = {
  west: number;
  south: number;
  east: number;
  north: number;
  cellMetres: [number, number];
  floorMetres: number;
  ceilingMetres: number;
  layerMetres: number;
  from: Instant;
  until: Instant;
  slotSeconds: number;
  separationMetres: number;
  separationHeightMetres: number;
  separationSeconds: number;
  rows: number;
  columns: number;
  layers: number;
  slots: number;
  hash: string;
};
/** One thing that was compared; `whole` is false where a part of it lies outside the area or the window. */
export type Compared = {
  line: string | null;
  entry: string | null;
  name: string | null;
  volumes: number;
  whole: boolean;
  cells: number;
  shared: number;
};
export type Cell = {
  west: number;
  south: number;
  east: number;
  north: number;
  lowerMetres: number | null;
  upperMetres: number | null;
  from: Instant;
  until: Instant;
};
export type Result = {
  at: Instant;
  shared: number;
  cells: Cell[];
  ownCells: number;
  peerBucket: number;
  suspicious: boolean;
  digest: string;
  compared: Compared[];
};
export type Check = {
  entry: string;
  line: string;
  state: string;
  since: Instant;
  due: Instant | null;
  opener: string;
  with: string | null;
  note: string | null;
  profile: Profile | null;
  problem: string | null;
  run: string | null;
  commitments: { party: string; entry: string; bucket: number }[];
  findings: { party: string; entry: string; digest: string; shared: number; suspicious: boolean }[];
  ends: { party: string; reason: string; byPeer: boolean; note: string | null }[];
  progress: { phase: string; done: number; total: number } | null;
  result: Result | null;
};
export type Checks = { budget: { day: string; spent: number; perDay: number }; checks: Check[] };
export type Prepared = {
  proposal: ProposalView;
  cells: number;
  bucket: number;
  compared: Compared[];
  profile: Profile;
};
export type Pick = { line: string; entry: string };
/** A plan of ours that can be chosen. */
export type OwnPlan = { entry: string; line: string; owner: string; role: string; name: string | null; state: string };

export const checksQuery = (line: string) =>
  queryOptions({
    queryKey: ['blind', line],
    queryFn: () => shaped(request<Checks>('GET', `/api/v1/lines/${line}/blind`), 'checks'),
    refetchInterval: 10_000,
    retry: false,
  });
export const checkQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['blind', line, entry],
    queryFn: () => shaped(request<Check>('GET', `/api/v1/lines/${line}/blind/${entry}`), 'ends', 'findings'),
    refetchInterval: 5_000,
    retry: false,
  });
export const cellsQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['blind', line, entry, 'cells'],
    staleTime: Infinity,
    retry: false,
    queryFn: async () =>
      (
        (await request<FeatureCollection<Polygon>>('GET', `/api/v1/lines/${line}/blind/${entry}/cells`))
          .features as PlanFeature[]
      ).map(turned),
  });
export const preparedQuery = (proposal: string) =>
  queryOptions({
    queryKey: ['prepared', proposal],
    staleTime: Infinity,
    refetchOnMount: false,
    queryFn: () => request<Prepared>('GET', `/api/v1/proposals/${proposal}/blind`),
    retry: false,
  });
export const ownPlansQuery = (line: string) =>
  queryOptions({
    queryKey: ['traffic', line, 'own-plans'],
    queryFn: () => listedOf<OwnPlan>(`/api/v1/lines/${line}/activities`),
    retry: false,
  });

/** The area of a profile, to be laid over the map. */
export function frameOf({ west, south, east, north }: Profile): FeatureCollection<Polygon> {
  const ring = [
    [west, south],
    [west, north],
    [(west + east) / 2, north],
    [east, north],
    [east, south],
    [(west + east) / 2, south],
    [west, south],
  ];
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: {},
        geometry: { type: 'Polygon', coordinates: [ring] },
      } satisfies Feature<Polygon>,
    ],
  };
}
