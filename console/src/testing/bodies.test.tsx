import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { kindsQuery } from '../api/kinds';
import { entryQuery } from '../api/queries';
import type { EntryView } from '../api/types';
import { Told } from '../forms/FormsScreen';
import { fieldsOf, readForm, valuesOfDraft } from '../entry/fields';
import { Row as MapRow } from '../map/MapScreen';
import { objectsOf } from '../map/objects';
import { en as atFirst } from '../messages/en';
import { en as ofScreens } from '../messages/screens/en';
import { Row } from '../record/EntryList';
import { Inspector } from '../record/Inspector';
import { sessionQuery } from '../api/session';
import { Message } from '../watch/Message';
import { Proposal } from '../look/Proposal';
import { Refused } from '../watch/Refused';
import { theKinds } from './kinds';
import { randomOf } from './random';
import { signedIn } from './session';

const en = { ...atFirst, ...ofScreens };

vi.mock('../api/live', () => ({
  useTail: () => ({ entries: [], loaded: true }),
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ tail: () => ({ entries: [], missing: false }) }),
}));

const at = '2026-11-23T00:00:00.000Z';
const line = 'north';
const by = { seat: 'watch', name: 'Ada' };
const facts = { read: [], translated: [], passedOn: [], answered: [], replacedBy: null };
const kinds = [
  ...Object.keys(en)
    .filter((key) => key.startsWith('kind.'))
    .map((key) => key.slice(5)),
  'example.position',
  'constructor',
  '__proto__',
];

/** Everything that shows an entry's body, rendered with no boundary around it: what throws here would be a boundary's work there. */
function show(kind: string, body: unknown): string {
  const entry = {
    id: 'ru/1',
    line,
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
    line,
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
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(kindsQuery.queryKey, theKinds);
  client.setQueryData(sessionQuery.queryKey, signedIn('Bo'));
  client.setQueryData(entryQuery(line, 'ru/1').queryKey, { ...entry, header: 'e30=', cosignatures: [] });
  const page: ReactNode = (
    <>
      <Message entry={entry} facts={facts} due={undefined} own={false} chosen day={null} undelivered={false} />
      <Row entry={entry} />
      <table>
        <tbody>
          {objectsOf([entry], 'north', null, theKinds).map((object) => (
            <MapRow key={object.id} object={object} chosen={false} onChoose={() => {}} />
          ))}
        </tbody>
      </table>
      <Inspector line={line} entry="ru/1" onClose={() => {}} />
      <Told line={{ line, title: '', parties: ['us', 'ru'] } as never} entry="ru/1" />
      <Proposal proposal={proposal} lines={[]} />
      <Refused refused={{ proposal, by, reason: null, at }} lines={[]} />
    </>
  );
  return renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
}

// The inputs that blanked the console, as they were.
const found: [string, unknown][] = [
  ['message.sent', { text: 'see the list', points: [null] }],
  ['message.sent', { text: 'see the offices', between: [null] }],
  ['message.sent', { text: 'see the windows', windows: [null] }],
  ['message.sent', { text: 'see the window', window: { from: 'whenever', until: 'later' } }],
  ['example.position', { what: 'x', place: { name: 'P', position: [24.1, 56.95] }, from: 'whenever' }],
  ['example.position', { what: 'x', place: { name: 'P', position: [24.1, 56.95] }, until: 'whenever' }],
  ['example.position', { what: 'x', place: { name: 5, position: [24.1, 56.95] } }],
  [
    'example.position',
    { what: 'x', place: { name: 'P', position: [24.1, 56.95], uncertaintyMetres: 'far' }, when: 'soon' },
  ],
];

test.each(found)('%s %j is shown, and what it says in words stands there', (kind, body) => {
  const { text, what } = body as { text?: string; what?: string };
  expect(show(kind, body)).toContain(text ?? what);
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
  'values',
  'about',
  '__proto__',
];
const odd: unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  1e-320,
  9007199254740993,
  '',
  ' ',
  'x',
  'whenever',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.001Z',
  '2026-11-23',
  '\u0000',
  '\uD800',
  '\u202E',
  'a'.repeat(300),
  [],
  {},
  [null],
  [[]],
  [{}],
  [24.1, 56.95],
  [1e308, 91],
  ['24', '57'],
  [24],
  { length: 3 },
  { toString: 1 },
  { text: null },
  { from: 1, until: [] },
];

function json(random: () => number, depth: number): unknown {
  const pick = random();
  if (depth === 0 || pick < 0.45) return odd[Math.floor(random() * odd.length)];
  if (pick < 0.65) return Array.from({ length: Math.floor(random() * 4) }, () => json(random, depth - 1));
  const body: Record<string, unknown> = {};
  for (let i = Math.floor(random() * 7); i >= 0; i--)
    body[names[Math.floor(random() * names.length)] ?? ''] = json(random, depth - 1);
  return body;
}

test('whatever JSON a body holds, under every kind, every view of it is drawn', () => {
  for (const [i, kind] of kinds.entries()) {
    for (let round = 0; round < 6; round++) {
      const seed = i * 1000 + round;
      const body = json(randomOf(seed), 4);
      expect(() => show(kind, body), `${kind}, seed ${seed}: ${JSON.stringify(body)?.slice(0, 400)}`).not.toThrow();
    }
  }
}, 120_000);

test('a draft that was kept by another version, whatever stands in it, fills its form with texts alone', () => {
  const forms = [...theKinds.values()].map(fieldsOf);
  for (let seed = 0; seed < 500; seed++) {
    const values = valuesOfDraft(json(randomOf(seed), 4));
    expect(Object.values(values).every((value) => typeof value === 'string')).toBe(true);
    for (const form of forms) expect(() => readForm(form, values)).not.toThrow();
  }
}, 60_000); // every kind has its turn with every draft: it grows with the kinds
