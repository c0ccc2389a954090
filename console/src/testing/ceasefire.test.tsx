import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import {
  agreementQuery,
  agreementsQuery,
  coverageQuery,
  incidentQuery,
  incidentTableQuery,
  observationTableQuery,
  ordersQuery,
  summaryQuery,
} from '../api/ceasefire';
import { kindsQuery } from '../api/kinds';
import { countsOf } from '../api/known';
import { draftsQuery, itemQuery, linesQuery, proposalsQuery, trafficQuery } from '../api/queries';
import { sessionQuery } from '../api/session';
import { CallPart } from '../calls/CallPart';
import { Agreements } from '../ceasefire/Agreements';
import { AgreementView, onwardOf } from '../ceasefire/AgreementView';
import { Incidents } from '../ceasefire/Incidents';
import { IncidentView } from '../ceasefire/IncidentView';
import { Monitoring } from '../ceasefire/Monitoring';
import { Observations } from '../ceasefire/Observations';
import { Orders } from '../ceasefire/Orders';
import { theKinds } from './kinds';
import { signedIn } from './session';

vi.mock('../api/live', () => ({
  useTail: () => ({ entries: [], missing: false }),
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ tail: () => ({ entries: [], missing: false }) }),
}));

const evil = 'move \u202Etfel\u202C now\u200B\u0007';
const at = '2026-11-23T00:00:00.000Z';
const later = '2026-11-24T00:00:00.000Z';
const line = { line: 'north', title: evil, parties: ['us', 'ru'] } as never;
const hash = `sha256:${'a'.repeat(64)}`;

const agreement = (text: unknown) => ({
  agreement: 'us/1',
  state: 'partly signed',
  title: evil,
  hash,
  inForceFrom: null,
  ends: null,
  waitsFor: 'sealing',
  signatories: [
    { party: 'us', capacity: 'party', scope: 'whole', state: 'signed', entry: 'us/3', note: evil },
    { party: 'ru', capacity: 'party', scope: evil, state: 'not on this text', entry: null, note: null },
  ],
  missing: ['it has no guarantor'],
  versions: [{ entry: 'us/1', kind: 'agreement.tabled', hash, at, title: evil }],
  pending: [],
  differences: [],
  text,
  enclosures: [],
  warnings: [evil],
});
const order = {
  order: 'us/5',
  state: 'announced',
  what: evil,
  agreement: 'us/1',
  effect: later,
  rungs: [
    { party: 'us', echelon: evil, at: null, forces: null, note: null, entry: null },
    { party: 'ru', echelon: 'guns', at, forces: evil, note: evil, entry: 'ru/4' },
  ],
};
const account = (entry: string, party: string, kind: string, body: unknown) => ({ entry, party, at, kind, body });
const incident = (state: string) => ({
  number: 'us/7',
  goesOnUnder: 'us/7',
  title: state === 'closed' ? 'violation' : 'Alleged violation',
  state,
  since: at,
  accounts: [
    account('us/7', 'us', 'incident.reported', { what: evil, accused: 'ru' }),
    account('ru/8', 'ru', 'incident.account_given', { what: 'nothing', reporter: evil }),
  ],
  report: account('us/9', 'us', 'incident.found', { result: 'violation', attribution: null, text: evil }),
  dissents: [account('ru/9', 'ru', 'incident.dissented', { result: 'inconclusive', text: evil })],
});
const item = (entry: string, family: string) => ({
  entry,
  family,
  state: 'board',
  since: at,
  due: null,
  overdue: false,
  opener: 'us',
  entries: [
    { entry, kind: 'incident.reported', at, by: { seat: 'watch', name: evil } },
    { entry: 'us/10', kind: 'incident.board_convened', at, by: { seat: 'watch', name: evil } },
    { entry: 'ru/9', kind: 'incident.dissented', at, by: { seat: 'watch', name: evil } },
  ],
  settled: false,
  mark: 'actual',
  acts: [],
});
const asked = { from: '', until: '', mark: 'actual' };
const row = {
  number: 'us/7',
  goesOnUnder: 'us/2',
  title: 'Alleged violation',
  state: 'merged',
  mark: 'actual',
  at,
  from: at,
  until: null,
  what: evil,
  place: evil,
  position: null,
  accused: [],
  reporters: [evil],
  kinds: ['burst', evil],
  accounts: 1,
  dissents: 1,
};
const observation = {
  id: evil,
  reporter: evil,
  accused: null,
  place: { name: evil, position: [37, 48] },
  means: 'heard',
  start: at,
  count: 50,
  qualifier: 'about',
  what: 'burst',
  bearingFrom: 350,
  bearingTo: 10,
  distanceMin: 3000,
  distanceMax: 7000,
  note: evil,
};
const draft = {
  from: at,
  until: later,
  isOver: true,
  body: { text: evil, rows: [] },
  released: [],
};
const covered = {
  from: at,
  until: later,
  places: [
    {
      place: evil,
      position: null,
      isAgreed: true,
      watched: [],
      gaps: [{ from: at, until: later }],
      gapsMore: 4,
    },
    {
      place: 'Mill',
      position: [37, 48],
      isAgreed: false,
      watched: [
        { entry: 'us/4', reporter: evil, from: at, until: later, means: 'post', radiusMetres: null, counts: true },
      ],
      gaps: [],
      gapsMore: 0,
    },
    {
      place: 'Ford',
      position: null,
      isAgreed: false,
      watched: [
        { entry: 'ru/4', reporter: 'us', from: at, until: later, means: null, radiusMetres: null, counts: false },
      ],
      gaps: [{ from: at, until: later }],
      gapsMore: 0,
    },
  ],
  asOf: { us: 3 },
  notCounted: { ru: 2 },
  leftOut: { ru: 17 },
};

function shown(page: ReactNode, text: unknown = { clauses: [], title: evil }, state = 'board'): string {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn());
  const known: [readonly unknown[], unknown][] = [
    [linesQuery.queryKey, [line]],
    [proposalsQuery.queryKey, []],
    [draftsQuery.queryKey, []],
    [trafficQuery('north').queryKey, { open: [], waiting: [], conditions: [], flags: [] }],
    [agreementsQuery('north').queryKey, { items: [agreement(null)], leftOut: { ru: 3 } }],
    [agreementQuery('north', 'us/1').queryKey, agreement(text)],
    [ordersQuery('north').queryKey, { items: [order], leftOut: { us: 2 } }],
    [itemQuery('north', 'us/1').queryKey, item('us/1', 'agreement')],
    [itemQuery('north', 'us/5').queryKey, item('us/5', 'order')],
    [itemQuery('north', 'us/7').queryKey, item('us/7', 'incident')],
    [incidentQuery('north', 'us/7').queryKey, incident(state)],
    [
      incidentTableQuery('north', asked, '', 100).queryKey,
      { rows: [row], total: 123_456, next: 'x', notHeld: { ru: 3 } },
    ],
    [
      observationTableQuery('north', asked, '', 100).queryKey,
      { rows: [{ entry: 'us/4', observation }], total: 1, next: null, notCounted: {} },
    ],
    [
      observationTableQuery('north', { from: at, until: later, mark: 'actual' }, '', 10_000).queryKey,
      { rows: [], total: 0, next: null, notCounted: {} },
    ],
    [coverageQuery('north', at, later, 'actual').queryKey, covered],
    [summaryQuery('north', '', { zone: 'UTC', closes: '00:00' }, '', 'actual').queryKey, draft],
  ];
  for (const [key, data] of known) client.setQueryData(key, data);
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
}

const marked = { mark: 'actual', bar: null, onMark: () => undefined } as const;
const pages: [string, ReactNode][] = [
  ['an agreement', <AgreementView key="a" line={line} entry="us/1" />],
  ['an incident', <IncidentView key="i" line={line} entry="us/7" />],
  ['incidents', <Incidents key="t" line={line} chosen={null} {...marked} />],
  ['observations', <Observations key="o" line={line} {...marked} />],
  ['coverage', <Monitoring key="c" line={line} mark="actual" bar={null} />],
];

test.each(pages)('no character that hides itself reaches the page: %s', (_, page) => {
  const html = shown(page);
  expect(html).toContain('U+202E');
  // eslint-disable-next-line no-control-regex
  expect(html.match(/.{0,60}[\u0000-\u0008\u200B\u202A-\u202E].{0,20}/u)?.[0]).toBeUndefined();
});

test('whatever a peer put into the text of an agreement, it is drawn', () => {
  for (const text of [null, 7, 'x', [], { clauses: [null, 3, { id: 4 }], languages: 'x', areas: {} }, { maps: [[]] }])
    expect(shown(<AgreementView line={line} entry="us/1" />, text)).toContain('Who signs');
});

test('an empty rung says so in words, who is not on this text as well, and what the text waits for', () => {
  const html = shown(<AgreementView line={line} entry="us/1" />);
  expect(html).toContain('not reported');
  expect(html).toContain('not on this text');
  expect(html).toContain('sealing of the last signature');
});

test('a party that has signed what it can is not asked to sign before anything else', () => {
  expect(onwardOf(agreement(null) as never, 'us')).not.toContain('agreement.signed');
  expect(onwardOf(agreement(null) as never, 'ru')).toContain('agreement.signed');
  expect(onwardOf(agreement(null) as never, 'ua')).toContain('agreement.consented'); // whose consent another's waits for
});

test('an incident is alleged until the board closes it, and a dissent stays beside it then', () => {
  const before = shown(<IncidentView line={line} entry="us/7" />);
  expect(before).toContain('Alleged violation');
  expect(before).toContain('the board has not closed it');
  expect(before).toContain('to nobody');
  const after = shown(<IncidentView line={line} entry="us/7" />, null, 'closed');
  expect(after).not.toContain('Alleged violation');
  expect(after).toContain('Dissents: 1');
});

test('that nobody watched is told from that nothing was reported', () => {
  const html = shown(<Monitoring line={line} mark="actual" bar={null} />);
  expect(html).toContain('nobody watched');
  expect(html).toContain('watched, and nothing was reported');
  expect(html).toContain('ru: 2');
});

test('that another party watched makes nothing watched, and what is not listed is said', () => {
  const html = shown(<Monitoring line={line} mark="actual" bar={null} />);
  const ford = html.slice(html.indexOf('aria-label="Ford"'));
  expect(ford).toContain('as another party says: closes no gap');
  expect(ford.slice(0, ford.indexOf('</header>'))).toContain('nobody watched');
  expect(html).toContain('Shorter gaps that are not listed: 4');
  expect(html).toContain('Not listed, by author (beyond a share): ru: 17');
});

test('agreements and orders beyond a share of a party are said to be left out', () => {
  expect(shown(<Agreements line={line} chosen={null} />)).toContain('Not listed, by author (beyond a share): ru: 3');
  expect(shown(<Orders line={line} agreement="us/1" />)).toContain('Not listed, by author (beyond a share): us: 2');
});

test('calls beyond a share of their opener are said to be left out, also where none is shown', () => {
  expect(shown(<CallPart calls={[]} leftOut={[['ru', 25]]} />)).toContain(
    'Not listed, by author (beyond a share): ru: 25',
  );
});

test('what the header says is left out is read by author, and what is no count is passed over', () => {
  expect(countsOf('ru 3; us 12')).toEqual({ ru: 3, us: 12 });
  expect(countsOf(null)).toEqual({});
  expect(countsOf('; ru; us x; fr 1e9; de 4')).toEqual({ de: 4 });
});
