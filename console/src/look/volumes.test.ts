import { expect, test } from 'vitest';
import { timesOf, toldVolume, toldVolumes } from './volumes';

const circle = {
  volume: {
    outline_circle: { center: { lng: 19.42, lat: 57.31 }, radius: { value: 20_000, units: 'M' } },
    altitude_lower: { value: 0, reference: 'W84', units: 'M' },
    altitude_upper: { value: 3_000, reference: 'W84', units: 'M' },
  },
  time_start: { value: '2030-05-18T06:00:00Z', format: 'RFC3339' },
  time_end: { value: '2030-05-18T12:00:00Z', format: 'RFC3339' },
};
const corner = (lng: number, lat: number) => ({ lng, lat });
const polygon = { volume: { outline_polygon: { vertices: [corner(19, 57), corner(20, 57), corner(20, 58)] } } };

test('a volume is told by its area, its heights and its times', () => {
  expect(toldVolume(circle)).toEqual({
    circle: { at: [19.42, 57.31], radius: 20_000 },
    corners: [],
    lower: 0,
    upper: 3_000,
    reference: 'W84',
    from: Date.parse('2030-05-18T06:00:00Z'),
    until: Date.parse('2030-05-18T12:00:00Z'),
  });
  expect(toldVolume(polygon)).toMatchObject({ circle: null, lower: null, until: null });
});

test.each([
  ['a member that is not known', { ...circle, speed: 3 }],
  ['feet', { volume: { ...circle.volume, altitude_upper: { value: 3_000, reference: 'W84', units: 'FT' } } }],
  ['two references', { volume: { ...circle.volume, altitude_lower: { value: 0, reference: 'AGL', units: 'M' } } }],
  ['a time that none is', { ...circle, time_end: { value: 'soon' } }],
  [
    'a corner off the globe',
    { volume: { outline_polygon: { vertices: [corner(19, 97), corner(1, 1), corner(2, 1)] } } },
  ],
  ['two outlines', { volume: { ...circle.volume, ...polygon.volume } }],
  ['a word', 'circle'],
])('what a row would leave out is shown as it was sent: %s', (_, volume) => {
  expect(toldVolume(volume)).toBeNull();
  expect(toldVolumes([circle, volume])).toBeNull();
});

test('a plan holds from the first beginning to the last end, and has no end where one volume has none', () => {
  const later = {
    ...circle,
    time_start: { value: '2030-05-19T06:00:00Z' },
    time_end: { value: '2030-05-19T07:00:00Z' },
  };
  expect(timesOf([later, circle])).toEqual({
    from: Date.parse('2030-05-18T06:00:00Z'),
    until: Date.parse('2030-05-19T07:00:00Z'),
  });
  expect(timesOf([circle, polygon])).toEqual({ from: null, until: null });
  expect(timesOf(undefined)).toBeNull();
});
