import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useT } from '../messages';
import type { Area, Clash, Draft, Drafting, Spot } from './chart';
import { readAnyPosition } from './coordinates';
import {
  handlesOf,
  pressesOf,
  ringOf,
  shapeOf,
  usualWidth,
  withCorner,
  withHandle,
  withoutCorner,
  type Shape,
  type Tool,
} from './drawing';
import { courseOf, type Position } from './geodesy';
import css from './drawing.module.css';
import { WorldMap, type MapHandle } from './WorldMap';

export type Drawn = { id: string; shape: Shape };

/** Two presses this near to each other end what is drawn, as a double click does, in pixels at the map's scale. */
const sameMetres = 1;

const icons: Record<Tool, string> = {
  point: 'M12 21c-4-6-6-8-6-12a6 6 0 1 1 12 0c0 4-2 6-6 12M12 7a2 2 0 1 0 0 4a2 2 0 1 0 0-4',
  circle: 'M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16M12 12h8',
  polygon: 'M5 9 12 4l8 6-3 9H8z',
  corridor: 'M3 17 9 8l6 5 6-9M3 21l7-9 5 4 6-7',
  box: 'M4 6h16v12H4z',
};

/**
 * Places and shapes, drawn with mouse, finger, keyboard or typed coordinates. What they are is whoever's uses it; here
 * they are only changed: `onChange` of one that there is, or (with null) of a new one. `onStep` is told before each
 * change that is to be undone at once.
 */
export function PlaceDrawing({
  label,
  shapes,
  active,
  tools,
  spots = noSpots,
  areas = noAreas,
  clashes = noClashes,
  height = 380,
  width = usualWidth,
  undo,
  onActive,
  onChange,
  onRemove,
  onStep,
  onSketch,
  children,
}: {
  label: string;
  shapes: readonly Drawn[];
  active: string | null;
  tools: readonly Tool[];
  /** Places that are only shown. */
  spots?: readonly Spot[];
  areas?: readonly Area[];
  clashes?: readonly Clash[];
  height?: number;
  /** Of a new corridor, in metres. */
  width?: number;
  undo: { can: boolean; redo: boolean; onUndo: () => void; onRedo: () => void };
  onActive: (id: string) => void;
  onChange: (id: string | null, shape: Shape) => void;
  onRemove?: (id: string) => void;
  onStep: () => void;
  /** What the tool in hand makes so far, null for nothing yet. */
  onSketch?: (shape: Shape | null) => void;
  children?: ReactNode;
}) {
  const t = useT();
  const [tool, setTool] = useState<Tool | null>(null);
  const [sketch, setSketch] = useState<Position[]>([]);
  const [under, setUnder] = useState<Position | null>(null);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const map = useRef<MapHandle | null>(null);

  const points = useMemo(() => (under === null || tool === null ? sketch : [...sketch, under]), [sketch, under, tool]);
  const sketched = useMemo(
    () => (tool === null || sketch.length === 0 ? null : shapeOf(tool, points, width)),
    [tool, sketch, points, width],
  );
  const told = useRef(onSketch);
  useEffect(() => {
    told.current = onSketch;
  });
  useEffect(() => told.current?.(sketched), [sketched]);

  const end = useCallback((): void => {
    setSketch([]);
    setUnder(null);
    setTool(null);
  }, []);
  const finish = useCallback(
    (all: readonly Position[]): void => {
      const shape = tool === null ? null : shapeOf(tool, all, width);
      if (shape !== null) {
        onStep();
        onChange(null, shape);
        end();
      }
    },
    [tool, width, onStep, onChange, end],
  );
  const put = useCallback(
    (at: Position): void => {
      if (tool === null) return;
      const last = sketch.at(-1);
      // A second press on the same place ends the line, by double click or by key.
      if (last !== undefined && courseOf(last, at).metres < sameMetres) {
        if (pressesOf(tool) === null) finish(sketch);
        return;
      }
      const all = [...sketch, at];
      setSketch(all);
      setUnder(null);
      if (all.length === pressesOf(tool)) finish(all);
    },
    [tool, sketch, finish],
  );

  const shape = shapes.find(({ id }) => id === active)?.shape ?? null;
  const drafting = useMemo(
    (): Drafting => ({
      press: put,
      finish: () => finish(sketch),
      hover: setUnder,
      grip: onStep,
      drag: (handle, at) => active !== null && shape !== null && onChange(active, withHandle(shape, handle, at)),
      insert: (after, at) => active !== null && shape !== null && onChange(active, withCorner(shape, after, at)),
      remove: (handle) => {
        if (active === null || shape === null) return;
        onStep();
        onChange(active, withoutCorner(shape, handle));
      },
      choose: onActive,
    }),
    [put, finish, sketch, onStep, onChange, onActive, active, shape],
  );
  const draft = useMemo(
    (): Draft => ({ shapes, active: tool === null ? active : null, sketch: points, sketched, busy: tool !== null }),
    [shapes, active, tool, points, sketched],
  );

  const take = (next: Tool | null): void => {
    setSketch([]);
    setUnder(null);
    setTool(next === tool ? null : next);
  };
  const back = (): void => {
    if (sketch.length > 0) setSketch(sketch.slice(0, -1));
    else undo.onUndo();
  };
  const add = (): void => {
    const at = readAnyPosition(typed);
    setWrong(at === null);
    if (at === null) return;
    setTyped('');
    if (tool !== null) put(at);
    else if (tools.length === 1 && tools[0] === 'point') {
      onStep();
      onChange(active, { kind: 'point', at });
    } else if (active !== null && shape !== null && (shape.kind === 'polygon' || shape.kind === 'corridor')) {
      onStep();
      onChange(active, withCorner(shape, handlesOf(shape).length - 1, at));
    }
    map.current?.show([at, ...sketch, ...shapes.flatMap((one) => ringOf(one.shape) ?? handlesOf(one.shape))]);
  };
  const onKey = (e: React.KeyboardEvent): void => {
    if (e.target instanceof HTMLInputElement || e.target instanceof HTMLTextAreaElement) return;
    const command = e.ctrlKey || e.metaKey;
    if (command && !e.shiftKey && e.key.toLowerCase() === 'z') back();
    else if (command && (e.key.toLowerCase() === 'y' || (e.shiftKey && e.key.toLowerCase() === 'z'))) undo.onRedo();
    else if (command) return;
    else if (e.key === 'Escape' && tool !== null) end();
    else if (e.key === 'Backspace' && tool !== null) back();
    else if (e.key === 'Delete' && active !== null && tool === null && onRemove !== undefined) {
      onStep();
      onRemove(active);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const canAdd =
    tool !== null ||
    tools[0] === 'point' ||
    (shape !== null && (shape.kind === 'polygon' || shape.kind === 'corridor'));
  return (
    <div className={css['drawing']} role="group" aria-label={label} onKeyDown={onKey}>
      <div className={css['bar']} role="toolbar" aria-label={t('draw.tools')}>
        {tools.map((one) => (
          <button key={one} type="button" className={css['tool']} aria-pressed={tool === one} onClick={() => take(one)}>
            <svg
              viewBox="0 0 24 24"
              width="16"
              height="16"
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
              aria-hidden="true"
            >
              <path d={icons[one]} />
            </svg>
            {t(`draw.${one}`)}
          </button>
        ))}
        <span className={css['gap']} />
        {tool !== null && pressesOf(tool) === null && (
          <button type="button" className={css['tool']} disabled={sketched === null} onClick={() => finish(sketch)}>
            {t('draw.finish')}
          </button>
        )}
        <button
          type="button"
          className={css['tool']}
          disabled={sketch.length === 0 && !undo.can}
          onClick={back}
          title="Ctrl+Z"
        >
          {t('draw.undo')}
        </button>
        <button type="button" className={css['tool']} disabled={!undo.redo} onClick={undo.onRedo} title="Ctrl+Y">
          {t('draw.redo')}
        </button>
        {onRemove !== undefined && (
          <button
            type="button"
            className={css['tool']}
            disabled={active === null}
            onClick={() => {
              if (active === null) return;
              onStep();
              onRemove(active);
            }}
          >
            {t('draw.remove')}
          </button>
        )}
      </div>
      <WorldMap
        objects={spots}
        areas={areas}
        clashes={clashes}
        focus={null}
        fits
        fitsTo={shapes}
        chosen={null}
        height={height}
        compact
        label={label}
        draft={draft}
        drafting={drafting}
        handle={map}
      />
      <div className={css['typed']}>
        <label>
          <span>{t('draw.typed')}</span>
          <input
            dir="ltr"
            value={typed}
            placeholder="57.31 N 19.42 E · 57°18′36″N 019°25′12″E · 34V DJ 04888 53075"
            aria-invalid={wrong}
            onChange={(e) => {
              setTyped(e.currentTarget.value);
              setWrong(false);
            }}
            onKeyDown={(e) => {
              if (e.key !== 'Enter') return;
              e.preventDefault();
              add();
            }}
          />
        </label>
        <button type="button" className={css['tool']} disabled={!canAdd} onClick={add}>
          {t('draw.add')}
        </button>
      </div>
      {wrong && <p role="alert">{t('composer.bad-field')}</p>}
      <p className={css['how']} role="status">
        {tool === null ? (shape === null ? t('draw.how') : t('draw.how-edit')) : t(`draw.how-${tool}`)}
      </p>
      {children}
    </div>
  );
}

const noSpots: readonly Spot[] = [];
const noAreas: readonly Area[] = [];
const noClashes: readonly Clash[] = [];
