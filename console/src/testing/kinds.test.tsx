import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { aboutKinds, actsOf, kindsOf, kindsQuery, mayWrite, type Kind, type Schema } from '../api/kinds';
import { entryQuery } from '../api/queries';
import { sessionQuery } from '../api/session';
import type { EntryView, ItemView } from '../api/types';
import { fieldsOf, leftOutOf, readForm, valuesOfBody, type Field } from '../entry/fields';
import { isWanted } from '../entry/wanted';
import { FormEditor } from '../entry/FormEditor';
import { Told } from '../forms/FormsScreen';
import { openersOf } from '../look/openers';
import { hasLabel, labelsFrom } from '../look/labels';
import { de } from '../messages/de';
import { en as atFirst } from '../messages/en';
import { en as ofScreens } from '../messages/screens/en';
import { Inspector } from '../record/Inspector';
import { Message } from '../watch/Message';
import { theKind, theKinds, weather } from './kinds';
import { signedIn } from './session';

const en = { ...atFirst, ...ofScreens };

vi.mock('../api/live', () => ({
  useTail: () => ({ entries: [], loaded: true }),
  useStale: () => false,
  useConnection: () => ({ state: 'live' }),
  theLive: () => ({ tail: () => ({ entries: [], missing: false }) }),
}));

const all = [...theKinds.values()];
const at = '2026-11-23T00:00:00.000Z';
const by = { seat: 'watch', name: 'Ada' };
const line = { line: 'north', title: 'North', parties: ['us', 'ru'], standing: 'open', created: at };
const catalogues: [string, Readonly<Record<string, string>>][] = [
  ['English', en],
  ['German', de],
];

/** Symbols of units are the same in every language. */
const areSymbols = (member: string): boolean => member === 'unit';

/** Every member of a body, wherever in it, with its schema; volumes have an editor and a view of their own, as a whole. */
const membersIn = (schema: Schema | null | undefined): [string, Schema][] =>
  Object.entries(schema?.properties ?? {}).flatMap(([name, one]) => [
    [name, one],
    ...(one.format === 'volumes' ? [] : [...membersIn(one), ...membersIn(one.items)]),
  ]);

/** A body of a kind with everything in it, and each text of it once. */
function bodyOf(schema: Schema, name: string, count: { n: number }): unknown {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const n = ++count.n;
  switch (schema.format) {
    case 'date-time':
      return `2026-12-${String(1 + (n % 28)).padStart(2, '0')}T0${n % 10}:00:00.000Z`;
    case 'position':
      return [20 + n / 100, 50 + n / 100];
    case 'volumes':
      return [
        {
          volume: { outline_circle: { center: { lng: 20.5, lat: 56.5 }, radius: { value: 500 + n, units: 'M' } } },
          time_start: { value: '2026-12-01T00:00:00.000Z', format: 'RFC3339' },
        },
        { volume: { outline_polygon: { vertices: [], holes: [] } } },
      ];
    case 'files':
      return [{ entry: 'us/7', name: `file${n}.pdf`, size: 5, sha256: 'a'.repeat(64) }];
  }
  if (schema.enum !== undefined) return schema.enum[0];
  if (types.includes('boolean')) return n % 2 === 0;
  if (types.includes('integer'))
    return Math.min(schema.maximum ?? Infinity, Math.max(schema.minimum ?? 0, 1 + (n % 90)));
  if (types.includes('number')) return 1.5 + (n % 90);
  if (types.includes('array'))
    return [bodyOf(schema.items ?? {}, name, count), bodyOf(schema.items ?? {}, name, count)];
  if (schema.properties !== undefined)
    return Object.fromEntries(
      Object.entries(schema.properties).map(([member, one]) => [member, bodyOf(one, member, count)]),
    );
  return `${name} no. ${n}`;
}
const wholeOf = (kind: Kind): Record<string, unknown> =>
  bodyOf(kind.body ?? {}, kind.kind, { n: 0 }) as Record<string, unknown>;

test.each(catalogues)(
  'every kind, every member of a body and every word of a choice has its words in %s',
  (_, words) => {
    const has = (...keys: string[]): boolean => keys.some((key) => Object.hasOwn(words, key));
    const lacking = all.flatMap((kind) => [
      ...(has(`kind.${kind.kind}`) ? [] : [`kind.${kind.kind}`]),
      ...(has(`family.${kind.family}`) ? [] : [`family.${kind.family}`]),
      ...(has(`search.family.${kind.family}`) ? [] : [`search.family.${kind.family}`]),
      ...(kind.byStation || !kind.continues || has(`do.${kind.kind}`) ? [] : [`do.${kind.kind}`]),
      ...membersIn(kind.body).flatMap(([member, schema]) => [
        ...(hasLabel(kind.kind, member) &&
        has(`member.${kind.kind}.${member}`, `member.${kind.family}.${member}`, `member.${member}`)
          ? []
          : [`member.${member} (of ${kind.kind})`]),
        ...[...(schema.enum ?? []), ...(schema.examples ?? [])]
          .filter((word) => word !== null && !areSymbols(member))
          .map((word) => String(word).replaceAll(' ', '-'))
          .filter((word) => !has(`choice.${member}.${word}`, `choice.${word}`))
          .map((word) => `choice.${word} (${kind.kind}, ${member})`),
      ]),
    ]);
    expect(lacking).toEqual([]);
  },
);

const everyField = (fields: readonly Field[], under = ''): [string, Field][] =>
  fields.flatMap((field) => [[under + field.name, field], ...everyField(field.fields, `${under}${field.name}.`)]);

test('every member of every body has a field of its own sort, and none is left to be typed as JSON', () => {
  for (const kind of all) {
    const fields = everyField(fieldsOf(kind)).filter(([, field]) => field.type !== 'place');
    const members = Object.keys(kind.body?.properties ?? {});
    expect(
      fieldsOf(kind).map((field) => field.name),
      kind.kind,
    ).toEqual(members);
    expect(fields.filter(([, field]) => field.type === 'json').map(([name]) => `${kind.kind} ${name}`)).toEqual([]);
    expect(
      fieldsOf(kind)
        .filter((field) => field.required)
        .map((field) => field.name)
        .sort(),
    ).toEqual(
      [
        ...new Set([
          ...(kind.body?.required ?? []),
          // What the protocol leaves open, and a form insists on.
          ...Object.keys(kind.body?.properties ?? {}).filter((member) => isWanted(kind.kind, member)),
        ]),
      ].sort(),
    );
  }
});

test('whatever a body holds is put into its form and read back from it as it was', () => {
  for (const kind of [...all, weather].filter((one) => one.body !== null)) {
    const body = wholeOf(kind);
    const { body: read, problems } = readForm(fieldsOf(kind), valuesOfBody(fieldsOf(kind), body));
    expect(problems, kind.kind).toEqual({});
    expect(read, kind.kind).toEqual(body);
    expect(leftOutOf(fieldsOf(kind), body), kind.kind).toEqual([]);
  }
});

/** Kinds that only a tool of their own writes: bytes of a file, and what a blind check computes. */
const byTheirToolAlone = ['message.attachment', 'blind.proposed'];

test('every kind that an officer may write is offered: as something new, as an act on its item, or about any entry', () => {
  const offered = new Set<string>();
  for (const seat of ['watch', 'principal', 'interpreter', 'spokesperson', 'planner', 'administrator']) {
    const { here, elsewhere } = openersOf(theKinds, seat);
    const item = { acts: all.map((kind) => kind.kind), entries: [], opener: 'us' } as unknown as ItemView;
    for (const kind of [
      ...here,
      ...elsewhere,
      ...actsOf(theKinds, seat, item).filter((one) => one.continues && !one.about),
      ...all.flatMap((one) => aboutKinds(theKinds, seat, one.family, true)),
    ]) {
      offered.add(kind.kind);
      expect(mayWrite(theKinds, seat, kind.kind), `${kind.kind} by the ${seat}`).toBe(true);
    }
  }
  expect(all.filter((kind) => !kind.byStation && !offered.has(kind.kind)).map((kind) => kind.kind)).toEqual(
    byTheirToolAlone,
  );
});

function clientWith(kinds: ReadonlyMap<string, Kind>): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  client.setQueryData(kindsQuery.queryKey, kinds);
  client.setQueryData(sessionQuery.queryKey, signedIn('Bo'));
  return client;
}
const html = (client: QueryClient, page: React.ReactNode): string =>
  renderToStaticMarkup(
    <MantineProvider>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </MantineProvider>,
  );
const textOfHtml = (page: string): string =>
  page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'");

const leavesOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(leavesOf)
      : [];
const isTime = /^\d{4}-\d\d-\d\dT/;

test.each([...all, weather].filter((kind) => kind.body !== null).map((kind) => [kind.kind, kind] as const))(
  'every member of %s stands on the watch screen, among the forms and in the record',
  (name, kind) => {
    const body = wholeOf(kind);
    const client = clientWith(new Map([...theKinds, [weather.kind, weather]]));
    const entry = {
      id: 'ru/1',
      line: 'north',
      kind: name,
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
    client.setQueryData(entryQuery('north', 'ru/1').queryKey, { ...entry, header: 'e30=', cosignatures: [] });
    const facts = { read: [], translated: [], passedOn: [], answered: [], replacedBy: null };
    const places = {
      watch: html(
        client,
        <Message
          entry={entry}
          facts={facts}
          due={undefined}
          own={false}
          chosen={false}
          day={null}
          undelivered={false}
        />,
      ),
      forms: html(client, <Told line={line} entry="ru/1" />),
      record: html(client, <Inspector line="north" entry="ru/1" onClose={() => {}} />),
    };
    for (const [place, page] of Object.entries(places))
      for (const leaf of leavesOf(body).filter((one) => !isTime.test(one) && !/^[A-Z0-9]{1,7}$/.test(one)))
        expect(textOfHtml(page), `${place}: ${leaf}`).toContain(leaf);
  },
);

test('a kind that this console never heard of has a label, a form with a field for each member, and a place to be shown', () => {
  const kinds = new Map([...theKinds, [weather.kind, weather]]);
  const client = clientWith(kinds);
  labelsFrom(kinds);
  expect(openersOf(kinds, 'watch').here).toContain(weather);
  expect(openersOf(kinds, 'spokesperson').here).not.toContain(weather);
  const form = textOfHtml(
    html(client, <FormEditor line={line} kind={weather} about={null} start={{}} draft={null} onDone={() => {}} />),
  );
  for (const words of [
    'Report the wind',
    'Station *',
    'Metres per second',
    'Gusts',
    'At (UTC)',
    'Storm',
    'Trend',
    'rising',
    'Where',
    'Add: Readings',
    'Observers',
    'Something odd',
  ])
    expect(form, words).toContain(words);
  const item = { acts: ['weather.reported'], entries: [], opener: 'us' } as unknown as ItemView;
  expect(actsOf(kinds, 'watch', item)).toEqual([weather]);
  labelsFrom(theKinds);
});

test('what is too long, too many, out of range or no number is told by its field, and what is wanted is asked for', () => {
  const fields = fieldsOf(weather);
  const { problems } = readForm(fields, {
    metresPerSecond: '201',
    gusts: '1,500',
    at: 'yesterday',
    odd: '{',
    observers: `Ada\n${'x'.repeat(21)}`,
    'readings#': '2',
    'readings.0.note': 'no height',
    'readings.1.height': '2.5',
  });
  expect(problems).toEqual({
    station: 'wanted',
    metresPerSecond: 'out-of-range',
    gusts: 'two-ways',
    at: 'unreadable',
    odd: 'unreadable',
    observers: 'too-long',
    'readings.0.height': 'wanted',
  });
  expect(readForm(fields, { station: 'x'.repeat(201) }).problems).toEqual({ station: 'too-long' });
  expect(readForm(fields, { station: 'Riga', metresPerSecond: '1.5' }).problems).toEqual({
    metresPerSecond: 'unreadable',
  });
  const many = {
    station: 'Riga',
    'readings#': '4',
    ...Object.fromEntries([0, 1, 2, 3].map((i) => [`readings.${i}.height`, '1'])),
  };
  expect(readForm(fields, many).problems).toEqual({ readings: 'too-many' });
});

test('kinds are told by name, in the order of the station', () => {
  expect([...kindsOf([theKind('call.held'), theKind('claim.made')]).keys()]).toEqual(['call.held', 'claim.made']);
});
