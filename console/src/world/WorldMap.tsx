import { useQuery } from '@tanstack/react-query';
import type { FeatureCollection, Geometry } from 'geojson';
import 'ol/ol.css';
import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { request } from '../api/client';
import { lengthText } from '../look/length';
import { useKept, type Keeping } from '../look/kept';
import { useDrawnLook } from '../look/theme';
import { useT } from '../messages';
import {
  Chart,
  layerNames,
  placesFrom,
  type Agreed,
  type Area,
  type ChartView,
  type Clash,
  type Coverage,
  type Draft,
  type Drafting,
  type LayerName,
  type Spot,
} from './chart';
import { bearingText, inNotation, notations, type Notation } from './coordinates';
import { handlesOf, ringOf, type Shape } from './drawing';
import { courseOf, type Position } from './geodesy';
import { Legend, type LegendParty } from './Legend';
import { placesWithin } from './places';
import type { Sector } from './sectors';
import css from './world.module.css';

export type { Area, Clash, Spot, Tone } from './chart';

const notationOf: Keeping<Notation> = {
  read: (stored) => notations.find((one) => one === stored) ?? null,
};
const hiddenOf: Keeping<LayerName[]> = {
  read: (stored) => (Array.isArray(stored) ? layerNames.filter((name) => (stored as unknown[]).includes(name)) : null),
};
const nothingHidden: LayerName[] = [];
const noShapes: readonly { shape: Shape }[] = [];
const noObjects: readonly Area[] = [];
const noClashes: readonly Clash[] = [];
const noSectors: readonly Sector[] = [];
const noCoverage: readonly Coverage[] = [];
const noAgreed: readonly Agreed[] = [];
const noParties: readonly LegendParty[] = [];

type BaseMap = { given: boolean; version: string | null };

/** Zoom at which one place is shown with what is around it. */
const nearZoom = 9;

/** What a map lets those around it do with it. */
export type MapHandle = {
  fit: () => void;
  show: (places: readonly Position[]) => void;
  look: (to: ChartView) => void;
  centre: () => Position;
};

/**
 * The world, from the station's own files: zoomed at the pointer, panned, measured, and read in coordinates. What
 * stands on it is given; what is drawn on it is told to `drafting`.
 */
export function WorldMap({
  objects,
  focus,
  chosen,
  height = 420,
  overlay = null,
  areas = noObjects,
  clashes = noClashes,
  sectors = noSectors,
  coverage = noCoverage,
  agreed = noAgreed,
  draft = null,
  drafting = null,
  parties = noParties,
  start = null,
  compact = false,
  fits = false,
  fitsTo = noShapes,
  label,
  handle,
  children,
  onChoose,
  onPick,
  onView,
}: {
  objects: readonly Spot[];
  focus: Position | null;
  chosen: string | null;
  /** In pixels; as high as its box where it is null. */
  height?: number | null;
  overlay?: FeatureCollection<Geometry> | null;
  areas?: readonly Area[];
  clashes?: readonly Clash[];
  /** Where observers saw or heard something: parts of the ground, not points. */
  sectors?: readonly Sector[];
  coverage?: readonly Coverage[];
  agreed?: readonly Agreed[];
  draft?: Draft | null;
  drafting?: Drafting | null;
  parties?: readonly LegendParty[];
  start?: ChartView | null;
  /** Without legend and layers, in a form or beside an item. */
  compact?: boolean;
  /** True once all is known that the view is to be fitted to when it opens; it is, as soon as there is anything. */
  fits?: boolean;
  /** What is drawn, which the view is fitted to as well. */
  fitsTo?: readonly { shape: Shape }[];
  label?: string;
  handle?: { current: MapHandle | null };
  children?: ReactNode;
  onChoose?: (id: string) => void;
  onPick?: (position: [number, number]) => void;
  onView?: (view: ChartView) => void;
}) {
  const t = useT();
  const look = useDrawnLook();
  const box = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart | null>(null);
  const [trouble, setTrouble] = useState(false);
  const [hidden, setHidden] = useKept<LayerName[]>('map.hidden', nothingHidden, hiddenOf);
  const [measuring, setMeasuring] = useState<Position[] | null>(null);
  const [view, setView] = useState<ChartView | null>(null);
  const keys = useId();
  const base = useQuery({
    queryKey: ['base-map'],
    queryFn: () => request<BaseMap>('GET', '/api/v1/base-map'),
    staleTime: Infinity,
    retry: false,
  }).data;

  const opened = useRef(start);
  useEffect(() => {
    if (box.current === null) return;
    const made = new Chart(
      box.current,
      opened.current ?? { centre: focus ?? [15, 35], zoom: focus === null ? 2 : nearZoom },
    );
    made.onTrouble = () => setTrouble(true);
    made.onMoves = () => {
      if (root.current !== null) root.current.dataset['still'] = 'false';
    };
    made.onStill = () => {
      const { drawn } = made;
      if (root.current !== null) root.current.dataset['still'] = 'true';
      for (const [kind, count] of Object.entries(drawn))
        if (root.current !== null) root.current.dataset[kind] = String(count);
    };
    setChart(made);
    return () => {
      made.end();
      setChart(null);
    };
    // The first focus alone decides where it opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => chart?.setPalette(), [chart, look]);
  useEffect(() => chart?.setSpots(objects), [chart, objects]);
  useEffect(() => chart?.setAreas(areas), [chart, areas]);
  useEffect(() => chart?.setClashes(clashes), [chart, clashes]);
  useEffect(() => chart?.setSectors(sectors), [chart, sectors]);
  useEffect(() => chart?.setCoverage(coverage), [chart, coverage]);
  useEffect(() => chart?.setAgreed(agreed), [chart, agreed]);
  useEffect(() => chart?.setOverlay(overlay), [chart, overlay]);
  useEffect(() => chart?.setHidden(hidden), [chart, hidden]);
  useEffect(() => chart?.setChosen(chosen), [chart, chosen]);
  useEffect(() => {
    if (chart !== null) chart.onChoose = onChoose ?? null;
  }, [chart, onChoose]);

  // The operator's own map is fetched with its reader only where there is one.
  const version = base?.given === true ? base.version : null;
  useEffect(() => {
    if (chart === null || version === null) return;
    let gone = false;
    void import('./tiles')
      .then(async ({ tilesOf }) => {
        const tiles = await tilesOf(version);
        if (!gone) chart.setTiles(tiles);
      })
      .catch(() => setTrouble(true));
    return () => {
      gone = true;
    };
  }, [chart, version]);

  const everything = useCallback(
    (): Position[] => [
      ...objects.map(({ position }) => position),
      ...sectors.map(({ position }) => position),
      ...agreed.flatMap(({ rings }) => rings[0] ?? []),
      ...(fitsTo.length > 0
        ? fitsTo.flatMap(({ shape }) => ringOf(shape) ?? handlesOf(shape))
        : areas.flatMap(({ shapes }) => shapes.flatMap(({ rings }) => rings[0] ?? []))),
    ],
    [objects, areas, sectors, agreed, fitsTo],
  );
  // It opens on what stands on it, once that is known; a view that was asked for goes before.
  const fitted = useRef(start !== null || focus !== null);
  const fit = useCallback((slowly = true) => chart?.fit(everything(), slowly), [chart, everything]);
  useEffect(() => {
    if (handle === undefined || chart === null) return;
    handle.current = {
      fit,
      show: (places) => chart.fit(places),
      look: (to) => {
        fitted.current = true;
        chart.look(to);
      },
      centre: () => chart.seen.centre,
    };
    return () => {
      handle.current = null;
    };
  }, [handle, chart, fit]);

  useEffect(() => {
    if (chart === null || !fits || fitted.current || everything().length === 0) return;
    fitted.current = true;
    fit(false);
  }, [chart, fits, fit, everything]);
  const [lon, lat] = focus ?? [null, null];
  const shown = useRef(`${lon} ${lat}`);
  useEffect(() => {
    if (chart === null || lon === null || lat === null || shown.current === `${lon} ${lat}`) return;
    shown.current = `${lon} ${lat}`;
    const pixel = chart.pixelOf([lon, lat]);
    const [width = 0, tall = 0] = chart.map.getSize() ?? [];
    // What can be seen already is not moved away from under the officer's eyes.
    const isSeen = pixel !== null && pixel[0] > 30 && pixel[1] > 30 && pixel[0] < width - 30 && pixel[1] < tall - 30;
    if (!isSeen || chart.seen.zoom < 4)
      chart.look({ centre: [lon, lat], zoom: Math.max(nearZoom - 2, chart.seen.zoom) });
  }, [chart, lon, lat]);

  const seen = useRef(onView);
  useEffect(() => {
    seen.current = onView;
  });
  useEffect(() => {
    if (chart === null) return;
    let asked = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settled = (now: ChartView): void => {
      setView(now);
      seen.current?.(now);
      clearTimeout(timer);
      const mine = ++asked;
      if (now.zoom < placesFrom) chart.setPlaces([]);
      else
        timer = setTimeout(() => {
          const edges = chart.edges;
          void placesWithin(edges).then(
            (places) => mine === asked && chart.setPlaces(places),
            () => undefined, // names are missed, and nothing else
          );
        }, 250);
    };
    chart.onView = settled;
    setView(chart.seen);
    return () => {
      clearTimeout(timer);
      asked = -1;
      chart.onView = () => undefined;
    };
  }, [chart]);

  // What is pressed goes to the measure in hand, to the drawing, or picks a place.
  const [under, setUnder] = useState<Position | null>(null);
  const isMeasuring = measuring !== null;
  useEffect(() => {
    if (chart === null) return;
    if (isMeasuring) {
      chart.setDraft(
        { shapes: [], active: null, sketch: [], sketched: null, busy: true },
        {
          ...idle,
          press: (at) => setMeasuring((path) => [...(path ?? []), at]),
          hover: setUnder,
          finish: () => setUnder(null),
        },
      );
      chart.onPress = null;
    } else {
      chart.setDraft(draft, drafting);
      chart.onPress =
        onPick === undefined
          ? null
          : (at) => onPick([at[0], at[1]].map((x) => Math.round(x * 1e5) / 1e5) as [number, number]);
    }
  }, [chart, isMeasuring, draft, drafting, onPick]);
  const measured =
    measuring === null ? null : [...measuring, ...(under !== null && measuring.length > 0 ? [under] : [])];
  const says = measured === null ? '' : measuredText(measured);
  useEffect(() => {
    chart?.setMeasured(measured === null ? null : { path: measured, says });
  });

  // Whoever has begun to work on it is not taken elsewhere by what arrives.
  const touched = (): void => {
    fitted.current = true;
  };
  const press = (): void => {
    if (chart === null) return;
    const at = chart.seen.centre;
    if (measuring !== null) setMeasuring([...measuring, at]);
    else if (draft?.busy === true) drafting?.press(at);
    else if (onPick !== undefined) onPick([Math.round(at[0] * 1e5) / 1e5, Math.round(at[1] * 1e5) / 1e5]);
  };
  const onKey = (e: React.KeyboardEvent): void => {
    if (chart === null || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key !== 'Tab') touched();
    const step = e.shiftKey ? 0.01 : 0.15;
    const way = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as const)[
      e.key as 'ArrowLeft'
    ];
    if (way !== undefined) chart.pan(way[0] * step, way[1] * step);
    else if (e.key === '+' || e.key === '=') chart.zoom(e.shiftKey ? 0.25 : 1);
    else if (e.key === '-' || e.key === '_') chart.zoom(e.shiftKey ? -0.25 : -1);
    else if (e.key === '0') fit();
    else if (e.key === 'Enter' || e.key === ' ') press();
    else if (e.key === 'Escape' && measuring !== null) setMeasuring(null);
    else if (e.key === 'Backspace' && measuring !== null) setMeasuring(measuring.slice(0, -1));
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  return (
    <div
      ref={root}
      className={css['map']}
      style={height === null ? undefined : { height }}
      data-chosen={chosen ?? ''}
      data-zoom={view === null ? '' : view.zoom.toFixed(2)}
      data-centre={view === null ? '' : view.centre.map((x) => x.toFixed(4)).join(' ')}
      data-fill={height === null}
    >
      <div
        ref={box}
        className={css['chart']}
        role="application"
        aria-label={label ?? t('map.world')}
        aria-describedby={keys}
        tabIndex={0}
        onKeyDown={onKey}
        onPointerDownCapture={touched}
        onWheelCapture={touched}
      />
      <span className={css['cross']} aria-hidden="true" />
      <div className={css['tools']} role="group" aria-label={t('map.tools')}>
        <Tool label={t('map.closer')} path="M12 5v14M5 12h14" onPress={() => chart?.zoom(1)} />
        <Tool label={t('map.wider')} path="M5 12h14" onPress={() => chart?.zoom(-1)} />
        <Tool label={t('map.fit')} path="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" onPress={() => fit()} />
        <Tool
          label={t('map.whole')}
          path="M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"
          onPress={() => chart?.fit([])}
        />
        <Tool
          label={t('map.measure')}
          path="M3 17 17 3l4 4L7 21zM7 13l2 2M10 10l2 2M13 7l2 2"
          pressed={measuring !== null}
          onPress={() => setMeasuring(measuring === null ? [] : null)}
        />
      </div>
      {!compact && (
        <div className={css['panels']}>
          <details className={css['panel']}>
            <summary>{t('map.layers')}</summary>
            <fieldset className={css['sheet']}>
              <legend className="visually-hidden">{t('map.layers')}</legend>
              {layerNames
                .filter((name) => name !== 'tiles' || version !== null)
                .map((name) => (
                  <label key={name} className="row">
                    <input
                      type="checkbox"
                      checked={!hidden.includes(name)}
                      onChange={(e) =>
                        setHidden(e.currentTarget.checked ? hidden.filter((one) => one !== name) : [...hidden, name])
                      }
                    />
                    {t(`layer.${name}`)}
                  </label>
                ))}
            </fieldset>
          </details>
          <details className={css['panel']}>
            <summary>{t('map.legend')}</summary>
            <Legend parties={parties} />
          </details>
        </div>
      )}
      {children}
      {measuring !== null && (
        <p className={css['says']} role="status">
          {measuring.length === 0 ? t('map.measure-how') : says}
        </p>
      )}
      {trouble && (
        <p className={css['says']} role="alert">
          {t('map.trouble')}
        </p>
      )}
      {chart !== null && <Foot chart={chart} view={view} compact={compact} />}
      <span id={keys} className="visually-hidden">
        {t('map.keys')}
      </span>
    </div>
  );
}

const idle: Drafting = {
  press: () => undefined,
  finish: () => undefined,
  hover: () => undefined,
  grip: () => undefined,
  drag: () => undefined,
  insert: () => undefined,
  remove: () => undefined,
  choose: () => undefined,
};

/** `12.3 km · 037°`, and of several legs the last one and their sum. */
export function measuredText(path: readonly Position[]): string {
  const legs = path.slice(1).map((to, i) => courseOf(path[i] ?? to, to));
  const last = legs.at(-1);
  if (last === undefined) return '';
  const one = `${lengthText(last.metres)} · ${bearingText(last.bearing)}`;
  return legs.length === 1 ? one : `${one} · Σ ${lengthText(legs.reduce((sum, leg) => sum + leg.metres, 0))}`;
}

function Tool({
  label,
  path,
  pressed,
  onPress,
}: {
  label: string;
  path: string;
  pressed?: boolean;
  onPress: () => void;
}) {
  return (
    <button
      type="button"
      className={css['tool']}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onPress}
    >
      <svg
        viewBox="0 0 24 24"
        width="18"
        height="18"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
    </button>
  );
}

/** Lengths that a scale bar has. */
const steps = [1, 2, 5].flatMap((digit) => Array.from({ length: 8 }, (_, power) => digit * 10 ** power));
const barWidth = 110;

/** Scale and coordinates: of what is under the pointer, else of the middle. */
function Foot({ chart, view, compact }: { chart: Chart; view: ChartView | null; compact: boolean }) {
  const t = useT();
  const [notation, setNotation] = useKept<Notation>('map.notation', 'decimal', notationOf);
  const [under, setUnder] = useState<Position | null>(null);
  const [copied, setCopied] = useState('');
  useEffect(() => {
    let frame = 0;
    chart.onPointer = (at) => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setUnder(at));
    };
    return () => {
      cancelAnimationFrame(frame);
      chart.onPointer = () => undefined;
    };
  }, [chart]);
  const at = under ?? view?.centre ?? null;
  const text = at === null ? '' : inNotation(notation, at);
  const perPixel = chart.metresPerPixel;
  const length = [...steps].sort((a, b) => b - a).find((metres) => metres / perPixel <= barWidth) ?? 1;
  const copy = async (): Promise<void> => {
    const what = view === null ? '' : inNotation(notation, view.centre);
    try {
      await navigator.clipboard.writeText(what);
      setCopied(what);
    } catch {
      setCopied('');
    }
  };
  return (
    <div className={css['foot']}>
      <span
        className={css['scale']}
        style={{ inlineSize: Math.max(12, Math.round(length / perPixel)) }}
        aria-label={t('map.scale', { length: lengthText(length) })}
        role="img"
      >
        <bdi>{lengthText(length)}</bdi>
      </span>
      <bdi dir="ltr" className={css['at']} data-under={under !== null}>
        {text}
      </bdi>
      <select
        aria-label={t('map.notation')}
        value={notation}
        onChange={(e) => setNotation(e.currentTarget.value as Notation)}
      >
        {notations.map((one) => (
          <option key={one} value={one}>
            {t(`notation.${one}`)}
          </option>
        ))}
      </select>
      <button type="button" onClick={() => void copy()} title={t('map.copy')}>
        {t('map.copy-short')}
      </button>
      {copied !== '' && (
        <span role="status" className={compact ? 'visually-hidden' : css['copied']}>
          {t('map.copied', { text: copied })}
        </span>
      )}
    </div>
  );
}
