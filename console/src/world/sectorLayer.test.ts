import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { projected } from './base';
import type { Palette } from './palette';
import { SectorLayer } from './sectorLayer';
import { groundOf, type Sector } from './sectors';

/** A canvas that counts what is filled on it, and a clock that goes on with each. */
let clock = 0;
let filled = 0;
let copied = 0;
const context = () => ({
  beginPath: () => undefined,
  moveTo: () => undefined,
  lineTo: () => undefined,
  closePath: () => undefined,
  setLineDash: () => undefined,
  stroke: () => undefined,
  clearRect: () => undefined,
  fill: () => {
    filled++;
    clock += 0.1;
  },
  drawImage: () => {
    copied++;
  },
});

beforeEach(() => {
  [clock, filled, copied] = [0, 0, 0];
  vi.stubGlobal('document', {
    createElement: () => {
      const own = context();
      return { style: {}, width: 0, height: 0, getContext: () => own };
    },
  });
  vi.stubGlobal('performance', { now: () => clock });
});
afterEach(() => vi.unstubAllGlobals());

const palette = { parties: ['#ff0000'], standby: '#00ff00', accent: '#0000ff' } as unknown as Palette;
const sector = (id: string, far: number): Sector => {
  const ground = groundOf({
    place: { name: 'Mill', position: [37, 48] },
    bearingFrom: 0,
    bearingTo: 90,
    distanceMin: 0,
    distanceMax: far,
  } as never);
  if (ground === null) throw new Error('no ground');
  return { ...ground, id, means: 'heard', party: 0 };
};
const [x, y] = projected(37.05, 48.05);
const frame = (resolution = 100, shift = 0) => ({
  size: [800, 600],
  pixelRatio: 1,
  viewState: { center: [x + shift, y], resolution },
  animate: false,
});
const shown = (layer: SectorLayer, of = frame()): ReturnType<typeof frame> => {
  (layer.layer as unknown as { render: (frame: unknown) => void }).render(of);
  return of;
};

test('no frame waits for thousands of sectors: each paints a few, and the last asks for no other', () => {
  const layer = new SectorLayer(palette, 1);
  layer.set(
    Array.from({ length: 5_000 }, (_, i) => sector(`s${i}`, 5_000 + i)),
    palette,
  );
  let frames = 0;
  for (let on = true; on; frames++) {
    const before = filled;
    on = shown(layer).animate;
    expect(filled - before).toBeLessThan(100);
    expect(frames).toBeLessThan(200);
  }
  expect(filled).toBe(5_000);
  expect(frames).toBeGreaterThan(50);
  shown(layer);
  expect(filled).toBe(5_000);
});

test('while the map moves and stretches the picture that is there is shown, and at rest another is painted', () => {
  const layer = new SectorLayer(palette, 1);
  layer.set([sector('a', 5_000)], palette);
  while (shown(layer).animate);
  expect(filled).toBe(1);
  copied = 0;
  for (let i = 1; i <= 5; i++) expect(shown(layer, frame(100 + i, i * 500)).animate).toBe(true);
  expect([filled, copied]).toEqual([1, 5]);
  while (shown(layer, frame(105, 2_500)).animate);
  expect(filled).toBe(2);
});

test('of sectors that lie over each other the smallest is meant, in whatever copy of the world', () => {
  const layer = new SectorLayer(palette, 1);
  layer.set([sector('large', 20_000), sector('small', 9_000)], palette);
  const world = 2 * projected(180, 0)[0];
  expect(layer.at(x, y)).toBe('small');
  expect(layer.at(x + world, y)).toBe('small');
  expect(layer.at(...projected(37.12, 48.1))).toBe('large');
  expect(layer.at(...projected(36.9, 48.05))).toBeNull();
});
