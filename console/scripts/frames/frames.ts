import 'ol/ol.css';
import '../../src/look/tokens.css';
import { Chart, glyphs, type Area, type Spot } from '../../src/world/chart';
import { circleRing } from '../../src/world/geodesy';
import { groundOf, type Sector } from '../../src/world/sectors';

/** The map with so many objects, moved and zoomed for some seconds: what each frame took goes to whoever runs this. */
const asked = new URLSearchParams(location.search);
const count = Number(asked.get('objects') ?? 5000);
const seconds = Number(asked.get('seconds') ?? 6);
const box = document.getElementById('map');
if (box === null) throw new Error('the page has no map');
box.style.width = '1280px';
box.style.height = '800px';

let seed = 20261130;
const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
const tones = ['serious', 'caution', 'standby', 'normal'] as const;
const at = (): [number, number] => [14 + random() * 26, 42 + random() * 16];
const spots = Array.from({ length: count }, (_, i): Spot => ({
  id: `spot ${i}`,
  position: at(),
  label: `Object ${i}`,
  tone: tones[i % tones.length] ?? 'standby',
  glyph: glyphs[i % glyphs.length] ?? 'other',
  radiusMetres: null,
  party: i % 5,
}));
const areas = Array.from({ length: Math.round(count / 10) }, (_, i): Area => ({
  id: `area ${i}`,
  tone: 'standby',
  role: i % 3 === 0 ? 'keep-out' : 'activity',
  party: i % 5,
  shapes: [{ id: `${i}`, rings: [circleRing(at(), 8_000 + random() * 20_000, 48)] }],
}));

// As monitors write them: a bearing of some width, kilometres away, from one of fifty places.
const posts = Array.from({ length: 50 }, at);
const means = ['saw', 'heard', 'camera', 'uav'] as const;
const sectors = Array.from({ length: Number(asked.get('sectors') ?? 0) }, (_, i): Sector[] => {
  const from = random() * 360;
  const near = random() * 6_000;
  const ground = groundOf({
    place: { name: `Post ${i % posts.length}`, position: posts[i % posts.length] ?? [27, 50] },
    bearingFrom: from,
    bearingTo: (from + 10 + random() * 90) % 360,
    distanceMin: near,
    distanceMax: near + 1_000 + random() * 30_000,
  } as never);
  return ground === null
    ? []
    : [{ ...ground, id: `sector ${i}`, means: means[i % means.length] ?? 'saw', party: i % 5 }];
}).flat();

const chart = new Chart(box, { centre: [27, 50], zoom: 5.4 });
chart.setSpots(spots);
chart.setAreas(areas);
chart.setSectors(sectors);
chart.once('rendercomplete', () => setTimeout(measure, 1_500));

function measure(): void {
  const intervals: number[] = [];
  const painting: number[] = [];
  const began = performance.now();
  let last = began;
  let before = 0;
  chart.map.on('precompose', () => (before = performance.now()));
  chart.map.on('postrender', () => {
    if (before > 0) painting.push(performance.now() - before);
    before = 0;
  });
  const frame = (now: number): void => {
    intervals.push(now - last);
    last = now;
    const t = (now - began) / 1000;
    // As a hand moves it: a circle of two degrees, and in and out by a third of a zoom.
    chart.map.getView().setCenter([3_000_000 + 220_000 * Math.sin(t * 2), 6_446_000 + 220_000 * Math.cos(t * 2)]);
    chart.map.getView().setZoom(5.4 + 0.3 * Math.sin(t));
    if (t < seconds) requestAnimationFrame(frame);
    else void tell(intervals.slice(2), painting.slice(2));
  };
  requestAnimationFrame(frame);
}

const rank = (all: number[], share: number): number =>
  Math.round(([...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0) * 10) / 10;

async function tell(intervals: number[], painting: number[]): Promise<void> {
  await fetch('/told', {
    method: 'POST',
    body: JSON.stringify({
      objects: spots.length,
      areas: areas.length,
      sectors: sectors.length,
      frames: intervals.length,
      perSecond: Math.round((intervals.length / intervals.reduce((sum, one) => sum + one, 0)) * 10_000) / 10,
      interval: { p50: rank(intervals, 0.5), p95: rank(intervals, 0.95), p99: rank(intervals, 0.99) },
      painting: { p50: rank(painting, 0.5), p95: rank(painting, 0.95), p99: rank(painting, 0.99) },
    }),
  });
}
