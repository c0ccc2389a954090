import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import {
  alarmsQuery,
  chronologyQuery,
  draftsQuery,
  forksQuery,
  lineQuery,
  linesQuery,
  offRecordQuery,
  proposalsQuery,
  refusalsQuery,
  refusedQuery,
  stationQuery,
  statusQuery,
  trafficQuery,
  watchQuery,
} from '../api/queries';
import { listed, shaped } from '../api/known';
import { BlindScreen } from '../blind/BlindScreen';
import { checksQuery } from '../blind/checks';
import { Calendar } from '../contacts/Calendar';
import { Calls } from '../contacts/Calls';
import { Chronology } from '../contacts/Chronology';
import { Readouts } from '../contacts/Readouts';
import { FormsScreen } from '../forms/FormsScreen';
import { HandoverScreen } from '../handover/HandoverScreen';
import { MapScreen } from '../map/MapScreen';
import { en as atFirst } from '../messages/en';
import { en as ofScreens } from '../messages/screens/en';
import { Quarantine } from '../record/Quarantine';
import { kindsQuery } from '../api/kinds';
import { sessionQuery } from '../api/session';
import { theKinds } from './kinds';
import { AlarmBar } from '../watch/AlarmBar';
import { Duty } from '../watch/Duty';
import { LineHeader } from '../watch/LineHeader';
import { LineList } from '../watch/LineList';
import { OffRecord } from '../watch/OffRecord';
import { TitleBar } from '../look/TitleBar';
import { signedIn } from './session';

const en = { ...atFirst, ...ofScreens };

const tail = { entries: [], loaded: true };
vi.mock('../api/live', () => ({
  useTail: () => tail,
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ connection: { heard: Date.now() }, subscribe: () => () => {}, tail: () => tail }),
}));

const line = { line: 'north', title: 'North', parties: ['us', 'ru'] } as never;
const traffic = {
  line: 'north',
  at: '',
  folding: false,
  open: [],
  waiting: [],
  waitingCount: 0,
  overdue: 0,
  conditions: [],
  tests: { byParty: {}, nextAutomatic: null, nextStaffed: null },
  flags: [],
  flagCount: 0,
};
const chronology = {
  line: 'north',
  at: '2026-11-23T00:00:00Z',
  with: null,
  exercise: false,
  leftOut: 0,
  standingRequests: 0,
  standingByParty: {},
  lastContact: null,
  previousContact: null,
  daysSinceLastContact: null,
  daysBetweenContacts: null,
  firstSince: null,
  attempts: [],
  contacts: [],
  readouts: [],
  silences: [],
};
const alarm = {
  alarm: 'a',
  class: 'overdue',
  rings: true,
  line: 'north',
  entry: 'ru/1',
  kind: 'message.sent',
  precedence: 'flash',
  level: 'due',
  about: 'acknowledgement',
  due: '2026-11-23T00:00:00Z',
  raised: '2026-11-23T00:00:00Z',
  waitingFor: ['us'],
  mark: 'actual',
  for: ['watch'],
  isQuiet: false,
  quieted: null,
};
/** What the station said last: nothing waits, nothing is open, one alarm stands. */
const said: [readonly unknown[], unknown][] = [
  [stationQuery.queryKey, { state: 'ready', fault: null }],
  [
    statusQuery('north').queryKey,
    {
      peers: [{ party: 'ru', state: 'alive', lastHeard: null, clockOffsetMs: 0, oldestUndelivered: null }],
      forks: 0,
      suspensions: [],
    },
  ],
  [trafficQuery('north').queryKey, traffic],
  [watchQuery('north').queryKey, []],
  [chronologyQuery('north', null, '').queryKey, chronology],
  [forksQuery('north').queryKey, []],
  [refusalsQuery.queryKey, []],
  [offRecordQuery('north').queryKey, []],
  [alarmsQuery.queryKey, [alarm]],
  [proposalsQuery.queryKey, []],
  [refusedQuery.queryKey, []],
  [draftsQuery.queryKey, []],
  [checksQuery('north').queryKey, { budget: { day: '', spent: 0, perDay: 1 }, checks: [] }],
  [['traffic', 'north', 'plans'], []],
  [lineQuery('north').queryKey, { parties: [], document: '' }],
];

/** A page whose questions were all answered long ago, or never, and fail now. */
function failing(page: ReactNode, answeredBefore: boolean, lines: 'known' | 'failing' = 'known'): string {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn());
  const all: [readonly unknown[], unknown][] = [...said, [linesQuery.queryKey, [line]]];
  for (const [queryKey, data] of all) {
    const query = client.getQueryCache().build(client, { queryKey });
    if (answeredBefore) client.setQueryData(queryKey, data, { updatedAt: Date.now() - 5_400_000 });
    query.setState({
      status: 'error',
      error: new Error('broken off'),
      errorUpdateCount: 3,
      errorUpdatedAt: Date.now(),
      fetchFailureCount: 3,
    });
  }
  if (lines === 'known') client.setQueryData(linesQuery.queryKey, [line]);
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
}

const screens: [string, ReactNode][] = [
  ['title', <TitleBar key="t" />],
  ['alarms', <AlarmBar key="a" />],
  ['lines', <LineList key="l" lines={[line]} chosen={null} />],
  ['line', <LineHeader key="h" line={line} />],
  ['duty', <Duty key="d" lines={[line]} />],
  ['off the record', <OffRecord key="o" line="north" />],
  ['calls', <Calls key="c" line={line} chosen={null} />],
  ['calendar', <Calendar key="k" line={line} />],
  ['readouts', <Readouts key="r" line={line} chosen={null} />],
  ['chronology', <Chronology key="y" line={line} />],
  ['forms', <FormsScreen key="f" />],
  ['map', <MapScreen key="m" />],
  ['faults', <Quarantine key="q" line="north" />],
  ['handover', <HandoverScreen key="w" />],
  ['blind', <BlindScreen key="b" />],
];
/** Sentences by which a screen says that there is nothing. */
const nothing = [
  'duty.nothing-waits',
  'duty.nothing-open',
  'watch.no-lines',
  'call.none-open',
  'call.none',
  'calendar.none',
  'readout.none',
  'faults.no-forks',
  'faults.none-refused',
  'faults.none-flagged',
  'handover.nobody',
  'blind.none',
  'map.nothing',
  'title.links-up',
] as const;

describe.each([
  ['answered long ago', true],
  ['never answered', false],
] as const)('where a question fails that was %s', (_, before) => {
  test.each(screens)('%s says that it is not known, and never that there is nothing', (name, page) => {
    const html = failing(page, before);
    expect(html.toLowerCase()).toContain(name === 'title' ? 'not known' : 'not known now');
    expect(html).toMatch(/data-level="(serious|critical)"/);
    for (const key of nothing) expect(html, en[key]).not.toContain(en[key]);
    expect(html).not.toMatch(/\(0\)/);
    if (before && name !== 'title') expect(html).toMatch(/1 h \d\d ago/);
  });

  test('no screen says that there are no lines', () => {
    for (const [name, page] of screens)
      expect(failing(page, before, 'failing'), name).not.toContain(en['watch.no-lines']);
  });
});

test('an alarm that stood goes on standing while nobody knows whether it still does', () => {
  const html = failing(<AlarmBar />, true);
  expect(html).toContain('ru/1');
  expect(html).toContain('data-level="critical"');
  expect(failing(<TitleBar />, true)).toContain('1 FLASH');
});

test('an answer of nothing where a list or an object belongs is a failed answer', async () => {
  for (const bad of [null, undefined, 'page', 3, {}])
    await expect(listed(Promise.resolve(bad as never))).rejects.toThrow();
  for (const bad of [null, undefined, [], 'page', {}, { open: null }])
    await expect(shaped(Promise.resolve(bad as { open: unknown }), 'open')).rejects.toThrow();
  await expect(listed(Promise.resolve([]))).resolves.toEqual([]);
});
