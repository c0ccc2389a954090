import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useKnownLines } from '../api/queries';
import { useSession } from '../api/session';
import type { LineSummary } from '../api/types';
import { Foreign } from '../look/Foreign';
import { useT, wordOf } from '../messages';
import type { Area } from '../world/chart';
import { clashesOf, useChecked } from '../world/clashes';
import { ringOf, type Shape } from '../world/drawing';
import { coloursOf } from '../world/palette';
import { PlaceDrawing, type Drawn } from '../world/PlaceDrawing';
import { areaOfPlan, usePlans } from '../world/plans';
import css from '../world/drawing.module.css';
import { rowsOf, withoutRow, type Problem, type Values } from './fields';
import { shapeOfVolume, valuesOfShape, withVolume } from './shapes';
import { useSteps } from './useSteps';
import { readVolumes } from './volumes';

const noLines: LineSummary[] = [];
const tools = ['circle', 'polygon', 'corridor'] as const;

/** The volumes of a form on the map, drawn among what is planned already; what they conflict with is told while they are drawn. */
export default function VolumesMap({
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
  const t = useT();
  const session = useSession();
  const lines = useKnownLines().data ?? noLines;
  const known = usePlans(lines);
  const [chosen, setChosen] = useState(0);
  const [sketched, setSketched] = useState<Shape | null>(null);
  const steps = useSteps(at, values, onChange);
  const count = rowsOf(values, at);

  const shapes = useMemo(
    () =>
      Array.from({ length: count }, (_, i): Drawn[] => {
        const shape = shapeOfVolume(values, `${at}.${i}`);
        return shape === null ? [] : [{ id: String(i), shape }];
      }).flat(),
    [values, at, count],
  );
  const active = shapes.some(({ id }) => id === String(chosen)) ? String(chosen) : (shapes[0]?.id ?? null);

  const held = useRef(values);
  useEffect(() => {
    held.current = values;
  });
  const change = useCallback(
    (id: string | null, shape: Shape): void => {
      if (id !== null) return onChange(valuesOfShape(`${at}.${id}`, shape));
      const put = withVolume(held.current, at, shape);
      setChosen(put.row);
      onChange(put.change);
    },
    [onChange, at],
  );
  const remove = useCallback(
    (id: string): void => {
      setChosen(0);
      onChange((all) => withoutRow(all, at, Number(id)));
    },
    [onChange, at],
  );
  const choose = useCallback((id: string) => setChosen(Number(id)), []);

  // What is asked about: every volume that can be read, and the one in the making with the times that it would have.
  const asked = useMemo(() => {
    const list: { volume: unknown; ring: [number, number][] | null }[] = [];
    const take = (from: Values, rows: readonly number[]): void => {
      for (const i of rows) {
        const one = Object.fromEntries(
          Object.entries(from).flatMap(([key, text]) =>
            key.startsWith(`${at}.${i}.`) ? [[`${at}.0.${key.slice(`${at}.${i}.`.length)}`, text]] : [],
          ),
        );
        const problems: Record<string, Problem> = {};
        const read = readVolumes(at, 1, one, problems);
        if (read === null || Object.keys(problems).length > 0) continue;
        const shape = shapeOfVolume(from, `${at}.${i}`);
        list.push({ volume: read[0], ring: shape === null ? null : ringOf(shape) });
      }
    };
    take(
      values,
      Array.from({ length: count }, (_, i) => i),
    );
    if (sketched !== null) {
      const put = withVolume(values, at, sketched);
      take({ ...values, ...put.change }, [put.row]);
    }
    return list;
  }, [values, at, count, sketched]);
  const volumes = useMemo(() => asked.map((one) => one.volume), [asked]);
  const { checked, asking } = useChecked(volumes);

  const plans = useMemo(() => [...known.of.values()].flat(), [known.of]);
  const parties = lines.flatMap((line) => line.parties);
  const colours = useMemo(() => coloursOf(parties, session.party), [parties.join(' '), session.party]); // eslint-disable-line react-hooks/exhaustive-deps
  const areas = useMemo(
    (): Area[] => plans.map((plan) => areaOfPlan(plan, plan.features, colours.get(plan.owner))),
    [plans, colours],
  );
  const told = useMemo(
    () =>
      clashesOf(
        t,
        checked?.conflicts ?? [],
        asked.map(({ ring }) => (ring === null ? null : [ring])),
        plans,
      ),
    [t, checked, asked, plans],
  );
  const clashes = useMemo(() => told.map(({ clash }) => clash), [told]);
  return (
    <PlaceDrawing
      label={label}
      shapes={shapes}
      active={active}
      tools={tools}
      areas={areas}
      clashes={clashes}
      onActive={choose}
      onChange={change}
      onRemove={remove}
      onSketch={setSketched}
      {...steps}
    >
      <div aria-live="polite">
        {told.length > 0 ? (
          <ul className={css['clashes']} aria-label={t('clash.list')}>
            {told.map(({ conflict, name, says, clash }) => (
              <li key={clash.id}>
                <strong>{says}</strong> · {t('map.conflicts', { with: conflict.entry })}{' '}
                {name !== null && <Foreign text={name} />} ({conflict.owner}
                {conflict.role === 'activity' ? '' : ` · ${wordOf(t, 'role', conflict.role)}`}
                {conflict.exact ? '' : ` · ${t('clash.boxes')}`})
              </li>
            ))}
          </ul>
        ) : (
          checked !== null && !asking && <p className="dim">{t('clash.none', { count: checked.compared })}</p>
        )}
      </div>
    </PlaceDrawing>
  );
}
