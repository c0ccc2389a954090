import { useCallback, useMemo } from 'react';
import { typedPosition } from '../look/position';
import { readAnyPosition } from '../world/coordinates';
import { handlesOf, type Shape } from '../world/drawing';
import type { Position } from '../world/geodesy';
import { PlaceDrawing, type Drawn } from '../world/PlaceDrawing';
import { rowsOf, withoutRow, type Values } from './fields';
import { useSteps } from './useSteps';

const tools = ['corridor'] as const;

/** The points of a route on the map, each a row of the form's list. Rows without a position stay where they are. */
export default function RouteMap({
  values,
  onChange,
  at,
  label,
}: {
  values: Values;
  onChange: (change: Values | ((values: Values) => Values)) => void;
  at: string;
  label: string;
}) {
  const steps = useSteps(at, values, onChange);
  const count = rowsOf(values, at);
  const rows = Array.from({ length: count }, (_, i) => readAnyPosition(values[`${at}.${i}.position`] ?? ''));
  const key = JSON.stringify(rows);
  const shapes = useMemo((): Drawn[] => {
    const line = (JSON.parse(key) as (Position | null)[]).filter((one) => one !== null);
    return line.length === 0
      ? []
      : [
          {
            id: 'route',
            shape:
              line.length === 1 && line[0] !== undefined
                ? { kind: 'point', at: line[0] }
                : { kind: 'corridor', line, width: 0 },
          },
        ];
  }, [key]);
  const change = useCallback(
    (_: string | null, shape: Shape): void => onChange((all) => withRoute(all, at, handlesOf(shape))),
    [onChange, at],
  );
  return (
    <PlaceDrawing
      label={label}
      shapes={shapes}
      active={shapes[0]?.id ?? null}
      tools={tools}
      width={0}
      height={300}
      onActive={ignored}
      onChange={change}
      {...steps}
    />
  );
}

const ignored = (): void => undefined;

/** The list with these positions in its rows: a row more or less is put in or taken out where the line changed, so that names and times stay with their points. */
export function withRoute(values: Values, at: string, line: readonly Position[]): Values {
  const typed = line.map(([x, y]) => typedPosition(x, y));
  let now = values;
  const placed = (all: Values): number[] =>
    Array.from({ length: rowsOf(all, at) }, (_, i) => i).filter(
      (i) => readAnyPosition(all[`${at}.${i}.position`] ?? '') !== null,
    );
  const first = placed(now);
  if (typed.length < first.length) {
    const gone = first.filter((row) => !typed.includes(now[`${at}.${row}.position`] ?? ''));
    for (const row of gone.slice(0, first.length - typed.length).reverse()) now = withoutRow(now, at, row);
  } else
    for (let more = first.length; more < typed.length; more++) {
      const rows = placed(now);
      const i = typed.findIndex((one, k) => now[`${at}.${rows[k] ?? -1}.position`] !== one);
      const row = rows[i] ?? rowsOf(now, at);
      now = withRowAt(now, at, row);
      now = { ...now, [`${at}.${row}.position`]: typed[i] ?? '' };
    }
  const rows = placed(now);
  return { ...now, ...Object.fromEntries(rows.map((row, k) => [`${at}.${row}.position`, typed[k] ?? ''])) };
}

/** An empty row is put in, and those from there on move down. */
function withRowAt(values: Values, at: string, row: number): Values {
  const kept: Values = {};
  for (const [name, typed] of Object.entries(values)) {
    const place = name.startsWith(`${at}.`) ? /^(\d+)(\..*)$/.exec(name.slice(at.length + 1)) : null;
    const number = place === null ? -1 : Number(place[1]);
    kept[number >= row ? `${at}.${number + 1}${place?.[2] ?? ''}` : name] = typed;
  }
  return { ...kept, [`${at}#`]: String(rowsOf(values, at) + 1) };
}
