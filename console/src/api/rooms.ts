import { queryOptions } from '@tanstack/react-query';
import { api, placeOf, value } from './client';
import { listed } from './known';
import type { components } from './schema';
type Shape = components['schemas'];

export type Room = Shape['RoomView'];
export type RoomLine = Shape['RoomLineView'];
export type RoomWord = Shape['RoomWordView'];
export type Crossing = Shape['CrossingView'];
export type Silence = Shape['SilenceView'];

/** Every room is over several lines: what changes on any of them is asked for by time. */
const again = 10_000;

export const roomsQuery = queryOptions({
  queryKey: ['rooms'],
  queryFn: () => listed(value<Room[]>(api.GET('/api/v1/rooms', {}))),
  refetchInterval: again,
});

/** One room, with what was said in it. */
export const roomQuery = (room: string) =>
  queryOptions({
    queryKey: ['rooms', room],
    queryFn: () => listed(value<Room[]>(api.GET('/api/v1/rooms', { params: { query: { room } } }))),
    refetchInterval: again,
  });

export const silencesQuery = queryOptions({
  queryKey: ['silences'],
  queryFn: () => listed(value<Silence[]>(api.GET('/api/v1/silences', {}))),
  refetchInterval: again,
});

/** The proof file of one entry, as it is carried. */
export async function proofFileOf(line: string, entry: string): Promise<string> {
  return await value<string>(
    api.GET('/api/v1/lines/{line}/entries/{party}/{seq}/proof-file', {
      params: { path: { line, ...placeOf(entry) } },
      parseAs: 'text',
    }),
  );
}
