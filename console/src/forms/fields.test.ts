import { expect, test } from 'vitest';
import { readForm } from './definitions';
import { codedOf, readPosition } from './fields';

test('a position is read as officers write it, latitude first, and kept in GeoJSON order', () => {
  for (const text of ['57.31 19.42', '57.31 N 19.42 E', 'N 57.31 E 19.42', '57.31, 19.42', '19.42 E 57.31 N', "57°18'36\" N 19°25'12\" E"]) expect(readPosition(text)?.map(n => Math.round(n * 1e4) / 1e4), text).toEqual([19.42, 57.31]);
  expect(readPosition('12.5 S 70.25 W')).toEqual([-70.25, -12.5]);
  expect(readPosition('-12.5 -70.25')).toEqual([-70.25, -12.5]);
  for (const bad of ['', '57.31', '91 N 10 E', '10 N 181 E', 'here', '57.31 N 19.42 N']) expect(readPosition(bad), bad).toBeNull();
});

test('a coded field is a value with its unit, or nothing while it cannot be read', () => {
  expect(codedOf({ name: 'altitude', type: 'number', unit: 'ft' }, '12000')).toEqual({ name: 'altitude', number: 12000, unit: 'ft' });
  expect(codedOf({ name: 'until', type: 'time' }, '221730Z NOV 26')).toEqual({ name: 'until', time: '2026-11-22T17:30:00.000Z' });
  expect(codedOf({ name: 'altitude', type: 'number' }, 'high')).toBeNull();
});

test('a form tells what is wrong with it field by field, and what can be read is read all the same', () => {
  const { body, problems } = readForm('accident.reported', { what: 'A drone strayed', when: 'yesterday', 'where@': '57.31 N 19.42 E', where: 'Skerry', 'where±': '-1', heading: '270', armed: 'no' });
  expect(problems).toEqual({ when: 'unreadable', 'where±': 'unreadable' });
  expect(body).toMatchObject({ what: 'A drone strayed', heading: 270, armed: false, where: { name: 'Skerry', position: [19.42, 57.31] } });
  expect(readForm('accident.reported', {}).problems).toEqual({ what: 'wanted' });
});
