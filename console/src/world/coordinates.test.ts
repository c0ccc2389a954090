import { expect, test } from 'vitest';
import { readPosition } from '../look/fields';
import { lengthText } from '../look/length';
import { bearingText, dmsText, inNotation, mgrsText, readAnyPosition, readMgrs } from './coordinates';
import { courseOf } from './geodesy';

test('a place in degrees, minutes and seconds is read back as that place', () => {
  for (const [longitude, latitude] of [
    [36.2548, 49.9818],
    [-0.00001, -0.00001],
    [179.99999, -89.99999],
    [-73.9999999, 40.9999999],
  ] as const) {
    const back = readPosition(dmsText(longitude, latitude));
    expect(back?.[0]).toBeCloseTo(longitude, 4);
    expect(back?.[1]).toBeCloseTo(latitude, 4);
  }
  expect(dmsText(19.9999999, 59.9999999)).toBe('60°00′00.0″N 020°00′00.0″E'); // never sixty seconds
});

test('a grid reference names the square that its place lies in', () => {
  expect(mgrsText(36.2548, 49.9818)).toMatch(/^37U CR \d{5} \d{5}$/);
  for (const [longitude, latitude] of [
    [36.2548, 49.9818],
    [19.42, 57.31],
    [-179.999, -16.5],
    [180, 10],
    [5.5, 60.4],
    [15.6, 78.2],
    [-58.4, -34.6],
  ] as const) {
    const text = mgrsText(longitude, latitude) ?? '';
    const back = readMgrs(text);
    expect(back, text).not.toBeNull();
    expect(courseOf([longitude, latitude], back ?? [0, 0]).metres, text).toBeLessThan(1.5);
    expect(readMgrs(text.replaceAll(' ', '').toLowerCase())).toEqual(back);
  }
  expect(mgrsText(20, 85)).toBeNull();
  expect(inNotation('mgrs', [20, 85])).toBe('85.000° N 20.000° E');
});

test('what is no grid reference is not read', () => {
  for (const text of [
    '',
    '37U',
    '37U CR 123 45',
    '61U CR 12345 12345',
    '37I CR 12345 12345',
    '37U CR 1234567',
    'CR 1 1',
  ])
    expect(readMgrs(text), text).toBeNull();
  expect(readAnyPosition('50.30 N 36.94 E')).toEqual([36.94, 50.3]);
  expect(readAnyPosition('37U CR 03176 38912')).not.toBeNull();
});

test('lengths and bearings are said as people say them', () => {
  expect([lengthText(849.6), lengthText(4_100), lengthText(123_456)]).toEqual(['850 m', '4.1 km', '123 km']);
  expect([bearingText(7.2), bearingText(359.8), bearingText(180)]).toEqual(['007°', '000°', '180°']);
});
