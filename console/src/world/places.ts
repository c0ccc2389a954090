import { request } from '../api/client';

/** A place of the station's gazetteer: position is longitude and latitude. */
export type KnownPlace = { name: string; country: string; position: [number, number] };
export type NearPlace = { place: KnownPlace; metres: number; bearing?: number };
/** Name and position held against each other. */
export type PlaceCheck = { nearest: KnownPlace; metres: number; differs: boolean };

/** Places of exactly this name; with a position, the nearest first, and whether the two agree. */
export const placesNamed = async (
  name: string,
  near: readonly [number, number] | null,
): Promise<{ known: KnownPlace[]; check: PlaceCheck | null }> =>
  await request('GET', `/api/v1/places?${query({ name, lon: near?.[0], lat: near?.[1] })}`);

/** Places whose names begin so, the nearest first where a position is given. */
export const placesBeginning = async (text: string, near: readonly [number, number] | null): Promise<KnownPlace[]> =>
  (
    await request<{ places: KnownPlace[] }>(
      'GET',
      `/api/v1/places/search?${query({ text, lon: near?.[0], lat: near?.[1] })}`,
    )
  ).places;

/** The places that are nearest to a position. */
export const placesNear = async ([lon, lat]: readonly [number, number]): Promise<NearPlace[]> =>
  (await request<{ places: NearPlace[] }>('GET', `/api/v1/places/near?${query({ lon, lat })}`)).places;

/** Some of the places between these edges. West and east may lie beyond 180. */
export const placesWithin = async (edges: {
  west: number;
  south: number;
  east: number;
  north: number;
}): Promise<KnownPlace[]> =>
  (await request<{ places: KnownPlace[] }>('GET', `/api/v1/places/within?${query(edges)}`)).places;

function query(values: Record<string, string | number | undefined>): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) asked.set(name, String(value));
  return asked.toString();
}
