import { useRef, type ReactNode } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { save } from '../look/download';
import { useT } from '../messages';
import { precedences, type DayNumbers } from './numbers';
import css from './usage.module.css';

const colours = {
  flash: 'var(--p-critical)',
  immediate: 'var(--p-serious)',
  priority: 'var(--p-accent)',
  routine: 'var(--p-edge)',
} as const;
const height = 220;

/** One chart with its name, and a button that saves it as a picture. */
function Chart({ title, name, children }: { title: string; name: string; children: ReactNode }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  return (
    <figure className={css['chart']}>
      <figcaption>
        <h2>{title}</h2>
        <button
          type="button"
          onClick={() => {
            const drawn = box.current?.querySelector('svg');
            if (drawn != null) save(`${name}.svg`, 'image/svg+xml', standing(drawn));
          }}
        >
          {t('usage.save-picture')}
        </button>
      </figcaption>
      {/* The same numbers stand in the table below. */}
      <div ref={box} aria-hidden="true" dir="ltr">
        {children}
      </div>
    </figure>
  );
}

/** The picture with its colours in it: elsewhere nobody knows the page's names for them. */
function standing(drawn: SVGElement): string {
  const copy = drawn.cloneNode(true) as SVGElement;
  const from = [drawn, ...drawn.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  for (const [i, one] of from.entries()) {
    const style = getComputedStyle(one);
    for (const property of ['fill', 'stroke', 'font-family', 'font-size'])
      to[i]?.setAttribute(property, style.getPropertyValue(property));
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return copy.outerHTML;
}

/** `30 NOV`: the year stands above. */
const short = (day: string): string => day.slice(5);

const axis = { stroke: 'var(--p-dim)', fontSize: 11, tickLine: false } as const;
const grid = <CartesianGrid stroke="var(--p-line)" vertical={false} />;
const tip = {
  contentStyle: { background: 'var(--p-raised)', border: '1px solid var(--p-line)', color: 'var(--p-text)' },
  cursor: { fill: 'var(--p-hatch)', opacity: 0.4 },
  isAnimationActive: false,
} as const;

/** A name is read in the text's colour; its sign beside it has the chart's. */
const inText = (name: unknown): ReactNode => <span className={css['name']}>{String(name)}</span>;

/** Entries of each day, by how urgent they were. */
export function VolumeChart({ days }: { days: readonly DayNumbers[] }) {
  const t = useT();
  return (
    <Chart title={t('usage.volume')} name="volume">
      <ResponsiveContainer width="100%" height={height}>
        <BarChart accessibilityLayer={false} data={days.map(({ day, written }) => ({ day, ...written }))}>
          {grid}
          <XAxis dataKey="day" tickFormatter={short} {...axis} minTickGap={24} />
          <YAxis allowDecimals={false} width={44} {...axis} />
          <Tooltip {...tip} />
          <Legend iconType="square" formatter={inText} />
          {[...precedences].reverse().map((one) => (
            <Bar
              key={one}
              dataKey={one}
              name={t(`precedence.${one}`)}
              stackId="all"
              fill={colours[one]}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </Chart>
  );
}

/** Hours of each day in which the link to a peer was up, unattended, down; what is missing nobody knows. */
export function LinkChart({ days, peer, name }: { days: readonly DayNumbers[]; peer: string; name: string }) {
  const t = useT();
  const data = days.map(({ day, links }) => {
    const link = links[peer];
    const known = link === undefined ? 0 : link.up + link.unattended + link.down;
    return { day, up: link?.up ?? 0, unattended: link?.unattended ?? 0, down: link?.down ?? 0, unknown: 24 - known };
  });
  const rounded = (value: unknown): string => `${Number(value).toFixed(1)} h`;
  return (
    <Chart title={t('usage.link-to', { party: name })} name={`link-${peer}`}>
      <ResponsiveContainer width="100%" height={height}>
        <BarChart accessibilityLayer={false} data={data}>
          {grid}
          <XAxis dataKey="day" tickFormatter={short} {...axis} minTickGap={24} />
          <YAxis domain={[0, 24]} ticks={[0, 6, 12, 18, 24]} width={44} {...axis} unit=" h" />
          <Tooltip {...tip} formatter={rounded} />
          <Legend iconType="square" formatter={inText} />
          <Bar dataKey="up" name={t('usage.up')} stackId="all" fill="var(--p-normal)" isAnimationActive={false} />
          <Bar
            dataKey="unattended"
            name={t('usage.unattended')}
            stackId="all"
            fill="var(--p-caution)"
            isAnimationActive={false}
          />
          <Bar dataKey="down" name={t('usage.down')} stackId="all" fill="var(--p-critical)" isAnimationActive={false} />
          <Bar
            dataKey="unknown"
            name={t('usage.unknown')}
            stackId="all"
            fill="var(--p-hatch)"
            isAnimationActive={false}
          />
        </BarChart>
      </ResponsiveContainer>
    </Chart>
  );
}

const dashes = ['', '6 4', '2 3', '8 3 2 3'] as const;

/** How long acknowledgements took on each day, nineteen of twenty, against what is promised for the most urgent. */
export function WaitChart({
  days,
  parties,
  promised,
}: {
  days: readonly DayNumbers[];
  parties: readonly { id: string; name: string; colour: string }[];
  promised: number | null;
}) {
  const t = useT();
  const data = days.map(({ day, p95 }) => ({ day, ...p95 }));
  return (
    <Chart title={t('usage.waits')} name="time-to-acknowledge">
      <ResponsiveContainer width="100%" height={height}>
        <LineChart accessibilityLayer={false} data={data}>
          {grid}
          <XAxis dataKey="day" tickFormatter={short} {...axis} minTickGap={24} />
          <YAxis width={56} {...axis} unit=" s" />
          <Tooltip {...tip} formatter={(value) => `${String(value)} s`} />
          <Legend formatter={inText} />
          {promised !== null && (
            <ReferenceLine
              y={promised}
              stroke="var(--p-caution)"
              strokeDasharray="4 4"
              label={{
                value: t('usage.promised-flash'),
                fill: 'var(--p-dim)',
                fontSize: 11,
                position: 'insideTopLeft',
              }}
            />
          )}
          {parties.map(({ id, name, colour }, i) => (
            <Line
              key={id}
              dataKey={id}
              name={name}
              stroke={colour}
              strokeWidth={2}
              strokeDasharray={dashes[i % dashes.length] ?? ''}
              dot={{ r: 2.5 }}
              connectNulls={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </Chart>
  );
}
