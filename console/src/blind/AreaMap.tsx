import { useCallback, useMemo, useState } from 'react';
import { boxOf, done, historyOf, redone, undone, type Shape } from '../world/drawing';
import { nearestTo } from '../world/geodesy';
import { PlaceDrawing, type Drawn } from '../world/PlaceDrawing';

export type Edges = Record<'west' | 'south' | 'east' | 'north', number | string>;
const tools = ['box'] as const;

const read = (edge: number | string): number | null =>
  edge === '' || !Number.isFinite(Number(edge)) ? null : Number(edge);

/** The area of a blind check on the map: a rectangle, drawn or pulled by its corners. */
export default function AreaMap({
  edges,
  label,
  onChange,
}: {
  edges: Edges;
  label: string;
  onChange: (edges: Edges) => void;
}) {
  const [history, setHistory] = useState(() => historyOf<Edges>(edges));
  const [west, south, east, north] = [edges.west, edges.south, edges.east, edges.north].map(read);
  const shapes = useMemo(
    (): Drawn[] =>
      west == null || south == null || east == null || north == null || south >= north || west === east
        ? []
        : [{ id: 'area', shape: boxOf([west, south], [nearestTo(west, east), north]) }],
    [west, south, east, north],
  );
  const change = useCallback(
    (_: string | null, shape: Shape): void => {
      if (shape.kind === 'box')
        onChange({ west: shape.west, south: shape.south, east: shape.east, north: shape.north });
    },
    [onChange],
  );
  const go = (next: typeof history): void => {
    setHistory(next);
    onChange(next.now);
  };
  return (
    <PlaceDrawing
      label={label}
      shapes={shapes}
      active={shapes[0]?.id ?? null}
      tools={tools}
      height={300}
      onActive={ignored}
      onChange={change}
      onStep={() => setHistory((held) => done({ ...held, now: edges }, edges))}
      undo={{
        can: history.past.length > 0,
        redo: history.future.length > 0,
        onUndo: () => go(undone({ ...history, now: edges })),
        onRedo: () => go(redone({ ...history, now: edges })),
      }}
    />
  );
}

const ignored = (): void => undefined;
