import Feature, { type FeatureLike } from 'ol/Feature';
import OlMap from 'ol/Map';
import type MapBrowserEvent from 'ol/MapBrowserEvent';
import View from 'ol/View';
import { boundingExtent, containsExtent, getCenter, isEmpty, type Extent } from 'ol/extent';
import type Geometry from 'ol/geom/Geometry';
import LineString from 'ol/geom/LineString';
import OlPoint from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import GeoJSON from 'ol/format/GeoJSON';
import { defaults as usualInteractions } from 'ol/interaction/defaults';
import DoubleClickZoom from 'ol/interaction/DoubleClickZoom';
import PointerInteraction from 'ol/interaction/Pointer';
import type BaseLayer from 'ol/layer/Base';
import Graticule from 'ol/layer/Graticule';
import VectorLayer from 'ol/layer/Vector';
import { unByKey } from 'ol/Observable';
import VectorSource from 'ol/source/Vector';
import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import RegularShape from 'ol/style/RegularShape';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { FeatureCollection, Geometry as GeoGeometry } from 'geojson';
import { halfWorld, paintedIn, projected, readCities, readCountries, unprojected, worldAt, worldWidth } from './base';
import { handlesOf, hitOf, middlesOf, ringOf, type Shape } from './drawing';
import { circleRing, geodesic, unwrapped, wrapped, type Position } from './geodesy';
import { faded, readPalette, type Palette } from './palette';
import type { KnownPlace } from './places';
import { SectorLayer } from './sectorLayer';
import type { Sector } from './sectors';

/** What stands on the map, by the names that its layers are switched with. */
export const layerNames = [
  'objects',
  'plans',
  'conflicts',
  'sectors',
  'coverage',
  'agreed',
  'contact',
  'labels',
  'grid',
  'tiles',
] as const;
export type LayerName = (typeof layerNames)[number];

/** Six signs for what is at a place, so that none is told by its colour alone. */
export const glyphs = ['accident', 'clarification', 'notice', 'message', 'movement', 'site', 'other'] as const;
export type Glyph = (typeof glyphs)[number];
export type Tone = 'serious' | 'caution' | 'normal' | 'standby' | 'off';

export type Spot = {
  id: string;
  position: [number, number];
  label: string;
  tone: Tone;
  radiusMetres: number | null;
  glyph?: Glyph;
  /** Number of the party's colour. */
  party?: number;
};
export type AreaShape = { id: string; rings: readonly (readonly Position[])[] };
export type Area = {
  id: string;
  tone: Tone;
  role: string;
  label?: string;
  party?: number;
  shapes: readonly AreaShape[];
};
/** Where two volumes lie together, in rings of longitude and latitude, and what is said of it. */
export type Clash = { id: string; rings: readonly (readonly Position[])[][]; says: string };

/** A place that somebody watches: how far, and whether anybody does at the time that the map shows. */
export type Coverage = { id: string; ring: readonly Position[]; watched: boolean };
/** An area or a line of an agreement. */
export type Agreed = { id: string; name: string; rings: readonly (readonly Position[])[] };

export type Draft = {
  shapes: readonly { id: string; shape: Shape }[];
  /** Whose handles are shown. */
  active: string | null;
  /** Corners pressed so far with the tool in hand, and the shape that they already make. */
  sketch: readonly Position[];
  sketched: Shape | null;
  /** True while presses set corners. */
  busy: boolean;
};
export type Drafting = {
  press: (at: Position) => void;
  finish: () => void;
  hover: (at: Position | null) => void;
  /** A handle was taken (before any change), moved, and let go. */
  grip: () => void;
  drag: (handle: number, at: Position) => void;
  insert: (after: number, at: Position) => void;
  remove: (handle: number) => void;
  choose: (id: string) => void;
};
export type ChartView = { centre: Position; zoom: number };
export type Measured = { path: readonly Position[]; says: string } | null;

/** Signs of what is planned. */
const plannedGlyphs: ReadonlySet<Glyph> = new Set(['movement', 'site', 'other']);

/** Of what is drawn, the shape itself and not what it is pulled by. */
const isOutline = (f: FeatureLike): boolean => f.get('is') === 'shape' || f.get('is') === 'sketch';

const kinds = ['spot', 'area', 'clash', 'overlay', 'sector', 'coverage', 'agreed'] as const;
/** How far from an object a press still means it, in pixels: of a mouse, and of a finger. */
const near = { mouse: 9, touch: 18 } as const;
/** How many labels of objects are drawn at a time: of more none can be read. */
const mostLabels = 120;
/** Two presses within so many pixels are at one place: a hand is not quite still. */
const samePlace = 6;
/** Zoom from which the coast at 1:10 M is fetched, and from which the station is asked for small places. */
const fineFrom = 5.5;
export const placesFrom = 8.2;
const closest = 19;
/** What can be seen of places of each rank, from the zoom of its number. */
const rankFrom = [2.6, 3.4, 4.3, 5.3, 6.4, 7.4] as const;

const at = ([longitude, latitude]: Position): [number, number] => projected(longitude, latitude);
const path = (line: readonly Position[]): [number, number][] => unwrapped(line).map(at);

/** The map itself, without any of its controls: what is drawn, and what is pressed. One is made for an element and ended with `end`. */
export class Chart {
  readonly map: OlMap;
  private readonly view: View;
  private palette: Palette = readPalette();
  private readonly styles = new Map<string, Style>();
  private readonly sources = {
    world: new VectorSource({ wrapX: false }),
    contact: new VectorSource({ wrapX: true }),
    agreed: new VectorSource({ wrapX: true }),
    coverage: new VectorSource({ wrapX: true }),
    plans: new VectorSource({ wrapX: true }),
    conflicts: new VectorSource({ wrapX: true }),
    objects: new VectorSource({ wrapX: true }),
    labels: new VectorSource({ wrapX: true }),
    places: new VectorSource({ wrapX: true }),
    draft: new VectorSource({ wrapX: false }),
    measure: new VectorSource({ wrapX: false }),
  };
  private readonly layers: Record<keyof Chart['sources'], VectorLayer>;
  private readonly sectors = new SectorLayer(this.palette, 4.6);
  private grid: Graticule | null = null;
  private tiles: { layer: BaseLayer; restyle: (palette: Palette) => void } | null = null;
  private readonly hidden = new Set<LayerName>();
  private chosen: string | null = null;
  private draft: Draft | null = null;
  private drafting: Drafting | null = null;
  private readonly zoomByPress: DoubleClickZoom;
  /** Where the last two presses were, in pixels, the newest first. */
  private presses: readonly [readonly number[], readonly number[]] = [[], []];
  private painted: { box: Extent; resolution: number; fine: boolean } | null = null;
  private ended = false;
  private hatch: CanvasPattern | null = null;
  private namedIn: string | null = null;

  onView: (view: ChartView) => void = () => undefined;
  onPointer: (at: Position | null) => void = () => undefined;
  onChoose: ((id: string) => void) | null = null;
  onPress: ((at: Position) => void) | null = null;
  onTrouble: (error: unknown) => void = () => undefined;
  onStill: () => void = () => undefined;
  onMoves: () => void = () => undefined;

  constructor(
    private readonly target: HTMLElement,
    start: ChartView,
  ) {
    this.view = new View({
      center: at(start.centre),
      zoom: start.zoom,
      maxZoom: closest,
      multiWorld: true,
      enableRotation: false,
      constrainOnlyCenter: true,
      extent: [-20 * worldWidth, -halfWorld, 20 * worldWidth, halfWorld],
      smoothExtentConstraint: false,
    });
    const layer = (
      name: keyof Chart['sources'],
      z: number,
      style: (f: FeatureLike, r: number) => Style | Style[] | void,
    ) =>
      new VectorLayer({
        source: this.sources[name],
        style,
        zIndex: z,
        renderBuffer: 160,
        declutter: name === 'labels' || name === 'places' ? 'names' : name === 'objects' ? 'objects' : false,
        updateWhileAnimating: name === 'draft' || name === 'measure',
        updateWhileInteracting: name === 'draft' || name === 'measure',
      });
    this.layers = {
      world: layer('world', 0, (f) => this.worldStyle(f)),
      contact: layer('contact', 4, () => this.contactStyle()),
      agreed: layer('agreed', 4.2, (f) => this.agreedStyle(f)),
      coverage: layer('coverage', 4.4, (f) => this.coverageStyle(f)),
      plans: layer('plans', 5, (f) => this.areaStyle(f)),
      conflicts: layer('conflicts', 6, (f) => this.clashStyle(f)),
      labels: layer('labels', 7, (f, r) => this.nameStyle(f, r)),
      places: layer('places', 7, (f) => this.placeStyle(f)),
      objects: layer('objects', 8, (f, r) => this.spotStyle(f, r)),
      // What is drawn lies under its conflicts, which nothing may make paler; what it is pulled by stands above them.
      draft: layer('draft', 5.5, (f) => (isOutline(f) ? this.draftStyle(f) : undefined)),
      measure: layer('measure', 10, (f) => this.measureStyle(f)),
    };
    const grips = layer('draft', 9, (f) => (isOutline(f) ? undefined : this.draftStyle(f)));
    this.zoomByPress = new DoubleClickZoom({ duration: 200 });
    this.map = new OlMap({
      target,
      view: this.view,
      controls: [],
      layers: [...Object.values(this.layers), this.sectors.layer, grips],
      interactions: usualInteractions({
        altShiftDragRotate: false,
        pinchRotate: false,
        doubleClickZoom: false,
        keyboard: false,
      }).extend([this.zoomByPress, this.handle()]),
      moveTolerance: 3,
    });
    this.drawGrid();
    this.map.on('movestart', () => this.onMoves());
    this.map.on('moveend', () => this.settle());
    this.map.on('pointermove', (e) => this.point(e));
    this.map.on('click', (e) => this.click(e));
    this.map.on('dblclick', (e) => {
      // The library takes any two quick presses for one; those at two places are two corners, or two things looked at.
      if (!this.isSamePlace()) return e.stopPropagation();
      if (this.draft?.busy !== true) return;
      e.preventDefault();
      this.drafting?.finish();
    });
    this.map.on('rendercomplete', () => this.onStill());
    this.view.on('change:center', () => this.bringAround());
    target.addEventListener('pointerleave', this.leave);
    target.addEventListener('contextmenu', this.menu);
    this.map.on('change:size', () => this.limit());
    this.limit();
    void this.nameCountries();
  }

  end(): void {
    this.ended = true;
    this.target.removeEventListener('pointerleave', this.leave);
    this.target.removeEventListener('contextmenu', this.menu);
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  // --- what is seen ---

  get seen(): ChartView {
    const [x = 0, y = 0] = this.view.getCenter() ?? [0, 0];
    const [longitude, latitude] = unprojected(x, y);
    return { centre: [wrapped(longitude), latitude], zoom: this.view.getZoom() ?? 2 };
  }

  /** Edges of what is seen, in degrees: west may be below -180, east above 180. */
  get edges(): { west: number; south: number; east: number; north: number } {
    const [w = 0, s = 0, e = 0, n = 0] = this.view.calculateExtent(this.map.getSize());
    const [west, south] = unprojected(w, s);
    const [east, north] = unprojected(e, n);
    return { west, south, east, north };
  }

  /** Metres on the ground of a pixel in the middle. */
  get metresPerPixel(): number {
    const latitude = this.seen.centre[1];
    return (this.view.getResolution() ?? 1) * Math.cos((latitude * Math.PI) / 180);
  }

  look(to: ChartView, slowly = true): void {
    const [x, y] = at(to.centre);
    const from = this.view.getCenter()?.[0] ?? 0;
    const center = [x + worldWidth * Math.round((from - x) / worldWidth), y];
    this.view.cancelAnimations();
    if (slowly && !calm()) this.view.animate({ center, zoom: to.zoom, duration: 350 });
    else {
      this.view.setCenter(center);
      this.view.setZoom(to.zoom);
    }
  }

  /** Moves by parts of what is seen, to the right and up. */
  pan(dx: number, dy: number): void {
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    const resolution = this.view.getResolution() ?? 1;
    const [x = 0, y = 0] = this.view.getCenter() ?? [];
    const to = [x + dx * width * resolution, y + dy * height * resolution];
    this.view.cancelAnimations();
    if (calm() || (Math.abs(dx) < 0.05 && Math.abs(dy) < 0.05)) this.view.setCenter(to);
    else this.view.animate({ center: to, duration: 120 });
  }

  zoom(by: number): void {
    const zoom = (this.view.getZoom() ?? 2) + by;
    this.view.cancelAnimations();
    if (calm()) this.view.setZoom(zoom);
    else this.view.animate({ zoom, duration: 180 });
  }

  /** Shows all of these places; the whole world where there are none. A single place is shown with some of what is around it. */
  fit(places: readonly Position[], slowly = true, most = 11): void {
    const line = middling(places);
    if (line.length === 0) return this.look({ centre: [15, 35], zoom: this.view.getMinZoom() }, slowly);
    const box = boundingExtent(line.map(at));
    const center = getCenter(box);
    const [width = 800, height = 500] = this.map.getSize() ?? [];
    const resolution = Math.max(
      (box[2]! - box[0]!) / Math.max(80, width - 120),
      (box[3]! - box[1]!) / Math.max(80, height - 120),
      1e-9,
    );
    const zoom = Math.min(most, this.view.getZoomForResolution(resolution) ?? 2);
    const [longitude, latitude] = unprojected(center[0] ?? 0, center[1] ?? 0);
    this.look({ centre: [longitude, latitude], zoom: Math.max(this.view.getMinZoom(), zoom) }, slowly);
  }

  pixelOf(place: Position): [number, number] | null {
    const [x, y] = at(place);
    const from = this.view.getCenter()?.[0] ?? 0;
    const pixel = this.map.getPixelFromCoordinate([x + worldWidth * Math.round((from - x) / worldWidth), y]);
    return pixel === null || pixel === undefined ? null : [pixel[0] ?? 0, pixel[1] ?? 0];
  }

  /** No farther away than that the world fills the width once. */
  private limit(): void {
    const [width = 0] = this.map.getSize() ?? [];
    if (width > 0) this.view.setMinZoom(Math.max(0, Math.log2(width / 256) - 0.02));
  }

  private settle(): void {
    const center = this.view.getCenter();
    if (
      center !== undefined &&
      Math.abs(center[0] ?? 0) > halfWorld &&
      !this.view.getAnimating() &&
      !this.view.getInteracting()
    ) {
      const x = center[0] ?? 0;
      this.view.setCenter([x - worldWidth * Math.round(x / worldWidth), center[1] ?? 0]);
    }
    void this.paintWorld();
    this.layers.objects.changed();
    void this.nameCities();
    this.onView(this.seen);
  }

  /** Of what crosses the antimeridian, the copy that is nearest to what is seen: so it is there once, and whole. */
  private bringAround(): void {
    const x = this.view.getCenter()?.[0] ?? 0;
    for (const source of [this.sources.plans, this.sources.conflicts, this.sources.contact, this.sources.agreed])
      for (const one of source.getFeatures()) {
        if (one.get('crosses') !== true) continue;
        const geometry = one.getGeometry();
        if (geometry === undefined) continue;
        const middle = getCenter(geometry.getExtent())[0] ?? 0;
        const world = x - worldWidth * Math.round(x / worldWidth);
        const by = worldWidth * Math.round((world - middle) / worldWidth);
        if (by !== 0) geometry.translate(by, 0);
      }
  }

  // --- what is drawn ---

  setPalette(): void {
    this.palette = readPalette();
    this.styles.clear();
    this.hatch = null;
    this.drawGrid();
    this.tiles?.restyle(this.palette);
    for (const layer of Object.values(this.layers)) layer.changed();
    this.sectors.setPalette(this.palette);
  }

  setHidden(names: readonly LayerName[]): void {
    this.hidden.clear();
    for (const name of names) this.hidden.add(name);
    const shown = (name: LayerName): boolean => !this.hidden.has(name);
    this.layers.objects.setVisible(shown('objects'));
    this.layers.plans.setVisible(shown('plans'));
    this.layers.conflicts.setVisible(shown('conflicts'));
    this.layers.contact.setVisible(shown('contact'));
    this.layers.agreed.setVisible(shown('agreed'));
    this.layers.coverage.setVisible(shown('coverage'));
    this.sectors.layer.setVisible(shown('sectors'));
    this.layers.labels.setVisible(shown('labels'));
    this.layers.places.setVisible(shown('labels'));
    this.grid?.setVisible(shown('grid'));
    this.tiles?.layer.setVisible(shown('tiles'));
    this.layers.world.setVisible(this.tiles === null || !shown('tiles'));
  }

  /** The operator's own map, in the place of the built-in one. */
  setTiles(tiles: Chart['tiles']): void {
    if (this.tiles !== null) this.map.removeLayer(this.tiles.layer);
    this.tiles = tiles;
    if (tiles !== null) {
      tiles.layer.setZIndex(1);
      tiles.restyle(this.palette);
      this.map.addLayer(tiles.layer);
    }
    this.setHidden([...this.hidden]);
  }

  setSpots(spots: readonly Spot[]): void {
    const made: Feature[] = [];
    for (const spot of spots) {
      const { id, label, tone, glyph = 'other', party = null } = spot;
      made.push(new Feature({ geometry: new OlPoint(at(spot.position)), is: 'spot', id, label, tone, glyph, party }));
      if (spot.radiusMetres !== null && spot.radiusMetres > 0)
        made.push(this.ringFeature([circleRing(spot.position, spot.radiusMetres)], { is: 'about', id, tone, party }));
    }
    replace(this.sources.objects, made);
  }

  setAreas(areas: readonly Area[]): void {
    replace(
      this.sources.plans,
      areas.flatMap(({ id, tone, role, label = '', party = null, shapes }) =>
        shapes.map((shape, i) =>
          this.ringFeature(shape.rings, { is: 'area', id, tone, role, party, label: i === 0 ? label : '' }),
        ),
      ),
    );
    this.bringAround();
  }

  setSectors(sectors: readonly Sector[]): void {
    this.sectors.set(sectors, this.palette);
  }

  setCoverage(coverage: readonly Coverage[]): void {
    replace(
      this.sources.coverage,
      coverage.map(({ id, ring, watched }) => this.ringFeature([ring], { is: 'coverage', id, watched })),
    );
  }

  setAgreed(agreed: readonly Agreed[]): void {
    replace(
      this.sources.agreed,
      agreed.flatMap(({ id, name, rings }) =>
        rings.map((ring, i) => this.ringFeature([ring], { is: 'agreed', id, label: i === 0 ? name : '' })),
      ),
    );
    this.bringAround();
  }

  setClashes(clashes: readonly Clash[]): void {
    replace(
      this.sources.conflicts,
      clashes.flatMap(({ id, rings, says }) =>
        rings.map((polygon, i) => this.ringFeature(polygon, { is: 'clash', id, says: i === 0 ? says : '' })),
      ),
    );
    this.bringAround();
  }

  setOverlay(data: FeatureCollection<GeoGeometry> | null): void {
    const read =
      data === null
        ? []
        : new GeoJSON().readFeatures(data, { dataProjection: 'EPSG:4326', featureProjection: 'EPSG:3857' });
    replace(
      this.sources.contact,
      read.map((one) => {
        one.setProperties({ is: 'overlay' }, true);
        return one as Feature;
      }),
    );
  }

  setPlaces(places: readonly KnownPlace[]): void {
    replace(
      this.sources.places,
      places.map(({ name, position }) => new Feature({ geometry: new OlPoint(at(position)), name })),
    );
  }

  setChosen(id: string | null): void {
    this.chosen = id;
    this.layers.objects.changed();
    this.layers.plans.changed();
    this.sectors.choose(id);
  }

  setDraft(draft: Draft | null, drafting: Drafting | null): void {
    this.draft = draft;
    this.drafting = drafting;
    this.zoomByPress.setActive(draft?.busy !== true);
    this.target.dataset['busy'] = String(draft?.busy === true);
    const made: Feature[] = [];
    for (const { id, shape } of draft?.shapes ?? []) made.push(...this.shapeFeatures(shape, id, id === draft?.active));
    if (draft !== null) {
      if (draft.sketched !== null) made.push(...this.shapeFeatures(draft.sketched, 'sketch', false));
      const line = path(draft.sketch);
      if (line.length > 1) made.push(new Feature({ geometry: new LineString(line), is: 'sketch' }));
      for (const point of line) made.push(new Feature({ geometry: new OlPoint(point), is: 'corner' }));
    }
    replace(this.sources.draft, made);
  }

  setMeasured(measured: Measured): void {
    const made: Feature[] = [];
    if (measured !== null && measured.path.length > 0) {
      const places = unwrapped(measured.path);
      const legs = places.slice(1).flatMap((to, i) => geodesic(places[i] ?? to, to).slice(i === 0 ? 0 : 1));
      const line = (legs.length > 0 ? unwrapped(legs) : places).map(at);
      if (line.length > 1) made.push(new Feature({ geometry: new LineString(line), is: 'leg' }));
      for (const place of places) made.push(new Feature({ geometry: new OlPoint(at(place)), is: 'corner' }));
      const end = line.at(-1);
      if (end !== undefined && measured.says !== '')
        made.push(new Feature({ geometry: new OlPoint(end), is: 'says', says: measured.says }));
    }
    replace(this.sources.measure, made);
  }

  /** How many of each kind stand on the map, for whoever cannot see it (and for tests). */
  get drawn(): Record<(typeof kinds)[number], number> {
    const all = [
      this.sources.objects,
      this.sources.plans,
      this.sources.conflicts,
      this.sources.contact,
      this.sources.agreed,
      this.sources.coverage,
    ].flatMap((s) => s.getFeatures());
    return {
      ...Object.fromEntries(kinds.map((kind) => [kind, all.filter((one) => one.get('is') === kind).length])),
      sector: this.sectors.count,
    } as never;
  }

  private ringFeature(rings: readonly (readonly Position[])[], properties: object): Feature {
    const [outer = []] = rings;
    const run = unwrapped(outer);
    const beside = run[0]?.[0] ?? 0;
    const others = rings.slice(1).map((ring) => {
      const hole = unwrapped(ring);
      const by = 360 * Math.round((beside - (hole[0]?.[0] ?? beside)) / 360);
      return hole.map(([x, y]) => [x + by, y] as const);
    });
    const xs = run.map(([x]) => x);
    return new Feature({
      ...properties,
      geometry: new Polygon([run, ...others].map((ring) => ring.map(at))),
      crosses: Math.max(...xs) > 180 || Math.min(...xs) < -180,
    });
  }

  private shapeFeatures(shape: Shape, id: string, active: boolean): Feature[] {
    const ring = ringOf(shape);
    const made =
      ring === null
        ? []
        : [new Feature({ geometry: this.nearView(new Polygon([path(ring)])), is: 'shape', id, active })];
    const handles = handlesOf(shape);
    if (shape.kind === 'corridor')
      made.push(new Feature({ geometry: this.nearView(new LineString(path(handles))), is: 'sketch' }) as never);
    if (active || shape.kind === 'point')
      for (const [i, handle] of handles.entries())
        made.push(
          new Feature({
            geometry: this.nearView(new OlPoint(at(handle))),
            is: i === 0 && shape.kind === 'circle' ? 'centre' : 'handle',
          }) as never,
        );
    if (active)
      for (const { at: middle } of middlesOf(shape))
        made.push(new Feature({ geometry: this.nearView(new OlPoint(at(middle))), is: 'middle' }) as never);
    return made;
  }

  /** A drawing is shown in the copy of the world that is seen. */
  private nearView<G extends Geometry>(geometry: G): G {
    const x = this.view.getCenter()?.[0] ?? 0;
    const middle = getCenter(geometry.getExtent())[0] ?? 0;
    const by = worldWidth * Math.round((x - middle) / worldWidth);
    if (by !== 0) geometry.translate(by, 0);
    return geometry;
  }

  private async paintWorld(): Promise<void> {
    const resolution = this.view.getResolution();
    const size = this.map.getSize();
    if (resolution === undefined || size === undefined) return;
    const seen = this.view.calculateExtent(size);
    const wantsFine = (this.view.getZoom() ?? 0) >= fineFrom;
    const held = this.painted;
    if (
      held !== null &&
      held.fine === wantsFine &&
      containsExtent(held.box, seen) &&
      resolution <= held.resolution * 1.01 &&
      resolution > held.resolution / 2.5
    )
      return;
    try {
      // The near coast takes a moment to come; until then the far one is better than none.
      if (wantsFine && (held === null || !containsExtent(held.box, seen)))
        this.paint(await worldAt(false), seen, resolution, false);
      this.paint(await worldAt(wantsFine), seen, resolution, wantsFine);
    } catch (e) {
      if (!this.ended) this.onTrouble(e);
    }
  }

  private paint(world: Awaited<ReturnType<typeof worldAt>>, seen: Extent, resolution: number, fine: boolean): void {
    if (this.ended) return;
    const [w = 0, s = 0, e = 0, n = 0] = seen;
    const box = [w - (e - w), s - (n - s), e + (e - w), n + (n - s)];
    replace(this.sources.world, paintedIn(world, box, resolution));
    this.painted = { box, resolution, fine };
  }

  private async nameCountries(): Promise<void> {
    try {
      const countries = await readCountries();
      const cities = await readCities();
      if (this.ended) return;
      this.sources.labels.addFeatures(
        countries.map(
          ({ name, at: place, width }) => new Feature({ geometry: new OlPoint(place), name, width, is: 'country' }),
        ),
      );
      this.allCities = cities;
      this.nameCities();
    } catch (e) {
      if (!this.ended) this.onTrouble(e);
    }
  }

  private allCities: Awaited<ReturnType<typeof readCities>> = [];

  /** Only cities that this scale can name are on the map at all: thousands of others need not be looked at in every frame. */
  private nameCities(): void {
    const zoom = this.view.getZoom() ?? 0;
    const most = rankFrom.filter((from) => zoom >= from).length - 1;
    const seen = this.view.calculateExtent(this.map.getSize());
    const [w = 0, s = 0, e = 0, n = 0] = seen;
    const [mx, my] = [(e - w) / 2, (n - s) / 2];
    const key = [most, ...[w / mx, s / my, zoom * 2].map(Math.round)].join();
    if (key === this.namedIn || this.allCities.length === 0) return;
    this.namedIn = key;
    const wanted = this.allCities.filter(({ rank, at: [x, y] }) => {
      if (rank > most || y < s - my || y > n + my) return false;
      const beside = x + worldWidth * Math.round(((w + e) / 2 - x) / worldWidth);
      return beside > w - mx && beside < e + mx;
    });
    const countries = this.sources.labels.getFeatures().filter((one) => one.get('is') === 'country');
    replace(this.sources.labels, [
      ...countries,
      ...wanted.map(
        ({ name, at: place, rank }) => new Feature({ geometry: new OlPoint(place), name, rank, is: 'city' }),
      ),
    ]);
  }

  private drawGrid(): void {
    if (this.grid !== null) this.map.removeLayer(this.grid);
    const text = (align: 'center' | 'start', baseline: 'top' | 'middle'): Text =>
      new Text({
        font: `11px ${this.palette.font}`,
        textAlign: align,
        textBaseline: baseline,
        fill: new Fill({ color: this.palette.label }),
        stroke: new Stroke({ color: this.palette.halo, width: 3 }),
      });
    this.grid = new Graticule({
      zIndex: 3,
      strokeStyle: new Stroke({ color: faded(this.palette.grid, 0.55), width: 0.7 }),
      showLabels: true,
      lonLabelStyle: text('center', 'top'),
      latLabelStyle: text('start', 'middle'),
      lonLabelPosition: 0.993,
      latLabelPosition: 0.006,
      lonLabelFormatter: (x) => gridText(wrapped(x), 'E', 'W'),
      latLabelFormatter: (y) => gridText(y, 'N', 'S'),
      targetSize: 110,
      maxLines: 60,
      intervals: [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001],
      wrapX: true,
    });
    this.grid.setVisible(!this.hidden.has('grid'));
    this.map.addLayer(this.grid);
  }

  // --- how it is drawn ---

  private style(key: string, make: () => Style): Style {
    let style = this.styles.get(key);
    if (style === undefined) this.styles.set(key, (style = make()));
    return style;
  }

  private colourOf(feature: FeatureLike): string {
    const tone = feature.get('tone') as Tone;
    const party = feature.get('party') as number | null;
    // What is planned keeps its party's colour, for its conflicts are hatched; what is grave by itself is told by its own.
    const isPlan = feature.get('is') === 'area' || plannedGlyphs.has(feature.get('glyph') as Glyph);
    if ((tone === 'serious' && !isPlan) || party === null || party === undefined) return this.palette[tone];
    return this.palette.parties[party] ?? this.palette[tone];
  }

  private worldStyle(feature: FeatureLike): Style {
    const is = feature.get('is') as string;
    return this.style(`world ${is}`, () =>
      is === 'land'
        ? new Style({ fill: new Fill({ color: this.palette.land }) })
        : is === 'coast'
          ? new Style({ stroke: new Stroke({ color: this.palette.coast, width: 1 }), zIndex: 1 })
          : new Style({
              stroke: new Stroke({ color: this.palette.border, width: 1.2, lineDash: [7, 3, 2, 3] }),
              zIndex: 2,
            }),
    );
  }

  private contactStyle(): Style {
    return this.style(
      'contact',
      () =>
        new Style({
          fill: new Fill({ color: faded(this.palette.serious, 0.12) }),
          stroke: new Stroke({ color: this.palette.serious, width: 2, lineDash: [8, 4] }),
          image: new CircleStyle({ radius: 4, fill: new Fill({ color: this.palette.serious }) }),
        }),
    );
  }

  private coverageStyle(feature: FeatureLike): Style {
    const watched = feature.get('watched') === true;
    return this.style(`coverage ${watched}`, () =>
      watched
        ? new Style({
            fill: new Fill({ color: faded(this.palette.normal, 0.1) }),
            stroke: new Stroke({ color: this.palette.normal, width: 1.5 }),
          })
        : new Style({ stroke: new Stroke({ color: this.palette.caution, width: 2, lineDash: [3, 6] }) }),
    );
  }

  private agreedStyle(feature: FeatureLike): Style[] {
    const label = feature.get('label') as string;
    const edge = this.style(
      'agreed',
      () =>
        new Style({
          fill: new Fill({ color: faded(this.palette.accent, 0.06) }),
          stroke: new Stroke({ color: this.palette.accent, width: 2.5, lineDash: [12, 4, 2, 4] }),
        }),
    );
    if (label === '') return [edge];
    return [
      edge,
      this.style(
        `agreed-name ${label}`,
        () =>
          new Style({
            text: new Text({
              text: inItsOrder(short(label)),
              font: `600 12px ${this.palette.font}`,
              fill: new Fill({ color: this.palette.text }),
              stroke: new Stroke({ color: this.palette.halo, width: 3 }),
              overflow: true,
            }),
            zIndex: 3,
          }),
      ),
    ];
  }

  private areaStyle(feature: FeatureLike): Style[] {
    const role = feature.get('role') as string;
    const isChosen = feature.get('id') === this.chosen;
    const colour = this.colourOf(feature);
    const dash = role === 'keep-out' ? [10, 5] : role === 'context' ? [3, 4] : undefined;
    const outline = this.style(
      `area ${role} ${colour} ${isChosen}`,
      () =>
        new Style({
          fill: new Fill({ color: faded(colour, isChosen ? 0.36 : role === 'context' ? 0.08 : 0.15) }),
          stroke: new Stroke({
            color: colour,
            width: role === 'protected' ? 4 : isChosen ? 3 : 2,
            ...(dash === undefined ? {} : { lineDash: dash }),
          }),
          zIndex: isChosen ? 2 : 1,
        }),
    );
    const label = feature.get('label') as string;
    if (label === '' || label === undefined) return [outline];
    return [
      outline,
      this.style(
        `area-name ${label}`,
        () =>
          new Style({
            text: new Text({
              text: inItsOrder(short(label)),
              font: `600 12px ${this.palette.font}`,
              fill: new Fill({ color: this.palette.text }),
              stroke: new Stroke({ color: this.palette.halo, width: 3 }),
              overflow: true,
            }),
            zIndex: 3,
          }),
      ),
    ];
  }

  private clashStyle(feature: FeatureLike): Style[] {
    const says = feature.get('says') as string;
    const hatched = this.style(
      'clash',
      () =>
        new Style({
          fill: new Fill({ color: this.hatching() }),
          stroke: new Stroke({ color: this.palette.clash, width: 2 }),
        }),
    );
    if (says === '') return [hatched];
    // What is said of it stands above it, where no sign covers it.
    const words = this.style(
      `clash ${says}`,
      () =>
        new Style({
          geometry: (one) => {
            const [west = 0, , east = 0, north = 0] = one.getGeometry()?.getExtent() ?? [];
            return new OlPoint([(west + east) / 2, north]);
          },
          text: new Text({
            text: inItsOrder(says),
            font: `700 13px ${this.palette.font}`,
            textBaseline: 'bottom',
            offsetY: -5,
            fill: new Fill({ color: this.palette.clash }),
            stroke: new Stroke({ color: this.palette.halo, width: 4 }),
          }),
        }),
    );
    return [hatched, words];
  }

  /** Red strokes aslant, eight pixels apart: seen in every look, and by whoever sees no red. */
  private hatching(): CanvasPattern | string {
    if (this.hatch !== null) return this.hatch;
    const scale = devicePixelRatio || 1;
    const side = Math.round(8 * scale);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [side, side];
    const context = canvas.getContext('2d');
    if (context === null) return faded(this.palette.clash, 0.3);
    context.strokeStyle = this.palette.clash;
    context.lineWidth = 1.8 * scale;
    for (const shift of [-side, 0, side]) {
      context.beginPath();
      context.moveTo(shift - 1, side + 1);
      context.lineTo(shift + side + 1, -1);
      context.stroke();
    }
    this.hatch = context.createPattern(canvas, 'repeat');
    return this.hatch ?? faded(this.palette.clash, 0.3);
  }

  private spotStyle(feature: FeatureLike, resolution: number): Style[] {
    const colour = this.colourOf(feature);
    const isChosen = feature.get('id') === this.chosen;
    if (feature.get('is') === 'about')
      return [
        this.style(
          `about ${colour}`,
          () =>
            new Style({
              fill: new Fill({ color: faded(colour, 0.16) }),
              stroke: new Stroke({ color: faded(colour, 0.8), width: 1, lineDash: [3, 3] }),
            }),
        ),
      ];
    const glyph = feature.get('glyph') as Glyph;
    const tone = feature.get('tone') as Tone;
    const styles = [this.style(`spot ${glyph} ${colour} ${tone}`, () => this.glyphStyle(glyph, colour))];
    if (isChosen)
      styles.push(
        this.style(
          'ring',
          () =>
            new Style({
              image: new CircleStyle({
                radius: 15,
                declutterMode: 'none',
                stroke: new Stroke({ color: this.palette.accent, width: 3 }),
              }),
              zIndex: 8,
            }),
        ),
      );
    if (isChosen || this.fewAreSeen(resolution)) {
      const label = short(feature.get('label') as string);
      if (label !== '')
        styles.push(
          new Style({
            text: new Text({
              text: inItsOrder(label),
              font: `600 12px ${this.palette.font}`,
              textAlign: 'left',
              offsetX: isChosen ? 19 : 12,
              fill: new Fill({ color: this.palette.text }),
              stroke: new Stroke({ color: this.palette.halo, width: 3 }),
              declutterMode: isChosen ? 'none' : 'declutter',
            }),
            zIndex: isChosen ? 9 : 3,
          }),
        );
    }
    return styles;
  }

  private few: { resolution: number; seen: boolean; of: number; x: number; y: number } | null = null;
  private fewAreSeen(resolution: number): boolean {
    const [x = 0, y = 0] = this.view.getCenter() ?? [];
    const of = this.sources.objects.getRevision();
    const held = this.few;
    if (held === null || held.resolution !== resolution || held.of !== of || held.x !== x || held.y !== y) {
      let count = 0;
      const extent = this.view.calculateExtent(this.map.getSize());
      if (!isEmpty(extent))
        this.sources.objects.forEachFeatureInExtent(extent, () => (++count > mostLabels ? true : undefined));
      this.few = { resolution, seen: count <= mostLabels, of, x, y };
    }
    return this.few?.seen === true;
  }

  private glyphStyle(glyph: Glyph, colour: string): Style {
    const fill = new Fill({ color: colour });
    const stroke = new Stroke({ color: this.palette.halo, width: 1.5 });
    const shape = {
      accident: () => new RegularShape({ points: 3, radius: 10, fill, stroke, declutterMode: 'none' }),
      clarification: () => new RegularShape({ points: 4, radius: 10, fill, stroke, declutterMode: 'none' }),
      notice: () =>
        new RegularShape({ points: 4, radius: 10, angle: Math.PI / 4, fill, stroke, declutterMode: 'none' }),
      movement: () => new RegularShape({ points: 6, radius: 9, fill, stroke, declutterMode: 'none' }),
      site: () =>
        new RegularShape({ points: 4, radius: 10, radius2: 3.5, angle: 0, fill, stroke, declutterMode: 'none' }),
      message: () => new CircleStyle({ radius: 6, fill, stroke, declutterMode: 'none' }),
      other: () => new CircleStyle({ radius: 7, fill, stroke, declutterMode: 'none' }),
    }[glyph]();
    return new Style({ image: shape, zIndex: glyph === 'accident' ? 5 : 4 });
  }

  private nameStyle(feature: FeatureLike, resolution: number): Style | void {
    const name = feature.get('name') as string;
    if (feature.get('is') === 'country') {
      const width = (feature.get('width') as number) / resolution;
      if (width < name.length * 6.5 || width > 4_500) return;
      return this.style(
        `country ${name}`,
        () =>
          new Style({
            text: new Text({
              text: name.toUpperCase(),
              font: `600 11px ${this.palette.font}`,
              fill: new Fill({ color: this.palette.label }),
              stroke: new Stroke({ color: this.palette.halo, width: 3 }),
            }),
            zIndex: 90,
          }),
      );
    }
    const rank = feature.get('rank') as number;
    return this.style(`city ${rank} ${name}`, () => this.named(name, rank <= 1 ? 13 : rank <= 3 ? 12 : 11, rank));
  }

  private placeStyle(feature: FeatureLike): Style {
    const name = feature.get('name') as string;
    return this.style(`place ${name}`, () => this.named(name, 11, 6));
  }

  private named(name: string, size: number, rank: number): Style {
    return new Style({
      image: new CircleStyle({
        radius: rank <= 1 ? 3 : 2,
        fill: new Fill({ color: this.palette.place }),
        declutterMode: 'obstacle',
      }),
      text: new Text({
        text: name,
        font: `${rank <= 1 ? '600 ' : ''}${size}px ${this.palette.font}`,
        textAlign: 'left',
        offsetX: 6,
        offsetY: -1,
        fill: new Fill({ color: this.palette.place }),
        stroke: new Stroke({ color: this.palette.halo, width: 3 }),
      }),
      zIndex: 80 - rank * 10,
    });
  }

  private draftStyle(feature: FeatureLike): Style {
    const is = feature.get('is') as string;
    const { draft, halo } = this.palette;
    const isActive = feature.get('active') === true;
    return this.style(`draft ${is} ${isActive}`, () => {
      const stroke = new Stroke({ color: draft, width: isActive ? 3 : 2 });
      const edge = new Stroke({ color: draft, width: 2 });
      switch (is) {
        case 'shape':
          return new Style({ stroke, fill: new Fill({ color: faded(draft, isActive ? 0.2 : 0.1) }) });
        case 'sketch':
          return new Style({ stroke: new Stroke({ color: draft, width: 2, lineDash: [6, 5] }) });
        case 'middle':
          return new Style({
            image: new CircleStyle({
              radius: 4.5,
              fill: new Fill({ color: faded(draft, 0.55) }),
              stroke: new Stroke({ color: halo, width: 1 }),
            }),
            zIndex: 2,
          });
        case 'centre':
          return new Style({
            image: new RegularShape({
              points: 4,
              radius: 10,
              radius2: 0,
              stroke: new Stroke({ color: draft, width: 3 }),
            }),
            zIndex: 3,
          });
        default:
          return new Style({
            image: new RegularShape({
              points: 4,
              radius: 9,
              angle: Math.PI / 4,
              fill: new Fill({ color: halo }),
              stroke: edge,
            }),
            zIndex: 3,
          });
      }
    });
  }

  private measureStyle(feature: FeatureLike): Style {
    const is = feature.get('is') as string;
    const says = (feature.get('says') as string | undefined) ?? '';
    return this.style(`measure ${is} ${says}`, () => {
      const colour = this.palette.measure;
      if (is === 'leg') return new Style({ stroke: new Stroke({ color: colour, width: 2.5 }) });
      if (is === 'corner')
        return new Style({
          image: new CircleStyle({
            radius: 4,
            fill: new Fill({ color: colour }),
            stroke: new Stroke({ color: this.palette.halo, width: 1.5 }),
          }),
        });
      return new Style({
        text: new Text({
          text: inItsOrder(says),
          font: `700 13px ${this.palette.font}`,
          offsetY: -16,
          fill: new Fill({ color: colour }),
          stroke: new Stroke({ color: this.palette.halo, width: 4 }),
        }),
        zIndex: 5,
      });
    });
  }

  // --- what is pressed ---

  private readonly leave = (): void => {
    this.onPointer(null);
    this.drafting?.hover(null);
  };

  private place(e: MapBrowserEvent): Position {
    const [x = 0, y = 0] = e.coordinate;
    const [longitude, latitude] = unprojected(x, y);
    return [longitude, latitude];
  }

  private point(e: MapBrowserEvent): void {
    if (e.dragging) return;
    const place = this.place(e);
    this.onPointer([wrapped(place[0]), place[1]]);
    if (this.draft?.busy === true) this.drafting?.hover(place);
    const isOver =
      this.draft?.busy !== true && (this.gripAt(e.pixel) !== null || (this.onChoose !== null && this.hit(e) !== null));
    this.target.style.cursor = this.draft?.busy === true ? 'crosshair' : isOver ? 'pointer' : '';
  }

  private hit(e: MapBrowserEvent): string | null {
    const reach =
      e.originalEvent instanceof PointerEvent && e.originalEvent.pointerType !== 'mouse' ? near.touch : near.mouse;
    let found: string | null = null;
    for (const layer of [this.layers.objects, this.layers.plans]) {
      this.map.forEachFeatureAtPixel(
        e.pixel,
        (one) => {
          if (one.get('is') === 'about') return undefined;
          found = one.get('id') as string;
          return true;
        },
        { layerFilter: (other) => other === layer, hitTolerance: layer === this.layers.objects ? reach : 2 },
      );
      if (found !== null) return found;
    }
    const [x = 0, y = 0] = e.coordinate;
    return this.sectors.layer.getVisible() ? this.sectors.at(x, y) : null;
  }

  /** Whether the last two presses were at one place. */
  private isSamePlace(): boolean {
    const [[x = 0, y = 0], [beforeX = 0, beforeY = 0]] = this.presses;
    return Math.hypot(x - beforeX, y - beforeY) <= samePlace;
  }

  private click(e: MapBrowserEvent): void {
    this.presses = [e.pixel, this.presses[0]];
    const place = this.place(e);
    if (this.draft?.busy === true) return this.drafting?.press(place);
    if (this.onPress !== null) return this.onPress([wrapped(place[0]), place[1]]);
    if (this.draft !== null) {
      const shape = this.shapeAt(e.pixel);
      if (shape !== null) return this.drafting?.choose(shape);
    }
    const id = this.hit(e);
    if (id !== null) this.onChoose?.(id);
  }

  private shapeAt(pixel: readonly number[]): string | null {
    let found: string | null = null;
    this.map.forEachFeatureAtPixel(
      pixel as number[],
      (one) => {
        found = (one.get('id') as string | undefined) ?? null;
        return found !== null;
      },
      { layerFilter: (layer) => layer === this.layers.draft, hitTolerance: 3 },
    );
    return found;
  }

  private get active(): Shape | null {
    return this.draft?.shapes.find(({ id }) => id === this.draft?.active)?.shape ?? null;
  }

  private gripAt(pixel: readonly number[], reach = 12): { handle: number } | { middle: number; at: Position } | null {
    const shape = this.active;
    if (shape === null || this.draft?.busy === true) return null;
    const mark: [number, number] = [pixel[0] ?? 0, pixel[1] ?? 0];
    const pixels = (all: readonly Position[]): [number, number][] =>
      all.map((one) => this.pixelOf(one) ?? [-1e6, -1e6]);
    const handle = hitOf(pixels(handlesOf(shape)), mark, reach);
    if (handle !== null) return { handle };
    const middles = middlesOf(shape);
    const middle = hitOf(pixels(middles.map((one) => one.at)), mark, reach - 2);
    const found = middle === null ? undefined : middles[middle];
    return found === undefined ? null : { middle: found.after, at: found.at };
  }

  private readonly menu = (e: Event): void => {
    if (this.draft === null || !(e instanceof MouseEvent)) return;
    const grip = this.gripAt(this.map.getEventPixel(e));
    if (grip === null || !('handle' in grip)) return;
    e.preventDefault();
    this.drafting?.remove(grip.handle);
  };

  /** A handle is dragged, or a middle pulled out into a new corner; everything else pans. */
  private handle(): PointerInteraction {
    let held: number | null = null;
    return new PointerInteraction({
      handleDownEvent: (e) => {
        const touches = e.originalEvent instanceof PointerEvent && e.originalEvent.pointerType !== 'mouse';
        if (e.originalEvent instanceof PointerEvent && e.originalEvent.button !== 0) return false;
        const grip = this.gripAt(e.pixel, touches ? 22 : 12);
        if (grip === null) return false;
        this.drafting?.grip();
        if ('handle' in grip) held = grip.handle;
        else {
          this.drafting?.insert(grip.middle, grip.at);
          held = grip.middle + 1;
        }
        return true;
      },
      handleDragEvent: (e) => {
        if (held !== null) this.drafting?.drag(held, this.place(e));
      },
      handleUpEvent: () => {
        held = null;
        return false;
      },
    });
  }

  /** For measuring how fast it draws. */
  once(event: 'rendercomplete', listener: () => void): () => void {
    const key = this.map.once(event, listener);
    return () => unByKey(key);
  }
}

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

function replace(source: VectorSource, features: Feature[]): void {
  source.clear(true);
  source.addFeatures(features);
}

/** The canvas draws from the left: words that are read from the right keep their own order in it (FSI and PDI of UAX #9). */
const inItsOrder = (text: string): string => (text === '' ? '' : `\u2068${text}\u2069`);

const short = (label: string): string => (label.length > 40 ? `${label.slice(0, 39)}…` : label);

function gridText(degrees: number, plus: string, minus: string): string {
  const size = Math.abs(degrees);
  const digits = Number.isInteger(Math.round(size * 1e6) / 1e6) ? 0 : Math.round(size * 1e4) % 100 === 0 ? 2 : 3;
  return `${size.toFixed(digits)}°${size === 0 || size === 180 ? '' : degrees < 0 ? minus : plus}`;
}

/** Places in longitudes that run on, cut where the widest gap between them is: so that what lies about the antimeridian is near together. */
export function middling(places: readonly Position[]): Position[] {
  const sorted = [...places].map(([x, y]) => [wrapped(x), y] as const).sort((a, b) => a[0] - b[0]);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return [];
  let [cut, widest] = [0, first[0] + 360 - last[0]];
  for (const [i, place] of sorted.entries()) {
    const gap = place[0] - (sorted[i - 1]?.[0] ?? place[0]);
    if (gap > widest) [cut, widest] = [i, gap];
  }
  return sorted.map(([x, y], i) => [i < cut ? x + 360 : x, y] as const);
}
