import { useQuery } from '@tanstack/react-query';
import { geoGraticule10, geoMercator, geoPath } from 'd3-geo';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { pointer, select } from 'd3-selection';
import { zoom, zoomIdentity, type ZoomTransform } from 'd3-zoom';
import { useEffect, useMemo, useRef, useState } from 'react';
import { feature, mesh } from 'topojson-client';
import type { Topology } from 'topojson-specification';
import world from 'world-atlas/countries-50m.json?url';
import { plain } from '../look/visible';
import { useT } from '../messages';
import { labelRows } from './labels';
import type { PlanFeature } from './plans';
import css from './world.module.css';

export type Tone = 'serious' | 'caution' | 'normal' | 'standby' | 'off';
/** Volumes seen from above, under one name. */
export type Area = { id: string; tone: Tone; role: string; features: readonly PlanFeature[] };
export type Spot = { id: string; position: [number, number]; label: string; tone: Tone; radiusMetres: number | null };

const width = 1000;
const height0 = 620;
// Web Mercator to 84° (what is near the poles stands in the table); longitude 180 at both edges.
const projection = geoMercator()
  .scale(width / (2 * Math.PI))
  .translate([width / 2, height0 / 2])
  .precision(0.3);
const path = geoPath(projection);
const farthest = 84;
/** Metres of a degree of latitude. */
const degree = 111_195;

async function readWorld(): Promise<{ land: string; borders: string }> {
  const topology = (await (await fetch(world)).json()) as Topology;
  const land = topology.objects['land'] ?? topology.objects['countries'];
  const countries = topology.objects['countries'];
  if (land === undefined || countries === undefined) throw new Error('the map has no land');
  return {
    land: path(feature(topology, land) as Feature) ?? '',
    borders: path(mesh(topology, countries as never, (a, b) => a !== b)) ?? '',
  };
}

/** How far in, and how far above and below the world a view may have its middle. */
const [closest, beyond] = [400, 180];
/** How near to an object a press means that object, in pixels of the screen. */
const near = 12;

/** The middle of a view stays on the world, whatever its shape shows of it. */
function constrained(view: ZoomTransform, [[x0, y0], [x1, y1]]: [[number, number], [number, number]]): ZoomTransform {
  const [x, y] = view.invert([(x0 + x1) / 2, (y0 + y1) / 2]);
  return view.translate(x - Math.min(width, Math.max(0, x)), y - Math.min(height0 + beyond, Math.max(-beyond, y)));
}

const viewOf = (focus: [number, number] | null): ZoomTransform => {
  const [x, y] = projection(focus ?? [15, 35]) ?? [width / 2, height0 / 2];
  const k = focus === null ? 1 : 14;
  return zoomIdentity.translate(width / 2 - k * x, height0 / 2 - k * y).scale(k);
};

const graticule = path(geoGraticule10()) ?? '';

/** The world from the station's own files, as SVG: drawn once, then only moved. Lines and areas may be laid over it. */
export function WorldMap({
  objects,
  focus,
  chosen,
  height = 420,
  overlay = null,
  areas = [],
  onChoose,
  onPick,
}: {
  objects: readonly Spot[];
  focus: [number, number] | null;
  chosen: string | null;
  height?: number;
  overlay?: FeatureCollection<Geometry> | null;
  areas?: readonly Area[];
  onChoose?: (id: string) => void;
  onPick?: (position: [number, number]) => void;
}) {
  const t = useT();
  const map = useQuery({ queryKey: ['world'], queryFn: readWorld, staleTime: Infinity }).data;
  const [view, setView] = useState(() => viewOf(focus));
  const svg = useRef<SVGSVGElement>(null);
  const drawn = useMemo(() => (overlay === null ? '' : (path(overlay) ?? '')), [overlay]);
  const moving = useMemo(
    () =>
      zoom<SVGSVGElement, unknown>()
        .scaleExtent([1, closest])
        .constrain(constrained)
        .on('zoom', (e: { transform: ZoomTransform }) => setView(e.transform)),
    [],
  );
  const first = useRef(view);
  useEffect(() => {
    if (svg.current === null) return;
    const node = select(svg.current);
    node.call(moving).on('dblclick.zoom', null).call(moving.transform, first.current);
    return () => void node.on('.zoom', null);
  }, [moving]);
  const zoomBy = (by: number): void => {
    if (svg.current !== null) select(svg.current).call(moving.scaleBy, by);
  };
  const pan = (dx: number, dy: number): void => {
    if (svg.current !== null)
      select(svg.current).call(moving.translateBy, (-dx * width) / view.k, (-dy * height0) / view.k);
  };
  // What is to keep its size on the screen is drawn in units of the view.
  const unit = 1 / view.k;
  const rows = labelRows(
    objects.flatMap((object) => {
      const point = projection(object.position);
      return point === null
        ? []
        : [{ id: object.id, x: point[0] / unit, y: point[1] / unit, text: plain(object.label).slice(0, 40) }];
    }),
  );
  return (
    <div className={css['map']} style={{ height }}>
      <svg
        ref={svg}
        viewBox={`0 0 ${width} ${height0}`}
        preserveAspectRatio="xMidYMid slice"
        role="application"
        aria-label={t('map.world')}
        aria-describedby="map-keys"
        tabIndex={0}
        onKeyDown={(e) => {
          const step = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] }[
            e.key
          ];
          if (step !== undefined) {
            e.preventDefault();
            pan(step[0] ?? 0, step[1] ?? 0);
          } else if (e.key === '+' || e.key === '=') zoomBy(1.5);
          else if (e.key === '-') zoomBy(1 / 1.5);
        }}
        onClick={(e) => {
          // A drag ends in no click: d3-zoom keeps that back.
          const at = view.invert(pointer(e.nativeEvent, e.currentTarget));
          const reach = near / ((e.currentTarget.getScreenCTM()?.a ?? 1) * view.k);
          const hit = objects.find((object) => {
            const point = projection(object.position);
            return point !== null && Math.hypot(point[0] - at[0], point[1] - at[1]) < reach;
          });
          const position = projection.invert?.(at);
          if (hit !== undefined && onChoose !== undefined) onChoose(hit.id);
          else if (onPick !== undefined && position)
            onPick([Math.round(position[0] * 1e4) / 1e4, Math.round(position[1] * 1e4) / 1e4]);
        }}
      >
        <g transform={view.toString()}>
          <rect x={-width} y={-height0} width={width * 3} height={height0 * 3} className={css['sea']} />
          {map !== undefined && <path d={map.land} className={css['land']} />}
          {map !== undefined && <path d={map.borders} className={css['borders']} />}
          <path d={graticule} className={css['graticule']} />
          {drawn !== '' && <path d={drawn} className={css['overlay']} />}
          {areas.map((area) =>
            area.features.map((volume) => (
              <path
                key={volume.id}
                d={path(volume) ?? ''}
                data-level={area.tone}
                data-role={area.role}
                data-chosen={area.id === chosen}
                className={css['area']}
              />
            )),
          )}
          {objects
            .filter((object) => Math.abs(object.position[1]) <= farthest)
            .map((object) => {
              const point = projection(object.position);
              if (point === null) return null;
              const radius =
                object.radiusMetres === null
                  ? 0
                  : ((object.radiusMetres / degree / 360) * width) /
                    Math.max(0.05, Math.cos((object.position[1] * Math.PI) / 180));
              return (
                <g key={object.id} data-level={object.tone} className={css['spot']} data-chosen={object.id === chosen}>
                  {radius > 0 && <circle cx={point[0]} cy={point[1]} r={radius} className={css['about']} />}
                  <g transform={`translate(${point[0]} ${point[1]}) scale(${unit})`}>
                    {object.id === chosen && <circle r={15} className={css['ring']} />}
                    {object.tone === 'serious' ? (
                      <path d="M0 -9 9 7H-9z" />
                    ) : object.tone === 'caution' ? (
                      <path d="M0 -9 9 0 0 9 -9 0z" />
                    ) : (
                      <circle r={7} />
                    )}
                    {(objects.length < 25 || object.id === chosen) && (
                      <text x={13} y={5 + 15 * (rows.get(object.id) ?? 0)}>
                        {plain(object.label).slice(0, 40)}
                      </text>
                    )}
                  </g>
                </g>
              );
            })}
        </g>
      </svg>
      <div className={css['tools']}>
        <button type="button" onClick={() => zoomBy(1.6)} aria-label={t('map.closer')}>
          +
        </button>
        <button type="button" onClick={() => zoomBy(1 / 1.6)} aria-label={t('map.wider')}>
          −
        </button>
        <button
          type="button"
          onClick={() => {
            if (svg.current !== null) select(svg.current).call(moving.transform, zoomIdentity);
          }}
          aria-label={t('map.whole')}
        >
          ◻
        </button>
      </div>
      <span id="map-keys" className="visually-hidden">
        {t('map.keys')}
      </span>
    </div>
  );
}
