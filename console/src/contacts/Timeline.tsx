import type { ChronologyView } from '../api/types';
import { go } from '../look/route';
import { dateTimeGroup } from '../look/time';
import { useT, wordOf } from '../messages';
import { plainOf } from '../look/visible';
import css from './contacts.module.css';

const width = 1000;
const left = 70;
type Mark = {
  at: number;
  row: number;
  shape: 'request' | 'call' | 'readout';
  tone: string;
  title: string;
  entry: string;
  line: string;
};

/** Requests, calls and readouts on one axis of time; everything in it stands in the tables beneath too. */
export function Timeline({ chronology }: { chronology: ChronologyView }) {
  const t = useT();
  const tone = (outcome: string): string =>
    outcome === 'held' || outcome === 'accepted'
      ? 'normal'
      : outcome === 'waiting' || outcome === 'countered'
        ? 'caution'
        : outcome === 'withdrawn'
          ? 'dim'
          : 'serious';
  const marks: Mark[] = [
    ...chronology.attempts.map((a): Mark => ({
      at: Date.parse(a.at),
      row: 0,
      shape: 'request',
      tone: tone(a.outcome),
      title: `${a.entry} ${a.by}: ${wordOf(t, 'state', a.outcome)} ${dateTimeGroup(a.at)}`,
      entry: a.entry,
      line: a.line,
    })),
    ...chronology.contacts.map((c): Mark => ({
      at: Date.parse(c.at),
      row: 1,
      shape: 'call',
      tone: 'normal',
      title: `${c.entry} ${t('state.held')} ${dateTimeGroup(c.at)}`,
      entry: c.entry,
      line: c.line,
    })),
    ...chronology.readouts.map((r): Mark => ({
      at: Date.parse(r.at),
      row: 2,
      shape: 'readout',
      tone: 'standby',
      title: `${r.entry} ${r.by}: ${wordOf(t, 'state', r.state)} ${dateTimeGroup(r.at)}`,
      entry: r.entry,
      line: r.line,
    })),
  ];
  if (marks.length === 0) return null;
  const from = Math.min(...marks.map((mark) => mark.at));
  const until = Math.max(...marks.map((mark) => mark.at));
  const span = Math.max(until - from, 3_600_000);
  const x = (at: number): number => left + 20 + ((at - from) / span) * (width - left - 50);
  const y = (row: number): number => 28 + row * 36;
  const ticks = Array.from({ length: 6 }, (_, i) => from + (span * i) / 5);
  return (
    <svg
      viewBox={`0 0 ${width} 150`}
      preserveAspectRatio="xMidYMid meet"
      className={css['timeline']}
      role="img"
      aria-label={t('chronology.timeline')}
    >
      {[t('chronology.row-requests'), t('chronology.row-calls'), t('chronology.row-readouts')].map((label, row) => (
        <g key={label}>
          <text x={8} y={y(row) + 4}>
            {label}
          </text>
          <line className={css['axis']} x1={left} x2={width - 8} y1={y(row)} y2={y(row)} />
        </g>
      ))}
      {ticks.map((tick) => (
        <text key={tick} x={x(tick)} y={140} textAnchor="middle">
          {span > 3 * 86_400_000
            ? dateTimeGroup(tick).slice(0, 2) + dateTimeGroup(tick).slice(7)
            : dateTimeGroup(tick).slice(0, 7)}
        </text>
      ))}
      {marks.map((mark, i) => (
        <g
          key={i}
          transform={`translate(${x(mark.at)} ${y(mark.row)})`}
          onClick={() => go({ screen: 'record', line: mark.line, entry: mark.entry })}
        >
          <title>{plainOf(mark.title)}</title>
          {mark.shape === 'request' &&
            (mark.tone === 'serious' ? (
              <path className={css['mark']} data-tone={mark.tone} d="M0 -8 8 7H-8z" />
            ) : mark.tone === 'caution' ? (
              <path className={css['mark']} data-tone={mark.tone} d="M0 -8 8 0 0 8 -8 0z" />
            ) : (
              <circle className={css['mark']} data-tone={mark.tone} r={7} />
            ))}
          {mark.shape === 'call' && <circle className={css['mark']} data-tone={mark.tone} r={9} />}
          {mark.shape === 'readout' && (
            <rect className={css['mark']} data-tone={mark.tone} x={-7} y={-6} width={14} height={12} rx={2} />
          )}
        </g>
      ))}
    </svg>
  );
}
