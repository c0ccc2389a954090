import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import {
  alarmsQuery,
  chronologyQuery,
  draftsQuery,
  itemQuery,
  lineQuery,
  linesQuery,
  proposalsQuery,
  receiptsQuery,
  statusQuery,
  trafficQuery,
  watchQuery,
} from '../api/queries';
import { requestOf } from '../api/acts';
import { Calls } from '../contacts/Calls';
import { Chronology } from '../contacts/Chronology';
import { FormsScreen } from '../forms/FormsScreen';
import { HandoverScreen } from '../handover/HandoverScreen';
import { kindsQuery } from '../api/kinds';
import { mayQuiet, sessionQuery } from '../api/session';
import { AlarmBar } from '../watch/AlarmBar';
import { theKinds } from './kinds';
import { Duty } from '../watch/Duty';
import { LineHeader } from '../watch/LineHeader';
import { MessageDetail } from '../watch/MessageDetail';
import { signedIn } from './session';

// The stream of events needs a station.
vi.mock('../api/live', () => ({
  useTail: () => ({ entries: [], missing: false }),
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ tail: () => ({ entries: [], missing: false }) }),
}));

/** Reads as one thing and says another: an override, a zero-width space and a control. */
const evil = 'move \u202Etfel\u202C now\u200B\u0007';
const at = '2026-11-23T00:00:00.000Z';
const line = { line: 'north', title: evil, parties: ['us', 'ru'] } as never;
const by = { seat: 'watch', name: evil, releasedBy: { seat: 'watch', name: evil } };
const between = [
  { party: 'us', office: evil, rank: evil },
  { party: 'ru', office: evil },
];
const item = (family: string, mark: string) => ({
  entry: `ru/${family.length}`,
  family,
  state: 'open',
  since: at,
  due: null,
  overdue: false,
  opener: 'ru',
  entries: [{ entry: 'ru/1', kind: evil, at, by }],
  settled: false,
  mark,
  between,
  topic: evil,
  concern: evil,
  what: evil,
  text: evil,
  reason: evil,
  place: { name: evil },
  meeting: { where: evil, note: evil },
  windows: [],
});
const traffic = {
  line: 'north',
  at,
  folding: false,
  open: [item('call', 'exercise'), item('clarification', 'test')],
  waiting: [],
  waitingCount: 0,
  overdue: 0,
  tests: { byParty: {}, nextAutomatic: null, nextStaffed: null },
  flagCount: 1,
  conditions: [
    { entry: 'ru/2', party: 'ru', scope: 'line', level: 'crisis', reason: evil, since: at, mark: 'exercise' },
  ],
  flags: [{ entry: 'ru/9', kind: evil, reason: evil }],
};
const attempt = {
  entry: 'ru/1',
  line: 'north',
  at,
  by: 'ru',
  between,
  topic: evil,
  outcome: 'declined',
  answer: null,
  answeredAt: null,
  expires: at,
  deliveredAt: null,
  deliveredProof: [],
};
const chronology = {
  line: 'north',
  at,
  with: null,
  exercise: true,
  leftOut: 0,
  standingRequests: 0,
  standingByParty: {},
  lastContact: null,
  previousContact: null,
  daysSinceLastContact: null,
  daysBetweenContacts: null,
  firstSince: null,
  attempts: [attempt],
  contacts: [
    {
      entry: 'ru/3',
      line: 'north',
      at,
      minutes: 1,
      between,
      outcome: evil,
      mark: 'exercise',
      saidBy: ['ru'],
      confirmed: false,
    },
  ],
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
  level: 'deputy',
  about: 'acknowledgement',
  due: at,
  raised: at,
  waitingFor: ['us'],
  mark: 'exercise',
  for: ['watch', 'principal'],
  isQuiet: false,
  quieted: { by, at, level: 'due' },
};

function shown(page: ReactNode, seat = 'principal'): string {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn('Ada', seat));
  const known: [readonly unknown[], unknown][] = [
    [linesQuery.queryKey, [line]],
    [alarmsQuery.queryKey, [alarm]],
    [proposalsQuery.queryKey, []],
    [draftsQuery.queryKey, [{ draft: 'd', at, line: 'north', kind: 'notice.given', by, content: {}, problem: evil }]],
    [trafficQuery('north').queryKey, traffic],
    [chronologyQuery('north', null, '').queryKey, chronology],
    [
      watchQuery('north').queryKey,
      [
        {
          party: 'us',
          entry: null,
          since: null,
          communicator: evil,
          translator: evil,
          until: null,
          offered: 'us/4',
          offeredTo: evil,
        },
      ],
    ],
    [lineQuery('north').queryKey, { parties: [{ party: 'us', name: evil, addresses: [] }] }],
    [
      statusQuery('north').queryKey,
      {
        peers: [],
        forks: 0,
        suspensions: [{ by: 'ru', entry: 'ru/9', at, seat: 'principal', name: evil, releasedBy: evil, reason: evil }],
      },
    ],
    [
      receiptsQuery('north', 'ru/1').queryKey,
      {
        delivered: {},
        read: [{ party: 'us', entry: 'us/1', at, by, note: evil }],
        translated: [],
        passedOn: [],
        answered: [],
      },
    ],
    [itemQuery('north', 'ru/13').queryKey, item('clarification', 'test')],
    [
      itemQuery('north', 'us/4').queryKey,
      { ...item('watch', 'actual'), handover: [{ line: 'north', entry: 'us/1', family: evil, state: evil }] },
    ],
  ];
  for (const [key, data] of known) client.setQueryData(key, data);
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
}

const entry = { id: 'ru/1', line: 'north', kind: 'message.sent', by, mark: 'exercise', body: { text: evil } } as never;
const pages: [string, ReactNode][] = [
  ['alarms', <AlarmBar key="a" />],
  ['line', <LineHeader key="l" line={line} />],
  ['duty', <Duty key="d" lines={[line]} />],
  ['calls', <Calls key="c" line={line} chosen={null} />],
  ['chronology', <Chronology key="h" line={line} />],
  ['message', <MessageDetail key="m" entry={entry} own={false} />],
  ['forms', <FormsScreen key="f" />],
  ['handover', <HandoverScreen key="w" />],
];

test.each(pages)('no character that hides itself reaches the page: %s', (_, page) => {
  const html = shown(page);
  expect(html).toContain('U+202E');
  // eslint-disable-next-line no-control-regex
  expect(html.match(/.{0,60}[\u0000-\u0008\u200B\u202A-\u202E].{0,20}/u)?.[0]).toBeUndefined();
});

test.each(pages.filter(([name]) => ['alarms', 'line', 'duty', 'calls', 'chronology', 'handover'].includes(name)))(
  'what is an exercise says so: %s',
  (_, page) => {
    expect(shown(page)).toContain('Exercise');
  },
);

test('an alarm of an exercise says so before anything else, that it rose to the deputy, and who took it down before', () => {
  const html = shown(<AlarmBar />);
  const row = html.slice(html.indexOf('<li'));
  expect(row.indexOf('Exercise')).toBeLessThan(row.indexOf('Overdue'));
  expect(row).toContain('Rose to you as the deputy');
  expect(row).toContain('taken down before (Overdue) by');
  expect(shown(<AlarmBar />, 'watch')).toContain('Rose to the deputy: Principal');
});

test('only the watch and the principal are offered to take an alarm down', () => {
  expect(
    ['watch', 'principal', 'spokesperson', 'interpreter', 'auditor', 'administrator', 'planner'].filter(mayQuiet),
  ).toEqual(['watch', 'principal']);
  // Whose seat may acknowledge is offered that instead, and never the other.
  expect(shown(<AlarmBar />, 'spokesperson')).not.toMatch(/>Take down/);
  expect(shown(<AlarmBar />, 'auditor')).toMatch(/<button[^>]*disabled[^>]*>Take down/);
});

test('a suspension says by whom, by which two officers, why, and what still passes', () => {
  const html = shown(<LineHeader line={line} />);
  expect(html).toContain('SUSPENDED by ru');
  expect(html).toContain('(principal)');
  expect(html).toContain('takes FLASH, acknowledgements');
});

test('an exercise’s chronology says so, and a call that one side alone logged is its word', () => {
  const html = shown(<Chronology line={line} />);
  expect(html).toContain('This is the history of an exercise');
  expect(html).toContain('according to ru, not confirmed');
});

test('an act leaves its mark to the station unless the officer chose one', () => {
  expect(requestOf({ kind: 'call.declined', body: {}, re: ['ru/1'] }, by)).toMatchObject({ mark: null });
  expect(requestOf({ kind: 'call.requested', body: {}, mark: 'exercise' }, by)).toMatchObject({ mark: 'exercise' });
});
