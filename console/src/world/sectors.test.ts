import { expect, test } from 'vitest';
import { courseOf, encloses } from './geodesy';
import { groundOf, openReach } from './sectors';

const place = { name: 'Mill', position: [37, 48] as [number, number] };

test('what was heard in the south-west, three to seven kilometres away, lies there and nowhere else', () => {
  const ground = groundOf({ place, bearingFrom: 202, bearingTo: 292, distanceMin: 3_000, distanceMax: 7_000 });
  expect(ground?.open).toBe(false);
  for (const corner of ground?.rings[0] ?? []) {
    const { metres, bearing } = courseOf(place.position, corner);
    expect(metres).toBeGreaterThan(2_999);
    expect(metres).toBeLessThan(7_001);
    expect(bearing).toBeGreaterThan(201.9);
    expect(bearing).toBeLessThan(292.1);
  }
});

test('a sector that passes through north is the narrow one', () => {
  const ground = groundOf({ place, bearingFrom: 350, bearingTo: 10, distanceMin: 0, distanceMax: 2_000 });
  const ring = ground?.rings[0] ?? [];
  expect(encloses(ring, [37, 48.01])).toBe(true);
  expect(encloses(ring, [37, 47.99])).toBe(false);
});

test('what nobody says is drawn open, and without a position of the observer nothing is drawn', () => {
  expect(groundOf({ place: { name: 'Mill' } as never })).toBeNull();
  expect(groundOf({ place: { position: ['x', 1] } as never })).toBeNull();
  const nothing = groundOf({ place } as never);
  expect(nothing?.open).toBe(true);
  expect(courseOf(place.position, nothing?.rings[0]?.[0] ?? [0, 0]).metres).toBeCloseTo(openReach, 0);
  const direction = groundOf({ place, bearingFrom: 90, bearingTo: 90 } as never);
  expect(direction?.open).toBe(true);
  expect(direction?.rings[0]?.length).toBeGreaterThan(3);
  expect(groundOf({ place, bearingFrom: 0, bearingTo: 360, distanceMin: 500, distanceMax: 900 })?.rings.length).toBe(2);
});
