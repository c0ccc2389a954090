import { expect, test } from 'vitest';
import { typedNumber, typedPosition } from '../look/position';
import type { ItemView } from '../api/types';
import { standingEntry } from '../api/kinds';
import { theKind, theKinds } from '../testing/kinds';
import {
  fieldsOf,
  leftOutOf,
  readForm as readFields,
  startOf,
  valuesOfBody as valuesOfFields,
  type Values,
} from './fields';

const readForm = (kind: string, values: Values) => readFields(fieldsOf(theKind(kind)), values);
const valuesOfBody = (kind: string, body: unknown) => valuesOfFields(fieldsOf(theKind(kind)), body);
import { codedOf, numberProblem, readNumber, readPosition, readWhole } from '../look/fields';

test('a position is read as officers write it, latitude first, and kept in GeoJSON order', () => {
  for (const text of [
    '57.31 19.42',
    '57.31 N 19.42 E',
    'N 57.31 E 19.42',
    '57.31, 19.42',
    '19.42 E 57.31 N',
    '57°18\'36" N 19°25\'12" E',
  ])
    expect(
      readPosition(text)?.map((n) => Math.round(n * 1e4) / 1e4),
      text,
    ).toEqual([19.42, 57.31]);
  expect(readPosition('12.5 S 70.25 W')).toEqual([-70.25, -12.5]);
  expect(readPosition('-12.5 -70.25')).toEqual([-70.25, -12.5]);
  for (const bad of ['', '57.31', '91 N 10 E', '10 N 181 E', 'here', '57.31 N 19.42 N'])
    expect(readPosition(bad), bad).toBeNull();
});

test('a coded field is a value with its unit, or nothing while it cannot be read', () => {
  expect(codedOf({ name: 'altitude', type: 'number', unit: 'ft' }, '12000')).toEqual({
    name: 'altitude',
    number: 12000,
    unit: 'ft',
  });
  expect(codedOf({ name: 'until', type: 'time' }, '221730Z NOV 26')).toEqual({
    name: 'until',
    time: '2026-11-22T17:30:00.000Z',
  });
  expect(codedOf({ name: 'altitude', type: 'number' }, 'high')).toBeNull();
});

test('a form tells what is wrong with it field by field, and what can be read is read all the same', () => {
  const { body, problems } = readForm('accident.reported', {
    what: 'A drone strayed',
    when: 'yesterday',
    'where@': '57.31 N 19.42 E',
    where: 'Skerry',
    'where±': '-1',
    heading: '270',
    armed: 'no',
  });
  expect(problems).toEqual({ when: 'unreadable', 'where±': 'unreadable' });
  expect(body).toMatchObject({
    what: 'A drone strayed',
    heading: 270,
    armed: false,
    where: { name: 'Skerry', position: [19.42, 57.31] },
  });
  expect(readForm('accident.reported', {}).problems).toEqual({ what: 'wanted' });
});

test('a position is read in every form that means one place', () => {
  const same = [
    '57.31 N 19.42 E',
    '57.31N19.42E',
    'N57.31E19.42',
    'N57.31 E19.42',
    'n 57.31 e 19.42',
    '57.31,19.42',
    '57.31, 19.42',
    '57.31; 19.42',
    '57,31 N 19,42 E',
    '57,31 N, 19,42 E',
    '57,31 19,42',
    '+57.31+19.42',
    '57.31° 19.42°',
    '57.31°N 19.42°E',
    '57 18.6 N 19 25.2 E',
    '57 18 36 N 19 25 12 E',
    'N 57 18 36 E 19 25 12',
    '57 18 36 19 25 12',
    '57° 18\' 36" N, 19° 25\' 12" E',
    '57°18′36″N 19°25′12″E',
    "57°18'36''N 19°25'12''E",
    'E19.42 N57.31',
    "19°25.2'E 57°18.6'N",
    '57°18\'36" 19°25\'12"',
  ];
  for (const text of same)
    expect(
      readPosition(text)?.map((n) => Math.round(n * 1e6) / 1e6),
      text,
    ).toEqual([19.42, 57.31]);
  expect(readPosition('12 30 S 70 15 W')).toEqual([-70.25, -12.5]);
  expect(readPosition('-12.5, -70.25')).toEqual([-70.25, -12.5]);
  expect(readPosition('+12.5-070.25')).toEqual([-70.25, 12.5]);
  expect(readPosition("0°30'S 0°15'W")).toEqual([-0.25, -0.5]);
});

test('a position that could be another place, or is none, is refused', () => {
  const bad = [
    "57°60' N 19°25' E",
    '57°18\'60" N 19°25\'12" E',
    '57 75 N 19 25 E',
    '57 18 99 N 19 25 12 E',
    '57.31 N 19.42',
    '57.31 19.42 E',
    '57.31 N 19.42 S',
    'N 57.31 N 19.42 E',
    '-57.31 S 19.42 E',
    '57,31',
    '57,19',
    '57.31-19.42',
    '57.31 - 19.42',
    '57 18 19',
    '57 18 36 19 25',
    "57.5°18' N 19°25' E",
    '57°18.5\'36" N 19°25\'12" E',
    '5731N 01942E',
    '90 0 1 N 10 E',
    '10 N 180.1 E',
    '1e1 N 2 E',
    '0x10 20',
    '57.31 N 19.42 E 3',
    '57.31.2 N 19.42 E',
    'NaN NaN',
    '57.31 O 19.42 E',
    '57. 31 N 19.42 E',
    'N E',
    '° °',
    ','.repeat(200),
    ' '.repeat(5000),
  ];
  for (const text of bad) expect(readPosition(text), text.slice(0, 40)).toBeNull();
});

test('a place that is put into a form and read back is the same to the last digit', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < 2000; i++) {
    const scale = 10 ** -Math.floor(random() * 9);
    const [longitude, latitude] = [(random() * 360 - 180) * scale, (random() * 180 - 90) * scale];
    expect(readPosition(typedPosition(longitude, latitude))).toEqual([longitude, latitude]);
  }
  for (const [longitude, latitude] of [
    [180, 90],
    [-180, -90],
    [0, 0],
    [1e-7, -1e-9],
    [24.105186, 56.949649],
  ] as const)
    expect(readPosition(typedPosition(longitude, latitude))).toEqual([longitude, latitude]);
});

test('a number that can be read two ways is refused, and so is what is no number in digits', () => {
  for (const text of ['1,500', '1.500', '12,000', '-1,500', '1,500,000', '1.500.000', '999,999'])
    expect([text, numberProblem(text)]).toEqual([text, 'two-ways']);
  for (const text of ['0x10', '1e3', 'Infinity', 'NaN', '1 500', '1_500', '1,5,2', '.5', '5.', '--1', '١', '', ' '])
    expect([text, readNumber(text)]).toEqual([text, null]);
  for (const [text, value] of [
    ['1500', 1500],
    ['1,5', 1.5],
    ['1.5', 1.5],
    ['0,125', 0.125],
    ['0.125', 0.125],
    ['-3', -3],
    [' 7 ', 7],
    ['1500,25', 1500.25],
    ['1234.567', 1234.567],
  ] as const)
    expect([text, readNumber(text)]).toEqual([text, value]);
  for (const text of ['0x10', '1e3', '-1', '1.5', '1,500', '9999999999', ''])
    expect([text, readWhole(text)]).toEqual([text, null]);
  expect(readForm('accident.reported', { what: 'x', 'where@': '57.31 N 19.42 E', 'where±': '1,500' }).problems).toEqual(
    { 'where±': 'two-ways' },
  );
});

test('a number that is put into a form and read back is the same', () => {
  for (const value of [0, 1, 1.5, 1.125, 12.25, 999.999, 0.125, -1.125, 1e-7, 1234.567, 500, 0.1 + 0.2])
    expect(readNumber(typedNumber(value)), String(value)).toBe(value);
});

test('correcting one word of a notice changes nothing else of it', () => {
  const notice = {
    template: 'hazard',
    what: 'Live firng',
    from: '2026-12-18T06:00:07.250Z',
    until: '2026-12-18T15:00:59.000Z',
    place: { name: 'Skerry West', position: [19.4200123456, 57.3100987654], uncertaintyMetres: 1.125 },
  };
  const { body, problems } = readForm('notice.updated', {
    ...valuesOfBody('notice.updated', notice),
    what: 'Live firing',
  });
  expect(problems).toEqual({});
  expect(body).toEqual({ ...notice, what: 'Live firing' });
});

test('a step that answers an item begins with the place that it is about, and with nothing else', () => {
  const item = {
    family: 'notice',
    what: 'Firing',
    type: 'hazard',
    place: { name: 'Skerry', position: [19.42, 57.31], uncertaintyMetres: null },
  } as unknown as ItemView;
  expect(readForm('notice.read_back', startOf(theKind('notice.read_back'), item)).body).toEqual({ place: item.place });
  expect(startOf(theKind('notice.cancelled'), item)).toEqual({});
});

test('an update begins with all of what it replaces, and says what the station has no member for', () => {
  const accident = {
    what: 'A drone strayed',
    when: '2026-12-18T06:00:07.250Z',
    where: { name: 'Skerry', position: [19.4200123456, 57.31], uncertaintyMetres: 12.125 },
    heading: 270.5,
    armed: false,
    note: 'unarmed',
  };
  const { body, problems } = readForm('accident.updated', {
    ...valuesOfBody('accident.updated', { ...accident, wind: 'NW' }),
    what: 'A drone strayed again',
  });
  expect(problems).toEqual({});
  expect(body).toEqual({ ...accident, what: 'A drone strayed again' });
  expect(leftOutOf(fieldsOf(theKind('accident.updated')), { ...accident, wind: 'NW', gone: null })).toEqual(['wind']);
});

test('what an update replaces is the newest entry that counts', () => {
  const one = (entry: string, kind: string) => ({ entry, kind });
  const item = {
    entry: 'us/1',
    entries: [
      one('us/1', 'notice.given'),
      one('us/2', 'notice.updated'),
      one('us/3', 'notice.updated'),
      one('ru/1', 'notice.read_back'),
    ],
    flags: [{ entry: 'us/3', kind: 'notice.updated', reason: '' }],
  } as unknown as ItemView;
  expect(standingEntry(theKinds, item)).toBe('us/2');
});
