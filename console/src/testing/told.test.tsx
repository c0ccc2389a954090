import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import {
  chronologyQuery,
  itemQuery,
  lineQuery,
  linesQuery,
  stationQuery,
  statusQuery,
  trafficQuery,
} from '../api/queries';
import type { OwnFeed } from '../api/types';
import { Attempts, Calls } from '../contacts/Calls';
import { PlanRow } from '../map/MapScreen';
import { kindsQuery } from '../api/kinds';
import { sessionQuery } from '../api/session';
import { theKinds } from './kinds';
import { Duty } from '../watch/Duty';
import { LineHeader } from '../watch/LineHeader';
import { LineList } from '../watch/LineList';
import { shortened } from '../look/InPart';
import { StationBanner } from '../look/StaleBanner';
import { TitleBar } from '../look/TitleBar';
import { signedIn } from './session';

const tail = { entries: [], loaded: true };
vi.mock('../api/live', () => ({
  useTail: () => tail,
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ connection: { heard: Date.now() }, subscribe: () => () => {}, tail: () => tail }),
}));

const at = '2026-11-23T00:00:00.000Z';
const line = { line: 'north', title: 'North', parties: ['us', 'ru'] } as never;
const peer = { party: 'ru', state: 'alive', lastHeard: at, clockOffsetMs: 0, oldestUndelivered: null };
const item = {
  entry: 'ru/4',
  family: 'call',
  state: 'requested',
  since: at,
  due: null,
  overdue: false,
  opener: 'ru',
  entries: [],
  settled: false,
  mark: 'actual',
  between: [{ party: 'us', office: 'secretary of state' }],
  windows: [],
};
const traffic = {
  line: 'north',
  at,
  folding: false,
  open: [] as unknown[],
  waiting: [],
  waitingCount: 0,
  overdue: 0,
  conditions: [],
  tests: { byParty: {}, nextAutomatic: null, nextStaffed: null },
  flags: [],
  flagCount: 0,
};
const foreign: OwnFeed = {
  state: 'own-feed-foreign',
  sentence: 'us/7 was signed with our key and not written here',
  awaited: ['ru'],
  foreign: { peer: 'ru', held: 7, proven: 9, at },
  proposed: null,
  decided: null,
};

function shown(page: ReactNode, known: [readonly unknown[], unknown][], seat = 'watch'): string {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn('Ada', seat));
  client.setQueryData(linesQuery.queryKey, [line]);
  for (const [key, data] of known) client.setQueryData(key, data);
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
}
const withFeed = (ownFeed: OwnFeed | null, peers: unknown[] = [peer]): [readonly unknown[], unknown] => [
  statusQuery('north').queryKey,
  { peers, forks: 0, suspensions: [], ownFeed },
];

describe('a line whose own feed is foreign', () => {
  test('says so on the list of lines and asks to act now, also after its alarm was taken down', () => {
    const html = shown(<LineList lines={[line]} chosen={null} />, [withFeed(foreign)]);
    expect(html).toContain('SIGNED WITH OUR KEY, NOT WRITTEN HERE');
    expect(html).toContain('data-level="critical"');
  });

  test('offers the officer to sign on, and shows what is foreign and who is waited for', () => {
    const html = shown(<LineHeader line={line} />, [withFeed(foreign)]);
    expect(html).toContain('us/7 was signed with our key');
    expect(html).toContain('ru showed it: of our feed we hold 7, and 9 stand under our signature');
    expect(html).toContain('Not shown yet what they hold of our feed: ru');
    expect(html).toContain('Sign on…');
  });

  test('the second officer is shown whose word it is, why and without whom, and the first one cannot confirm his own', () => {
    const word = (name: string) => ({
      ...foreign,
      proposed: {
        decided: false,
        line: 'north',
        first: { seat: 'watch', name },
        second: null,
        at,
        reason: 'the copy is off',
        without: ['ru'],
      },
    });
    const second = shown(<LineHeader line={line} />, [withFeed(word('Bo'))]);
    for (const text of [
      'Bo (watch) proposes to sign on',
      'the copy is off',
      'without waiting for ru',
      'Confirm that it signs on…',
    ])
      expect(second).toContain(text);
    const first = shown(<LineHeader line={line} />, [withFeed(word('Ada'))]);
    expect(first).not.toContain('Confirm that it signs on…');
    expect(first).toContain('Take my proposal back');
  });

  test('a seat that does not decide is told of it and offered nothing', () => {
    const html = shown(<LineHeader line={line} />, [withFeed(foreign)], 'interpreter');
    expect(html).toContain('us/7 was signed with our key');
    expect(html).not.toContain('Sign on…');
  });

  test('what two officers decided stays told', () => {
    expect(
      shown(<LineHeader line={line} />, [
        withFeed({
          state: 'ours',
          sentence: null,
          awaited: [],
          decided: {
            decided: true,
            line: 'north',
            first: { seat: 'watch', name: 'Bo' },
            second: { seat: 'watch', name: 'Cy' },
            at,
            reason: null,
            without: [],
          },
        }),
      ]),
    ).toContain('Bo and Cy decided that it signs on');
  });
});

test('a station that listens beyond this machine without TLS says so on every screen', () => {
  const html = shown(<StationBanner />, [
    [
      stationQuery.queryKey,
      { state: 'ready', fault: null, noRoom: null, warning: 'the API listens on 0.0.0.0 without TLS' },
    ],
  ]);
  expect(html).toContain('the API listens on 0.0.0.0 without TLS');
  expect(html).toContain('Not secure');
  expect(shown(<StationBanner />, [[stationQuery.queryKey, { state: 'ready', fault: null, noRoom: null }]])).toBe(
    shown(<></>, []),
  );
});

test('the state of a station is told in words', () => {
  expect(shown(<TitleBar />, [[stationQuery.queryKey, { state: 'own-feed-foreign', fault: null }]])).toContain(
    'station SIGNED FOR BY ANOTHER',
  );
});

test('clocks are told to differ by what the parties agreed, and beyond what they flag that is said', () => {
  const at3 = (policy: object) =>
    shown(<LineHeader line={line} />, [
      withFeed(null, [{ ...peer, clockOffsetMs: -3_000 }]),
      [lineQuery('north').queryKey, { parties: [], document: '', policy }],
    ]);
  expect(at3({ clockWarn: 2, clockFlag: 10 })).toContain('clock of ru off by -3.0 s');
  expect(at3({ clockWarn: 2, clockFlag: 10 })).not.toContain('flagged');
  expect(at3({ clockWarn: 5, clockFlag: 60 })).not.toContain('clock of ru');
  expect(at3({ clockWarn: 1, clockFlag: 3 })).toContain('beyond 3 s, where entries are flagged');
});

test('an item that is shortened or cannot be shown says so, with the way to the record', () => {
  const cut = shown(<Duty lines={[line]} />, [
    [
      trafficQuery('north').queryKey,
      {
        ...traffic,
        open: [
          { ...item, cut: true },
          { ...item, entry: 'ru/5', unshown: true },
        ],
      },
    ],
  ]);
  expect(cut).toContain('shortened here');
  expect(cut).toContain('cannot be shown here');
  const call = shown(<Calls line={line} chosen={null} />, [
    [trafficQuery('north').queryKey, { ...traffic, open: [{ ...item, unshown: true }] }],
  ]);
  expect(call).toContain('More stands in the record: ru/4');
  expect(call).not.toContain('Accept');
});

test('a call that the list shortens is shown and answered as it is at its own address', () => {
  const html = shown(<Calls line={line} chosen={null} />, [
    [trafficQuery('north').queryKey, { ...traffic, open: [{ ...item, cut: true, between: null, topic: 'half' }] }],
    [itemQuery('north', 'ru/4').queryKey, { ...item, acts: ['call.accepted'], topic: 'the whole topic' }],
  ]);
  expect(html).toContain('the whole topic');
  expect(html).toContain('secretary of state');
  expect(html).toContain('Accept');
});

test('a request that is dated ahead says so in the chronology', () => {
  const attempt = {
    entry: 'ru/1',
    line: 'north',
    at,
    by: 'ru',
    between: [],
    topic: null,
    outcome: 'waiting',
    answer: null,
    answeredAt: null,
    mark: 'actual',
    expires: at,
    deliveredAt: null,
    deliveredProof: [],
    datedAhead: true,
  } as never;
  expect(
    shown(<Attempts here="north" attempts={[attempt]} />, [[chronologyQuery('north', null, '').queryKey, null]]),
  ).toContain('dated ahead: the clock of ru was');
});

test('a request that nobody answered says how long there was to answer it', () => {
  const told = (came: string) =>
    shown(
      <Attempts
        here="north"
        attempts={[
          {
            entry: 'ru/1',
            line: 'north',
            at,
            by: 'ru',
            between: [],
            topic: null,
            outcome: 'no answer',
            answer: null,
            answeredAt: null,
            mark: 'actual',
            expires: '2026-11-29T10:00:00Z',
            deliveredAt: came,
            deliveredProof: [{ by: 'us', at: came, size: 2, cosignature: null, path: '/p' }],
            datedAhead: false,
          } as never,
        ]}
      />,
      [[chronologyQuery('north', null, '').queryKey, null]],
    );
  expect(told('2026-11-29T09:59:58Z')).toContain('expired 2 s after it was delivered');
  expect(told('2026-11-29T10:00:01Z')).toContain('expired before it was delivered');
});

test('a plan whose conflicts may be more says so in the map’s table', () => {
  const plan = {
    key: 'k',
    entry: 'ru/1',
    line: 'north',
    family: 'activity',
    owner: 'ru',
    role: 'activity',
    state: 'notified',
    name: 'x',
    problem: null,
    conflictsWith: [],
    caution: '12 more conflicts are not listed',
    features: [],
  } as never;
  expect(
    shown(
      <table>
        <tbody>
          <PlanRow plan={plan} chosen={false} onChoose={() => {}} />
        </tbody>
      </table>,
      [],
    ),
  ).toContain('12 more conflicts are not listed');
});

test('a text that is shortened ends with dots, and never within a character', () => {
  expect(shortened('abcdef', 3)).toBe('abc…');
  expect(shortened('abc', 3)).toBe('abc');
  expect(shortened('ab😀', 3)).toBe('ab…');
});

test('what the lists of the watch leave out is told by its number, with the way to it', () => {
  const open = Array.from({ length: 75 }, (_, i) => ({ ...item, entry: `ru/${i}` }));
  const flag = { entry: 'ru/1', kind: 'x.y', reason: 'no step' };
  const html = shown(<Duty lines={[line]} />, [
    [trafficQuery('north').queryKey, { ...traffic, open, waitingCount: 1_200, flags: [flag], flagCount: 300 }],
  ]);
  for (const text of [
    'Open (75)',
    '15 more, not listed here',
    'You owe an answer (?)',
    'Waiting for an acknowledgement (1200)',
    '1200 more, not listed here',
    'Flagged (300)',
    '299 more, not listed here',
  ])
    expect(html).toContain(text);
});
