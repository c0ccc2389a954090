import { useState } from 'react';
import { dateTimeGroup, readUtc, typedUtc } from '../look/time';
import { measured, useT } from '../messages';
import css from './map.module.css';
import type { Moment } from './view';

const hour = 3_600_000;
const spans = [6 * hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour, 365 * 24 * hour] as const;
/** Steps of the slider over its span. */
const steps = 288;

/** The time that the map shows: any, a fixed one, or now; slid over a span, stepped, or typed. */
export function Conductor({
  moment,
  now,
  onChange,
}: {
  moment: Moment;
  now: number;
  onChange: (moment: Moment) => void;
}) {
  const t = useT();
  const [span, setSpan] = useState<number>(spans[1]);
  const [typed, setTyped] = useState<string | null>(null);
  const [middle, setMiddle] = useState(moment.mode === 'fixed' ? moment.at : now);
  const at = moment.mode === 'fixed' ? moment.at : now;
  // The span stays where it is while the slider is moved in it, and comes after what lies outside.
  const centre = Math.abs(at - middle) > span / 2 ? at : middle;
  const [from, until] = [centre - span / 2, centre + span / 2];
  const step = span / steps;
  const set = (time: number): void => onChange({ mode: 'fixed', at: Math.round(time / 60_000) * 60_000 });
  const jump = (): void => {
    const read = typed === null ? null : readUtc(typed);
    if (read !== null) {
      set(Date.parse(read));
      setMiddle(Date.parse(read));
      setTyped(null);
    }
  };
  return (
    <section className={css['conductor']} aria-label={t('map.conductor')}>
      <div className={css['modes']} role="group" aria-label={t('map.conductor')}>
        {(['any', 'fixed', 'now'] as const).map((mode) => (
          <button
            key={mode}
            type="button"
            aria-pressed={moment.mode === mode}
            onClick={() => (mode === 'fixed' ? set(at) : onChange({ mode }))}
          >
            {t(mode === 'any' ? 'map.any-time' : mode === 'now' ? 'map.follow' : 'map.fixed')}
          </button>
        ))}
      </div>
      <label className={css['typedTime']}>
        <span className="visually-hidden">{t('map.time-typed')}</span>
        <input
          value={typed ?? (moment.mode === 'any' ? '' : typedUtc(Math.floor(at / 60_000) * 60_000))}
          dir="ltr"
          placeholder="YYYY-MM-DD HH:MM"
          aria-invalid={typed !== null && typed !== '' && readUtc(typed) === null}
          onChange={(e) => setTyped(e.currentTarget.value)}
          onBlur={jump}
          onKeyDown={(e) => {
            if (e.key === 'Enter') jump();
          }}
        />
      </label>
      <div className={css['track']}>
        <button type="button" onClick={() => set(at - step * 4)} aria-label={t('map.earlier')}>
          ‹
        </button>
        <div className={css['slide']}>
          <input
            type="range"
            dir="ltr"
            min={from}
            max={until}
            step={60_000}
            value={at}
            data-mode={moment.mode}
            aria-label={t('map.time-slider')}
            aria-valuetext={moment.mode === 'any' ? t('map.any-time') : dateTimeGroup(at)}
            onChange={(e) => set(Number(e.currentTarget.value))}
            onKeyDown={(e) => {
              const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 }[e.key];
              if (by === undefined) return;
              e.preventDefault();
              set(at + by * step);
            }}
          />
          <div className={css['ticks']} dir="ltr" aria-hidden="true">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share}>{dateTimeGroup(from + span * share).replace(/ (\d\d|\d{4})$/, '')}</span>
            ))}
          </div>
        </div>
        <button type="button" onClick={() => set(at + step * 4)} aria-label={t('map.later')}>
          ›
        </button>
      </div>
      <select
        aria-label={t('map.span')}
        value={span}
        onChange={(e) => {
          setSpan(Number(e.currentTarget.value));
          setMiddle(at);
        }}
      >
        {spans.map((one) => (
          <option key={one} value={one}>
            {t('map.span-of', { span: one < 48 * hour ? measured(one / hour, 'h') : measured(one / hour / 24, 'd') })}
          </option>
        ))}
      </select>
    </section>
  );
}
