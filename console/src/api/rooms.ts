import { queryOptions } from '@tanstack/react-query';
import { api, placeOf, value } from './client';
import { listed } from './known';
import type { components } from './schema';
type Shape = components['schemas'];

export type Room = Shape['RoomView'];
export type RoomLine = Shape['RoomLineView'];
export type RoomWord = Shape['RoomWordView'];
export type Crossing = Shape['CrossingView'];
export type Draft = Shape['VersionView'];
export type ClauseChange = Shape['ClauseChangeView'];
export type Silence = Shape['SilenceView'];

/** Every room is over several lines: what changes on any of them is asked for by time. */
const again = 10_000;

export const roomsQuery = queryOptions({
  queryKey: ['rooms'],
  queryFn: () => listed(value<Room[]>(api.GET('/api/v1/rooms', {}))),
  refetchInterval: again,
});

/** A room is its mediator's: another party's of the same name is another. */
export const nameOf = ({ mediator, room }: { mediator: string; room: string }): string => `${mediator}/${room}`;

/** The rooms of a name, with what was said in them. */
export const roomQuery = (room: string) =>
  queryOptions({
    queryKey: ['rooms', room],
    queryFn: () => listed(value<Room[]>(api.GET('/api/v1/rooms', { params: { query: { room } } }))),
    refetchInterval: again,
  });

/** What differs between two versions of a room's text. */
export const changesQuery = (side: RoomLine, from: number, to: number) =>
  queryOptions({
    queryKey: ['rooms', 'changes', side.line, side.item, from, to],
    queryFn: () =>
      listed(
        value<ClauseChange[]>(
          api.GET('/api/v1/lines/{line}/rooms/{party}/{seq}/changes', {
            params: { path: { line: side.line, ...placeOf(side.item) }, query: { from, to } },
          }),
        ),
      ),
    // What was written stays so.
    staleTime: Infinity,
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
