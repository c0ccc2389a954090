import { useQuery } from '@tanstack/react-query';
import { geoGraticule10, geoMercator, geoPath } from 'd3-geo';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { useMemo, useRef, useState } from 'react';
import { feature, mesh } from 'topojson-client';
import type { Topology } from 'topojson-specification';
import world from 'world-atlas/countries-50m.json?url';
import { plain } from '../look/visible';
import { useT } from '../messages';
import { labelRows } from './labels';
import type { PlanFeature } from './plans';
import css from './map.module.css';

export type Tone = 'serious' | 'caution' | 'normal' | 'standby' | 'off';
/** Volumes seen from above, under one name. */
export type Area = { id: string; tone: Tone; role: string; features: readonly PlanFeature[] };
export type Spot = { id: string; position: [number, number]; label: string; tone: Tone; radiusMetres: number | null };

const width = 1000;
const height0 = 620;
// Web Mercator to 84° (what is near the poles stands in the table); longitude 180 at both edges.
const projection = geoMercator().scale(width / (2 * Math.PI)).translate([width / 2, height0 / 2]).precision(0.3);
const path = geoPath(projection);
const farthest = 84;
/** Metres of a degree of latitude. */
const degree = 111_195;

async function readWorld(): Promise<{ land: string; borders: string }> {
  const topology = (await (await fetch(world)).json()) as Topology;
  const land = topology.objects['land'] ?? topology.objects['countries'];
  const countries = topology.objects['countries'];
  if (land === undefined || countries === undefined) throw new Error('the map has no land');
  return { land: path(feature(topology, land) as Feature) ?? '', borders: path(mesh(topology, countries as never, (a, b) => a !== b)) ?? '' };
}

const graticule = path(geoGraticule10()) ?? '';

/** The world from the station's own files, as SVG: drawn once, then only moved. Lines and areas may be laid over it. */
export function WorldMap({ objects, focus, chosen, height = 420, overlay = null, areas = [], onChoose, onPick }: {
  objects: readonly Spot[]; focus: [number, number] | null; chosen: string | null; height?: number; overlay?: FeatureCollection<Geometry> | null; areas?: readonly Area[];
  onChoose?: (id: string) => void; onPick?: (position: [number, number]) => void;
}) {
  const t = useT();
  const map = useQuery({ queryKey: ['world'], queryFn: readWorld, staleTime: Infinity }).data;
  const middle = projection([focus?.[0] ?? 15, focus?.[1] ?? 35]) ?? [width / 2, height0 / 2];
  const [view, setView] = useState<{ x: number; y: number; zoom: number }>({ x: middle[0], y: middle[1], zoom: focus === null ? 1 : 14 });
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const drawn = useMemo(() => (overlay === null ? '' : path(overlay) ?? ''), [overlay]);
  const boxHeight = height0;
  const w = width / view.zoom;
  const h = boxHeight / view.zoom;
  const box = `${view.x - w / 2} ${view.y - h / 2} ${w} ${h}`;
  const clampTo = (x: number, y: number, zoom: number): void => setView({ x: Math.min(width, Math.max(0, x)), y: Math.min(height0 + 180, Math.max(-180, y)), zoom: Math.min(400, Math.max(1, zoom)) });
  const zoomBy = (by: number): void => clampTo(view.x, view.y, view.zoom * by);
  const pan = (dx: number, dy: number): void => clampTo(view.x + dx * w, view.y + dy * h, view.zoom);
  const scale = (): number => {
    const rect = svg.current?.getBoundingClientRect();
    return rect === undefined || rect.width === 0 ? 1 : Math.max(w / rect.width, h / rect.height);
  };
  // What is to keep its size on the screen is drawn in units of the view.
  const unit = w / width;
  const rows = labelRows(objects.flatMap(object => {
    const point = projection(object.position);
    return point === null ? [] : [{ id: object.id, x: point[0] / unit, y: point[1] / unit, text: plain(object.label).slice(0, 40) }];
  }));
  return (
    <div className={css['map']} style={{ height }}>
      <svg
        ref={svg} viewBox={box} preserveAspectRatio="xMidYMid slice" role="application" aria-label={t('map.world')} aria-describedby="map-keys" tabIndex={0}
        onWheel={e => zoomBy(e.deltaY < 0 ? 1.25 : 0.8)}
        onKeyDown={e => {
          const step = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] }[e.key];
          if (step !== undefined) {
            e.preventDefault();
            pan(step[0] ?? 0, step[1] ?? 0);
          } else if (e.key === '+' || e.key === '=') zoomBy(1.5);
          else if (e.key === '-') zoomBy(1 / 1.5);
        }}
        onPointerDown={e => { drag.current = { x: e.clientX, y: e.clientY, moved: false }; e.currentTarget.setPointerCapture(e.pointerId); }}
        onPointerMove={e => {
          if (drag.current === null) return;
          const [dx, dy] = [e.clientX - drag.current.x, e.clientY - drag.current.y];
          if (!drag.current.moved && Math.hypot(dx, dy) < 4) return;
          drag.current = { x: e.clientX, y: e.clientY, moved: true };
          clampTo(view.x - dx * scale(), view.y - dy * scale(), view.zoom);
        }}
        onPointerUp={e => {
          const moved = drag.current?.moved === true;
          drag.current = null;
          if (moved || svg.current === null) return;
          const matrix = svg.current.getScreenCTM();
          if (matrix === null) return;
          const at = new DOMPoint(e.clientX, e.clientY).matrixTransform(matrix.inverse());
          const near = objects.find(object => {
            const point = projection(object.position);
            return point !== null && Math.hypot(point[0] - at.x, point[1] - at.y) < 12 * scale();
          });
          const position = projection.invert?.([at.x, at.y]);
          if (near !== undefined && onChoose !== undefined) onChoose(near.id);
          else if (onPick !== undefined && position) onPick([Math.round(position[0] * 1e4) / 1e4, Math.round(position[1] * 1e4) / 1e4]);
        }}
      >
        <rect x={-width} y={-height0} width={width * 3} height={height0 * 3} className={css['sea']} />
        {map !== undefined && <path d={map.land} className={css['land']} />}
        {map !== undefined && <path d={map.borders} className={css['borders']} />}
        <path d={graticule} className={css['graticule']} />
        {drawn !== '' && <path d={drawn} className={css['overlay']} />}
        {areas.map(area => area.features.map(volume => (
          <path key={volume.id} d={path(volume) ?? ''} data-level={area.tone} data-role={area.role} data-chosen={area.id === chosen} className={css['area']} />
        )))}
        {objects.filter(object => Math.abs(object.position[1]) <= farthest).map(object => {
          const point = projection(object.position);
          if (point === null) return null;
          const radius = object.radiusMetres === null ? 0 : (object.radiusMetres / degree / 360) * width / Math.max(0.05, Math.cos((object.position[1] * Math.PI) / 180));
          return (
            <g key={object.id} data-level={object.tone} className={css['spot']} data-chosen={object.id === chosen}>
              {radius > 0 && <circle cx={point[0]} cy={point[1]} r={radius} className={css['about']} />}
              <g transform={`translate(${point[0]} ${point[1]}) scale(${unit})`}>
                {object.id === chosen && <circle r={15} className={css['ring']} />}
                {object.tone === 'serious' ? <path d="M0 -9 9 7H-9z" /> : object.tone === 'caution' ? <path d="M0 -9 9 0 0 9 -9 0z" /> : <circle r={7} />}
                {(objects.length < 25 || object.id === chosen) && <text x={13} y={5 + 15 * (rows.get(object.id) ?? 0)}>{plain(object.label).slice(0, 40)}</text>}
              </g>
            </g>
          );
        })}
      </svg>
      <div className={css['tools']}>
        <button type="button" onClick={() => zoomBy(1.6)} aria-label={t('map.closer')}>+</button>
        <button type="button" onClick={() => zoomBy(1 / 1.6)} aria-label={t('map.wider')}>−</button>
        <button type="button" onClick={() => setView({ x: width / 2, y: height0 / 2, zoom: 1 })} aria-label={t('map.whole')}>◻</button>
      </div>
      <span id="map-keys" className="visually-hidden">{t('map.keys')}</span>
    </div>
  );
}
