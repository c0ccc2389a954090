import { queryOptions } from '@tanstack/react-query';
import { api, placeOf, value } from './client';
import { shaped, sharesOf } from './known';
import type { components } from './schema';
import type { Mark } from './types';
type Shape = components['schemas'];

export type Agreement = Shape['AgreementView'];
export type Signatory = Shape['SignatoryView'];
export type TextCheck = Shape['TextCheckView'];
export type Order = Shape['OrderView'];
export type Incident = Shape['IncidentView'];
export type Account = Shape['AccountView'];
export type IncidentTable = Shape['IncidentTableView'];
export type IncidentRow = Shape['IncidentRowView'];
export type ObservationTable = Shape['ObservationTableView'];
export type Tally = Shape['TallyView'];
export type DailyTally = Shape['DailyTallyView'];
export type CoverageAnswer = Shape['CoverageView'];
export type CoveredPlace = Shape['CoveredPlaceView'];
export type SummaryDraft = Shape['SummaryDraftView'];

// What every entry may change begins with `traffic`, and is outdated with the line's; what is counted over very many
// is asked for again by time.
const countedAgain = 60_000;

export const agreementsQuery = (line: string) =>
  queryOptions({
    queryKey: ['traffic', line, 'agreements'],
    queryFn: () => sharesOf<Agreement>(api.GET('/api/v1/lines/{line}/agreements', { params: { path: { line } } })),
    refetchInterval: 15_000,
  });

/** One agreement, now or as it stood. */
export const agreementQuery = (line: string, entry: string, at: string | null = null) =>
  queryOptions({
    queryKey: ['traffic', line, 'agreement', entry, at],
    queryFn: () =>
      shaped(
        value<Agreement>(
          api.GET('/api/v1/lines/{line}/agreements/{party}/{seq}', {
            params: { path: { line, ...placeOf(entry) }, query: at === null ? {} : { at } },
          }),
        ),
        'signatories',
        'versions',
        'missing',
        'warnings',
      ),
    refetchInterval: 15_000,
    retry: false,
  });

export const ordersQuery = (line: string) =>
  queryOptions({
    queryKey: ['traffic', line, 'orders'],
    queryFn: () => sharesOf<Order>(api.GET('/api/v1/lines/{line}/orders', { params: { path: { line } } })),
    refetchInterval: 15_000,
  });

export const incidentQuery = (line: string, entry: string) =>
  queryOptions({
    queryKey: ['traffic', line, 'incident', entry],
    queryFn: () =>
      shaped(
        value<Incident>(
          api.GET('/api/v1/lines/{line}/incidents/{party}/{seq}', { params: { path: { line, ...placeOf(entry) } } }),
        ),
        'accounts',
        'dissents',
      ),
    refetchInterval: 15_000,
    retry: false,
  });

/** What is asked of a table: what is empty is not asked. */
export type Asked = Readonly<Record<string, string>>;
const told = (asked: Asked): Record<string, string> =>
  Object.fromEntries(Object.entries(asked).filter(([, one]) => one !== ''));

export const incidentTableQuery = (line: string, asked: Asked, after: string, limit: number) =>
  queryOptions({
    queryKey: ['traffic', line, 'incident-table', asked, after, limit],
    queryFn: () =>
      shaped(
        value<IncidentTable>(
          api.GET('/api/v1/lines/{line}/incidents/table', {
            params: { path: { line }, query: { ...told(asked), ...(after === '' ? {} : { after }), limit } },
          }),
        ),
        'rows',
      ),
    placeholderData: (before: IncidentTable | undefined) => before,
  });

export const observationTableQuery = (line: string, asked: Asked, after: string, limit: number) =>
  queryOptions({
    queryKey: ['observation-table', line, asked, after, limit],
    queryFn: () =>
      shaped(
        value<ObservationTable>(
          api.GET('/api/v1/lines/{line}/observations/table', {
            params: { path: { line }, query: { ...told(asked), ...(after === '' ? {} : { after }), limit } },
          }),
        ),
        'rows',
      ),
    placeholderData: (before: ObservationTable | undefined) => before,
    refetchInterval: countedAgain,
  });

export type TallyAsked = { rule: string; from: string; until: string; asOf: string; mark: Mark };
const tallyOf = (asked: TallyAsked): Record<string, string> => told({ ...asked });

export const tallyQuery = (line: string, asked: TallyAsked, by: '' | 'what' | 'hour', zone: string) =>
  queryOptions({
    queryKey: ['tally', line, asked, by, zone],
    queryFn: () =>
      shaped(
        value<Tally>(
          api.GET('/api/v1/lines/{line}/tally', {
            params: {
              path: { line },
              query: { ...tallyOf(asked), ...(by === '' ? {} : { by }), ...(zone === '' ? {} : { zone }) },
            },
          }),
        ),
        'rows',
      ),
    refetchInterval: countedAgain,
    retry: false,
  });

export type DayTerms = { zone: string; closes: string };

export const daysQuery = (line: string, asked: TallyAsked, day: DayTerms) =>
  queryOptions({
    queryKey: ['tally', line, asked, 'days', day],
    queryFn: () =>
      shaped(
        value<DailyTally>(
          api.GET('/api/v1/lines/{line}/tally/days', {
            params: { path: { line }, query: { ...tallyOf(asked), ...told(day) } },
          }),
        ),
        'days',
      ),
    refetchInterval: countedAgain,
    retry: false,
  });

export const coverageQuery = (line: string, from: string, until: string, mark: Mark) =>
  queryOptions({
    queryKey: ['coverage', line, from, until, mark],
    queryFn: () =>
      shaped(
        value<CoverageAnswer>(
          api.GET('/api/v1/lines/{line}/coverage', { params: { path: { line }, query: { from, until, mark } } }),
        ),
        'places',
      ),
    refetchInterval: countedAgain,
    retry: false,
  });

export const summaryQuery = (line: string, closing: string, day: DayTerms, rule: string, mark: Mark) =>
  queryOptions({
    queryKey: ['summary', line, closing, day, rule, mark],
    queryFn: () =>
      shaped(
        value<SummaryDraft>(
          api.GET('/api/v1/lines/{line}/summary', {
            params: { path: { line }, query: { ...told({ day: closing, rule, ...day }), mark } },
          }),
        ),
        'released',
      ),
    refetchInterval: countedAgain,
    retry: false,
  });
