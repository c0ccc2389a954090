import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { kindsQuery } from '../api/kinds';
import { alarmsQuery, entryQuery, linesQuery, trafficQuery } from '../api/queries';
import { sessionQuery } from '../api/session';
import type { AlarmView } from '../api/types';
import { Lacking } from '../ceasefire/CheckedText';
import { Conflicts } from '../entry/Conflicts';
import { BodyView } from '../look/BodyView';
import { firstOf } from '../look/levels';
import { AlarmBar } from '../watch/AlarmBar';
import { Duty, fresh } from '../watch/Duty';
import { theKinds } from './kinds';
import { signedIn } from './session';

const tail = { entries: [], loaded: true };
vi.mock('../api/live', () => ({
  useTail: () => tail,
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ connection: { heard: Date.now() }, subscribe: () => () => {}, tail: () => tail }),
}));

const line = { line: 'north', title: 'The northern line', parties: ['us', 'ru'] } as never;
const at = '2026-11-23T00:00:00.000Z';

function shown(page: ReactNode, known: [readonly unknown[], unknown][]): string {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn());
  client.setQueryData(linesQuery.queryKey, [line]);
  for (const [key, data] of known) client.setQueryData(key, data);
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
}
/** What is read of it. */
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

const volume = {
  volume: {
    outline_circle: { center: { lng: 19.42, lat: 57.31 }, radius: { value: 20_000, units: 'M' } },
    altitude_lower: { value: 0, reference: 'W84', units: 'M' },
    altitude_upper: { value: 3_000, reference: 'W84', units: 'M' },
  },
  time_start: { value: '2030-05-18T06:00:00Z', format: 'RFC3339' },
};
const plan = (id: string, name: string) =>
  [
    entryQuery('north', id).queryKey,
    {
      id,
      line: 'north',
      kind: 'activity.notified',
      mark: 'exercise',
      lang: null,
      by: { seat: 'planner', name: 'P' },
      at,
      body: { name, volumes: [volume] },
      bodyState: 'here',
    },
  ] as [readonly unknown[], unknown];

const traffic = {
  line: 'north',
  at,
  folding: false,
  open: [] as unknown[],
  waiting: [] as unknown[],
  waitingCount: 0,
  overdue: 0,
  conditions: [],
  tests: { byParty: {}, nextAutomatic: null, nextStaffed: null },
  flags: [],
  flagCount: 0,
};
const call = {
  entry: 'ru/4',
  family: 'call',
  mark: 'actual',
  state: 'requested',
  since: at,
  due: null,
  overdue: false,
  opener: 'ru',
  entries: [{ entry: 'ru/4', kind: 'call.requested', at, by: { seat: 'watch', name: 'R' } }],
  settled: false,
  acts: ['call.accepted', 'call.countered'],
  topic: 'the columns',
  windows: [{ from: '2999-05-04T10:00:00.000Z', until: '2999-05-04T11:00:00.000Z' }],
};

test('a request for a call is owed an answer, with the way to it and its first window as the time', () => {
  const html = shown(<Duty lines={[line]} />, [[trafficQuery('north').queryKey, { ...traffic, open: [call] }]]);
  expect(html).toContain('data-asks="ru/4"');
  expect(textOf(html)).toContain('You owe an answer (1)');
  expect(textOf(html)).toContain('Answer… ru/4');
  expect(html).toContain('dateTime="2999-05-04T10:00:00.000Z"');
  expect(textOf(html)).toContain('Open (0)');
});

test('what is to be acknowledged and answered is one row with both acts', () => {
  const receipt = {
    entry: 'ru/4',
    kind: 'call.requested',
    precedence: 'routine',
    mark: 'actual',
    at,
    due: null,
    overdue: false,
    waitingFor: ['us'],
  };
  const html = shown(<Duty lines={[line]} />, [
    [trafficQuery('north').queryKey, { ...traffic, open: [call], waiting: [receipt], waitingCount: 1 }],
  ]);
  expect(textOf(html)).toContain('You owe an answer (1)');
  expect(html).not.toContain('data-asks');
  expect(textOf(html)).toContain('Answer… ru/4Acknowledge ru/4');
});

test('where nothing is owed no number of it stands', () => {
  const text = textOf(shown(<Duty lines={[line]} />, [[trafficQuery('north').queryKey, traffic]]));
  expect(text).not.toContain('You owe an answer');
  expect(text).toContain('Nothing waits.');
});

test('what was played and is due since more than a day is put apart from what is to be seen to', () => {
  const now = Date.now();
  const due = (mark: 'actual' | 'exercise', days: number) => ({
    mark,
    due: new Date(now - days * 86_400_000).toISOString(),
  });
  const all = [due('exercise', 2), due('actual', 2), due('exercise', 0.5), { mark: 'exercise' as const, due: null }];
  expect(fresh(all, (one) => one)).toEqual([all.slice(1), all.slice(0, 1)]);
});

test('a plan that conflicts is told by kind, name and time; to change it is the first act, and letting it stand is held', () => {
  const html = shown(<Conflicts line="north" entries={['ru/3']} onChange={() => {}} onKnown={() => {}} />, [
    plan('ru/3', 'Live firing east'),
  ]);
  const text = textOf(html);
  for (const part of ['Exercise', 'Activity', 'Live firing east', '180600Z MAY 30', 'no end'])
    expect(text).toContain(part);
  expect(text.indexOf('Change the plan')).toBeLessThan(text.indexOf('Put on the record all the same'));
  expect(text).toContain('hold');
});

test('volumes are told in rows: area, height, and from when until when', () => {
  const text = textOf(shown(<BodyView kind="activity.notified" body={{ name: 'X', volumes: [volume] }} />, []));
  for (const part of ['circle of 20.0 km around 57.310° N 19.420° E', '0 m – 3000 m', '180600Z MAY 30', 'no end'])
    expect(text).toContain(part);
  expect(text).not.toContain('outline_circle');
});

test('what only a machine compares stands last', () => {
  const text = textOf(
    shown(<BodyView kind="line.opened" body={{ document: `sha256:${'a'.repeat(64)}`, note: 'agreed in Oslo' }} />, []),
  );
  expect(text.indexOf('agreed in Oslo')).toBeLessThan(text.indexOf('sha256'));
});

const alarm = (part: Partial<AlarmView>): AlarmView =>
  ({
    alarm: 'north:x',
    class: 'urgent',
    rings: true,
    line: 'north',
    entry: 'ru/9',
    kind: 'message.sent',
    precedence: 'flash',
    mark: 'actual',
    level: 'arrived',
    about: 'acknowledgement',
    due: '2999-01-01T00:00:00.000Z',
    raised: at,
    waitingFor: ['us'],
    text: 'Turn away',
    ...part,
  }) as AlarmView;

test('an alarm names its line and by when it is to be acknowledged', () => {
  const text = textOf(shown(<AlarmBar />, [[alarmsQuery.queryKey, [alarm({})]]]));
  expect(text).toContain('ru · The northern line');
  expect(text).toContain('due in');
});

test('an alarm of a conflict is told by the names of both plans, and not by coordinates', () => {
  const html = shown(<AlarmBar />, [
    [
      alarmsQuery.queryKey,
      [
        alarm({
          alarm: 'north:conflict.us.1.ru.3',
          class: 'conflict',
          entry: 'us/1',
          kind: 'activity.notified',
          about: 'conflict of us/1 with ru/3: 57.0 N 19.0 E to 57.4 N 19.7 E',
          text: 'Patrol flight',
          waitingFor: ['us', 'ru'],
        }),
      ],
    ],
    plan('ru/3', 'Live firing east'),
    plan('us/1', 'Patrol flight'),
  ]);
  const text = textOf(html);
  expect(text).toContain('Patrol flight with Live firing east of ru');
  expect(text).not.toContain('57.0 N');
  expect(text).toContain('begins 010000Z JAN 2999');
});

test('what is meant is seen to before what is played, and what rings before what does not', () => {
  const all = [
    alarm({ alarm: 'played', mark: 'exercise' }),
    alarm({ alarm: 'shown', rings: false }),
    alarm({ alarm: 'rings' }),
    alarm({ alarm: 'later', level: 'reminder' }),
  ];
  expect(firstOf(all)?.alarm).toBe('rings');
  expect(firstOf(all.slice(0, 1))?.alarm).toBe('played');
  expect(firstOf(all.slice(3))).toBeUndefined();
});

test('what a text lacks is said in the page’s words', () => {
  const text = textOf(shown(<Lacking missing={['it has no guarantor']} warnings={[]} />, []));
  expect(text).toContain('It has no guarantor');
});
