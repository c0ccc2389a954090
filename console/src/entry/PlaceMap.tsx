import { useCallback, useMemo } from 'react';
import { readNumber } from '../look/fields';
import { typedNumber, typedPosition } from '../look/position';
import { readAnyPosition } from '../world/coordinates';
import type { Shape } from '../world/drawing';
import { PlaceDrawing, type Drawn } from '../world/PlaceDrawing';
import type { Values } from './fields';
import { useSteps } from './useSteps';

const tools = ['point', 'circle'] as const;

/** The place of a form on the map: a point, or a circle as wide as it is uncertain. */
export default function PlaceMap({
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
  const typed = values[`${at}@`] ?? '';
  const about = values[`${at}±`] ?? '';
  const shapes = useMemo((): Drawn[] => {
    const position = readAnyPosition(typed);
    if (position === null) return [];
    const radius = readNumber(about);
    return [
      {
        id: 'place',
        shape:
          radius === null || radius <= 0
            ? { kind: 'point', at: position }
            : { kind: 'circle', centre: position, radius },
      },
    ];
  }, [typed, about]);
  const change = useCallback(
    (_: string | null, shape: Shape): void => {
      if (shape.kind === 'point') onChange({ [`${at}@`]: typedPosition(shape.at[0], shape.at[1]) });
      else if (shape.kind === 'circle')
        onChange({
          [`${at}@`]: typedPosition(shape.centre[0], shape.centre[1]),
          [`${at}±`]: typedNumber(shape.radius),
        });
    },
    [onChange, at],
  );
  return (
    <PlaceDrawing
      label={label}
      shapes={shapes}
      active={shapes[0]?.id ?? null}
      tools={tools}
      height={300}
      onActive={ignored}
      onChange={change}
      {...steps}
    />
  );
}

const ignored = (): void => undefined;
