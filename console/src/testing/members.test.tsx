import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { kindsQuery } from '../api/kinds';
import { entryQuery, itemQuery } from '../api/queries';
import type { EntryView } from '../api/types';
import { Told } from '../forms/FormsScreen';
import { Inspector } from '../record/Inspector';
import { sessionQuery } from '../api/session';
import { theKinds } from './kinds';
import { Message } from '../watch/Message';
import { Proposal } from '../look/Proposal';
import { Refused } from '../watch/Refused';
import { EntryBody } from '../look/BodyView';
import { randomOf } from './random';
import { signedIn } from './session';

vi.mock('../api/live', () => ({
  useTail: () => ({ entries: [], loaded: true }),
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ tail: () => ({ entries: [], missing: false }) }),
}));

const at = '2026-11-23T00:00:00.000Z';
const by = { seat: 'watch', name: 'Ada' };
const facts = { read: [], translated: [], passedOn: [], answered: [], replacedBy: null };

/** Every place where somebody decides by what an entry says, each by itself. */
function places(kind: string, body: unknown, only = false): Record<string, string> {
  const entry = {
    id: 'ru/1',
    line: 'north',
    kind,
    arrival: 1,
    storedAt: at,
    at,
    by,
    mark: 'actual',
    precedence: 'routine',
    re: [],
    to: null,
    lang: null,
    sealed: false,
    cosignedBy: [],
    size: 3,
    body,
    bodyState: 'here',
  } as unknown as EntryView;
  const proposal = {
    proposal: 'p',
    line: 'north',
    act: null,
    kind,
    by,
    at,
    precedence: 'routine',
    mark: 'actual',
    re: [],
    to: null,
    lang: null,
    body,
  } as never;
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn('Bo'));
  client.setQueryData(entryQuery('north', 'ru/1').queryKey, { ...entry, header: 'e30=', cosignatures: [] });
  client.setQueryData(itemQuery('north', 'ru/1').queryKey, {
    entry: 'ru/1',
    family: 'accident',
    state: 'reported',
    since: at,
    due: null,
    overdue: false,
    opener: 'ru',
    entries: [{ entry: 'ru/1', kind, at, by }],
    settled: false,
    mark: 'actual',
  } as never);
  const html = (page: ReactNode): string =>
    renderToStaticMarkup(
      <MantineProvider>
        <QueryClientProvider client={client}>{page}</QueryClientProvider>
      </MantineProvider>,
    );
  const watch = (): string =>
    html(
      <Message entry={entry} facts={facts} due={undefined} own={false} chosen={false} day={null} undelivered={false} />,
    );
  const toRelease = (): string => html(<Proposal proposal={proposal} lines={[]} />);
  if (only) return { watch: watch(), 'to release': toRelease() };
  return {
    watch: watch(),
    forms: html(<Told line={{ line: 'north', title: '', parties: ['us', 'ru'] } as never} entry="ru/1" />),
    body: html(<EntryBody line="north" entry="ru/1" />),
    inspector: html(<Inspector line="north" entry="ru/1" onClose={() => {}} />),
    'to release': toRelease(),
    refused: html(<Refused refused={{ proposal, by, reason: null, at }} lines={[]} />),
  };
}

const bodies: [string, Record<string, unknown>, string[]][] = [
  [
    'movement.submitted',
    {
      purpose: 'food',
      route: [{ name: 'Depot K', position: [24.5, 56.5], at: '2026-11-23T06:10:00.000Z' }, { name: 'Bridge M' }],
      vehicles: '4 lorries',
      markings: 'red cross, roofs',
      headcount: 11,
      armedEscort: true,
      escortOf: 'UN police',
      liveContact: '+371 200',
      departure: '2026-11-23T05:00:00.000Z',
      note: 'no stop',
    },
    [
      'food',
      'Depot K',
      'Bridge M',
      '4 lorries',
      'red cross, roofs',
      '11',
      'Armed escort',
      'UN police',
      '+371 200',
      '230500Z NOV 26',
      'no stop',
      'Markings',
      'Live contact',
      'Route',
    ],
  ],
  [
    'accident.reported',
    { what: 'A drone strayed', heading: 271, armed: false, note: 'low fuel', where: { name: 'Skerry' } },
    ['A drone strayed', '271', 'Armed', 'low fuel', 'Skerry'],
  ],
  [
    'area.declared',
    {
      type: 'protected',
      name: 'Hospital 2',
      localName: 'Slimnīca',
      organisation: 'MSF',
      function: 'hospital',
      verifiedBy: 'OCHA',
      verifiedHow: 'on site',
      verifiedAt: '2026-11-01T00:00:00.000Z',
      consent: true,
    },
    ['Hospital 2', 'Slimnīca', 'MSF', 'hospital', 'OCHA', 'on site', '010000Z NOV 26', 'Operator’s consent'],
  ],
  [
    'message.translated',
    { text: 'Bitte', translator: 'Cy', reviewer: 'Di Reviewer', status: 'certified', machine: true },
    ['Bitte', 'Cy', 'Di Reviewer', 'certified', 'Made by a machine'],
  ],
  [
    'claim.made',
    { text: 'They fired', source: 'radar', contested: true },
    ['They fired', 'radar', 'Known to be contested'],
  ],
  [
    'call.held',
    {
      between: [{ party: 'us', office: 'secretary', rank: 'General' }],
      minutes: 12,
      recordingHash: 'sha256:aa',
      participants: ['Eve'],
      holdSeconds: 40,
      asked: 'why',
      outcome: 'calm',
    },
    ['secretary', 'General', '12', 'sha256:aa', 'Eve', '40', 'why', 'calm'],
  ],
  [
    'watch.offered',
    {
      communicator: 'Fay',
      translator: 'Gus',
      until: '2026-11-24T00:00:00.000Z',
      note: 'quiet night',
      open: [{ line: 'north', entry: 'us/3', family: 'call', state: 'requested' }],
    },
    ['Fay', 'Gus', '240000Z NOV 26', 'quiet night', 'us/3', 'requested'],
  ],
  [
    'readout.drafted',
    {
      text: 'We spoke',
      points: [{ text: 'Ice', tag: 'agreed' }],
      effective: '2026-12-01T00:00:00.000Z',
      embargo: '2026-12-02T00:00:00.000Z',
      firstSince: '2026-02-18T00:00:00.000Z',
    },
    ['We spoke', 'Ice', '010000Z DEC 26', '020000Z DEC 26', '180000Z FEB 26'],
  ],
  [
    'blind.proposed',
    { with: 'ru', profile: { south: 1, separation: { horizontal: 926 } }, nonce: 'ab12', note: 'tonight' },
    ['926', 'ab12', 'tonight'],
  ],
  [
    'example.later',
    { anything: { deep: [{ er: 'sunk' }] }, 'odd member': [1, 'two', true] },
    ['sunk', 'two', 'odd member'],
  ],
];

test.each(bodies)('every member of %s stands on every screen that shows it', (kind, body, wanted) => {
  for (const [place, html] of Object.entries(places(kind, body)))
    for (const text of wanted) expect(html, `${place}: ${text}`).toContain(text);
});

test('an entry that says no more than its text shows no table under it', () => {
  expect(places('message.sent', { text: 'hello', template: null, fields: [] })['watch']).not.toContain('<dl');
});

const names = [
  'text',
  'concern',
  'what',
  'topic',
  'reason',
  'note',
  'subject',
  'purpose',
  'use',
  'outcome',
  'echelon',
  'where',
  'between',
  'party',
  'office',
  'rank',
  'points',
  'tag',
  'outside',
  'windows',
  'window',
  'from',
  'until',
  'place',
  'name',
  'position',
  'uncertaintyMetres',
  'when',
  'at',
  'expires',
  'minutes',
  'fields',
  'number',
  'unit',
  'time',
  'attachments',
  'material',
  'entry',
  'size',
  'sha256',
  'hash',
  'verification',
  'source',
  'endDate',
  'means',
  'level',
  'style',
  'template',
  'status',
  'answer',
  'volumes',
  'surprise',
];

test('whatever a body holds, wherever in it, stands on the watch screen and with a proposal', () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = randomOf(seed);
    const leaves: string[] = [];
    const json = (depth: number): unknown => {
      const pick = random();
      if (depth === 0 || pick < 0.5) {
        leaves.push(`leaf${seed}x${leaves.length}`);
        return leaves.at(-1);
      }
      if (pick < 0.7) return Array.from({ length: 1 + Math.floor(random() * 3) }, () => json(depth - 1));
      return Object.fromEntries(
        Array.from({ length: 1 + Math.floor(random() * 4) }, () => [
          names[Math.floor(random() * names.length)] ?? '',
          null,
        ])
          .map(([name]) => name as string)
          .filter((name, i, all) => all.indexOf(name) === i)
          .map((name) => [name, json(depth - 1)]),
      );
    };
    const body = Object.fromEntries(names.filter(() => random() < 0.15).map((name) => [name, json(3)]));
    for (const kind of ['message.sent', 'call.accepted', 'notice.given', 'movement.submitted']) {
      const { watch = '', 'to release': proposal = '' } = places(kind, body, true);
      for (const leaf of leaves)
        for (const html of [watch, proposal])
          expect(html, `${kind}, seed ${seed}, ${leaf}: ${JSON.stringify(body)}`).toContain(leaf);
    }
  }
}, 120_000);
