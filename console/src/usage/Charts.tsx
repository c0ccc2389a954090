import {
  Bar,
  BarChart,
  Legend,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { axis, Chart, chartHeight, grid, inText, shortDay, tip } from '../look/Chart';
import { measured, useT } from '../messages';
import { precedences, type DayNumbers } from './numbers';

const colours = {
  flash: 'var(--p-critical)',
  immediate: 'var(--p-serious)',
  priority: 'var(--p-accent)',
  routine: 'var(--p-edge)',
} as const;

/** Entries of each day, by how urgent they were. */
export function VolumeChart({ days }: { days: readonly DayNumbers[] }) {
  const t = useT();
  return (
    <Chart title={t('usage.volume')} name="volume">
      <ResponsiveContainer width="100%" height={chartHeight}>
        <BarChart accessibilityLayer={false} data={days.map(({ day, written }) => ({ day, ...written }))}>
          {grid}
          <XAxis dataKey="day" tickFormatter={shortDay} {...axis} minTickGap={24} />
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
  const rounded = (value: unknown): string => measured(Number(value).toFixed(1), 'h');
  return (
    <Chart title={t('usage.link-to', { party: name })} name={`link-${peer}`}>
      <ResponsiveContainer width="100%" height={chartHeight}>
        <BarChart accessibilityLayer={false} data={data}>
          {grid}
          <XAxis dataKey="day" tickFormatter={shortDay} {...axis} minTickGap={24} />
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
      <ResponsiveContainer width="100%" height={chartHeight}>
        <LineChart accessibilityLayer={false} data={data}>
          {grid}
          <XAxis dataKey="day" tickFormatter={shortDay} {...axis} minTickGap={24} />
          <YAxis width={56} {...axis} unit=" s" />
          <Tooltip {...tip} formatter={(value) => measured(String(value), 's')} />
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
