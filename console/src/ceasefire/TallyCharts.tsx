import { Bar, BarChart, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axis, Chart, chartHeight, grid, inText, shortDay, tip } from '../look/Chart';
import { useT } from '../messages';
import css from './ceasefire.module.css';
import type { Counted } from './numbers';

/** Patterns would tell accused apart without colour; the table below does so as well, and its order is that of the legend. */
const colours = [1, 0, 2, 3, 4, 5, 6, 7].map((i) => `var(--m-party-${i})`);

/** A chart for each reporter, with who counted and by which rule in its title and under its axis: the saved picture says it as well. */
export function TallyCharts({
  title,
  counted,
  rule,
  sizes,
  nameOf,
  word,
  file,
}: {
  /** What is drawn against: days, what was observed, hours. */
  title: string;
  counted: readonly Counted[];
  rule: string;
  sizes: string;
  nameOf: (party: string) => string;
  /** How what is drawn against is written. */
  word?: (key: string) => string;
  file: string;
}) {
  const t = useT();
  return (
    <div className={css['charts']}>
      {counted.map(({ reporter, accused, bars }) => (
        <Chart
          key={reporter}
          title={t('cease.counted-by', { reporter: nameOf(reporter), rule, title })}
          name={`${file}-${reporter}`}
        >
          <ResponsiveContainer width="100%" height={chartHeight + 30}>
            <BarChart
              accessibilityLayer={false}
              data={bars.map(({ key, of }) => ({
                key,
                ...Object.fromEntries(accused.map((who, i) => [`a${i}`, of[who] ?? 0])),
              }))}
              margin={{ bottom: 22 }}
            >
              {grid}
              <XAxis
                dataKey="key"
                tickFormatter={word ?? shortDay}
                {...axis}
                minTickGap={18}
                label={{
                  value: `${t('cease.by-rule', { rule, sizes })}`,
                  position: 'insideBottom',
                  offset: -16,
                  fill: 'var(--p-dim)',
                  fontSize: 11,
                }}
              />
              <YAxis allowDecimals={false} width={44} {...axis} />
              <Tooltip {...tip} labelFormatter={(key) => (word ?? String)(String(key))} />
              <Legend iconType="square" formatter={inText} verticalAlign="top" />
              {accused.map((who, i) => (
                <Bar
                  key={who}
                  dataKey={`a${i}`}
                  name={who === '' ? t('cease.accuses-nobody') : t('cease.accuses', { party: nameOf(who) })}
                  stackId="all"
                  fill={colours[i % colours.length] ?? 'var(--p-edge)'}
                  isAnimationActive={false}
                />
              ))}
            </BarChart>
          </ResponsiveContainer>
        </Chart>
      ))}
    </div>
  );
}
