import Layer from 'ol/layer/Layer';
import type { FrameState } from 'ol/Map';
import { projected, worldWidth } from './base';
import { unwrapped } from './geodesy';
import { faded, type Palette } from './palette';
import type { Sector } from './sectors';

/** A sector as it is painted: its rings one after the other as x and y of the map, and what it looks like. */
type Shape = {
  id: string;
  rings: readonly Float64Array[];
  box: readonly [west: number, south: number, east: number, north: number];
  fill: string;
  stroke: string;
  dash: readonly number[];
};
/** What was painted: where it lies, and how large a pixel of it is. */
type Picture = {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  west: number;
  north: number;
  east: number;
  south: number;
  /** Map units of a pixel. */
  scale: number;
  version: number;
  /** Sectors that are on it. */
  done: number;
};

/** Milliseconds of a frame that are spent on painting: the rest is the browser's and the other layers'. */
const budget = 6;
/** A picture reaches beyond what is seen by so much of it, on each side. */
const beyond = 0.35;
/** A picture is stretched so far before another is painted. */
const stretched = 1.35;
/** Below so many pixels a sector has no edge of its own, and below the second no dashes. */
const [smallest, dashedFrom] = [5, 36];

/**
 * Thousands of sectors under a hand that moves the map: they are painted into a picture, a few of them in each frame,
 * and the picture that is there is moved and stretched until the next is whole. No frame waits for all of them.
 */
export class SectorLayer {
  readonly layer: Layer;
  private readonly canvas = document.createElement('canvas');
  private shapes: readonly Shape[] = [];
  private sectors: readonly Sector[] = [];
  private chosen: string | null = null;
  private picture: Picture | null = null;
  private next: Picture | null = null;
  private version = 0;
  private seen = '';

  constructor(
    private palette: Palette,
    zIndex: number,
  ) {
    this.canvas.style.position = 'absolute';
    this.canvas.style.left = '0';
    this.canvas.style.top = '0';
    this.canvas.style.pointerEvents = 'none';
    this.layer = new Layer({ zIndex, render: (frame: FrameState) => this.render(frame) });
  }

  get count(): number {
    return this.shapes.length;
  }

  set(sectors: readonly Sector[], palette: Palette): void {
    this.sectors = sectors;
    this.palette = palette;
    // Of one look after the other: a canvas changes its colours slowly.
    this.shapes = sectors
      .map((sector) => this.shapeOf(sector))
      .sort((a, b) => (a.stroke < b.stroke ? -1 : a.stroke > b.stroke ? 1 : a.dash.length - b.dash.length));
    this.version++;
    this.layer.changed();
  }

  setPalette(palette: Palette): void {
    this.set(this.sectors, palette);
  }

  choose(id: string | null): void {
    this.chosen = id;
    this.layer.changed();
  }

  /** The smallest sector in which a place of the map lies; null for none. */
  at(x: number, y: number): string | null {
    let found: Shape | null = null;
    for (const shape of this.shapes) {
      const [west, south, east, north] = shape.box;
      const here = x + worldWidth * Math.round(((west + east) / 2 - x) / worldWidth);
      if (here < west || here > east || y < south || y > north || !holds(shape, here, y)) continue;
      if (found === null || areaOf(shape) < areaOf(found)) found = shape;
    }
    return found?.id ?? null;
  }

  private shapeOf({ id, rings, open, means, party }: Sector): Shape {
    const colour = this.palette.parties[party] ?? this.palette.standby;
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    const made = rings.map((ring) => {
      const points = new Float64Array(ring.length * 2);
      for (const [i, [longitude, latitude]] of unwrapped(ring).entries()) {
        const [x, y] = projected(longitude, latitude);
        points[2 * i] = x;
        points[2 * i + 1] = y;
        west = Math.min(west, x);
        east = Math.max(east, x);
        south = Math.min(south, y);
        north = Math.max(north, y);
      }
      return points;
    });
    return {
      id,
      rings: made,
      box: [west, south, east, north],
      fill: faded(colour, open ? 0.08 : 0.16),
      stroke: faded(colour, open ? 0.45 : 0.9),
      dash: means === 'heard' ? [6, 4] : means === 'camera' || means === 'uav' ? [2, 3] : [],
    };
  }

  private render(frame: FrameState): HTMLCanvasElement {
    const [width = 0, height = 0] = frame.size;
    const ratio = frame.pixelRatio;
    const { center, resolution } = frame.viewState;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const context = this.canvas.getContext('2d');
    if (context === null) return this.canvas;
    const scale = resolution / ratio;
    const view = {
      west: (center[0] ?? 0) - (w / 2) * scale,
      north: (center[1] ?? 0) + (h / 2) * scale,
      east: (center[0] ?? 0) + (w / 2) * scale,
      south: (center[1] ?? 0) - (h / 2) * scale,
    };
    const now = `${view.west} ${view.north} ${scale} ${w}`;
    const still = now === this.seen;
    this.seen = now;
    if (this.next === null && !this.serves(view, scale, still)) this.next = this.begun(view, scale, w, h);
    if (this.next !== null) this.paint(this.next);
    context.clearRect(0, 0, w, h);
    const shown = this.picture ?? this.next;
    if (shown !== null) {
      const k = shown.scale / scale;
      // Under a moving hand it is quick, at rest it is smooth.
      context.imageSmoothingEnabled = still;
      context.drawImage(
        shown.canvas,
        (shown.west - view.west) / scale,
        (view.north - shown.north) / scale,
        shown.canvas.width * k,
        shown.canvas.height * k,
      );
    }
    const chosen = this.chosen === null ? undefined : this.shapes.find(({ id }) => id === this.chosen);
    if (chosen !== undefined) this.draw(context, chosen, view.west, view.north, scale, true);
    // Another frame goes on with it; a view that has come to rest is painted anew where its picture was stretched.
    if (this.next !== null || !this.serves(view, scale, true)) frame.animate = true;
    return this.canvas;
  }

  /** Whether the picture that is there can be shown: it is of these sectors, it covers what is seen, and it is not stretched too far; at rest not at all. */
  private serves(view: Pick<Picture, 'west' | 'north' | 'east' | 'south'>, scale: number, still: boolean): boolean {
    const held = this.picture;
    if (held === null || held.version !== this.version) return false;
    const k = held.scale / scale;
    if (still ? Math.abs(k - 1) > 0.001 : k > stretched || k < 1 / stretched) return false;
    return view.west >= held.west && view.east <= held.east && view.north <= held.north && view.south >= held.south;
  }

  private begun(
    view: Pick<Picture, 'west' | 'north' | 'east' | 'south'>,
    scale: number,
    w: number,
    h: number,
  ): Picture | null {
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(w * (1 + 2 * beyond));
    canvas.height = Math.ceil(h * (1 + 2 * beyond));
    const context = canvas.getContext('2d');
    if (context === null || w === 0 || h === 0) return null;
    const west = view.west - w * beyond * scale;
    const north = view.north + h * beyond * scale;
    return {
      canvas,
      context,
      west,
      north,
      east: west + canvas.width * scale,
      south: north - canvas.height * scale,
      scale,
      version: this.version,
      done: 0,
    };
  }

  private paint(picture: Picture): void {
    // Of sectors that are no more nothing is painted further.
    if (picture.version !== this.version) {
      this.next = null;
      return;
    }
    const until = performance.now() + budget;
    while (picture.done < this.shapes.length) {
      const shape = this.shapes[picture.done++];
      if (shape !== undefined)
        this.draw(picture.context, shape, picture.west, picture.north, picture.scale, false, picture);
      if (performance.now() > until) return;
    }
    this.picture = picture;
    this.next = null;
  }

  private draw(
    context: CanvasRenderingContext2D,
    { rings, box, fill, stroke, dash }: Shape,
    west: number,
    north: number,
    scale: number,
    chosen: boolean,
    within?: Pick<Picture, 'west' | 'north' | 'east' | 'south'>,
  ): void {
    const middle = within === undefined ? west : (within.west + within.east) / 2;
    const by = worldWidth * Math.round((middle - (box[0] + box[2]) / 2) / worldWidth);
    if (
      within !== undefined &&
      (box[2] + by < within.west || box[0] + by > within.east || box[3] < within.south || box[1] > within.north)
    )
      return;
    const size = Math.max(box[2] - box[0], box[3] - box[1]) / scale;
    // Of what is small every third corner is enough.
    const step = size < 12 ? 3 : 1;
    context.beginPath();
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2 * step) {
        const x = ((ring[i] ?? 0) + by - west) / scale;
        const y = (north - (ring[i + 1] ?? 0)) / scale;
        if (i === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.closePath();
    }
    context.fillStyle = fill;
    context.fill('evenodd');
    if (size < smallest && !chosen) return;
    context.setLineDash(size < dashedFrom ? [] : [...dash]);
    context.strokeStyle = chosen ? this.palette.accent : stroke;
    context.lineWidth = chosen ? 3 : 1;
    context.stroke();
  }
}

const areaOf = ({ box: [west, south, east, north] }: Shape): number => (east - west) * (north - south);

/** By how often a line to the east crosses the rings. */
function holds({ rings }: Shape, x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [xi = 0, yi = 0, xj = 0, yj = 0] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  return inside;
}
