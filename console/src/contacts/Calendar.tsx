import { Button } from '@mantine/core';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useKnown } from '../api/known';
import { trafficQuery } from '../api/queries';
import type { LineSummary } from '../api/types';
import { go } from '../look/route';
import { dateTimeGroup } from '../look/time';
import { NewCall } from './NewCall';
import screen from '../look/screen.module.css';
import { useNow } from '../look/now';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { useMayWrite } from '../api/kinds';
import { useSession } from '../api/session';
import css from './contacts.module.css';
import { everyZone, hours, localHours, useZones } from '../look/zones';

const day = 86_400_000;
const hour = 3_600_000;

const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/** A week of windows: days in UTC, with the local hours of every party at the side. */
export function Calendar({ line }: { line: LineSummary }) {
  const t = useT();
  const now = useNow();
  const session = useSession();
  const may = useMayWrite()('call.requested');
  const [week, setWeek] = useState(0);
  /** The hour that was picked for a call that is asked for; null while none is. */
  const [picked, setPicked] = useState<number | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const { zones, setZone } = useZones(line.line, line.parties, session.party);
  const traffic = useKnown(trafficQuery(line.line));
  const calls = (traffic.data?.open ?? []).filter((item) => item.family === 'call' && item.windows !== undefined);
  const start = Math.floor(now / day) * day + week * 7 * day;
  const days = Array.from({ length: 7 }, (_, i) => start + i * day);
  // The hours at the side are those of the first day; where a zone's clock stands otherwise on another day, that day
  // says so itself.
  // A clock that shows what UTC shows says nothing beside it.
  const others = zones.filter(({ zone }) => zone !== 'UTC');
  const beside = others.map((zone) => localHours(start, zone.zone));
  // One stop for Tab among all the hours; arrows go from one to the next.
  const [at, setAt] = useState({ day: 0, hour: new Date(now).getUTCHours() });
  const moveTo = (e: KeyboardEvent<HTMLElement>): void => {
    const by = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    const [days = 0, hours = 0] = by;
    const next = { day: clamp(at.day + days, 6), hour: clamp(at.hour + hours, 23) };
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-hour='${next.day}.${next.hour}']`)?.focus();
  };
  const windows = calls.flatMap((item) =>
    (item.windows ?? []).map((window) => ({ item, from: Date.parse(window.from), until: Date.parse(window.until) })),
  );
  return (
    <div className="column">
      <div className={screen['bar']}>
        <div className="row">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setWeek(week - 1)}
            aria-label={t('calendar.earlier')}
          >
            ‹
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setWeek(0)}>
            {t('calendar.this-week')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setWeek(week + 1)}
            aria-label={t('calendar.later')}
          >
            ›
          </Button>
        </div>
        {zones.map(({ name, zone }) => (
          <label key={name} className={css['zone']}>
            {t('calendar.zone-of', { party: name })}
            <select value={zone} onChange={(e) => setZone(name, e.currentTarget.value)}>
              {everyZone().map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      {picked !== null && (
        <section className={screen['card']} aria-label={t('call.ask')}>
          <NewCall line={line} begins={picked} onDone={() => setPicked(null)} />
        </section>
      )}
      <div className={css['calendar']} ref={grid}>
        <div className={css['hours']}>
          <div className={css['hourHead']}>
            <strong>UTC</strong>
            {others.map((zone) => (
              <span key={zone.name}>{zone.name}</span>
            ))}
          </div>
          {hours.map((hour, i) => (
            <div
              key={hour}
              className={css['hour']}
              style={{ top: `calc(34px + ${(hour / 24) * 100}% - ${(hour / 24) * 34}px)` }}
            >
              <strong>{String(hour).padStart(2, '0')}</strong>
              {others.map((zone, z) => (
                <span key={zone.name}>{beside[z]?.[i]}</span>
              ))}
            </div>
          ))}
        </div>
        {days.map((from, d) => (
          <div key={from} className={css['dayColumn']} data-today={from <= now && now < from + day}>
            <div className={css['dayHead']}>
              {new Date(from).toLocaleDateString('en-GB', {
                timeZone: 'UTC',
                weekday: 'short',
                day: '2-digit',
                month: 'short',
              })}
            </div>
            <div className={css['dayBody']}>
              {others.flatMap((zone, z) =>
                localHours(from, zone.zone).map((local, i) =>
                  local === beside[z]?.[i] ? null : (
                    <span
                      key={`${zone.name} ${i}`}
                      className={css['otherHour']}
                      style={{ top: `calc(${((hours[i] ?? 0) / 24) * 100}% + ${z * 13}px)` }}
                      title={zone.zone}
                    >
                      {zone.name} {local}
                    </span>
                  ),
                ),
              )}
              {may &&
                Array.from({ length: 24 }, (_, h) => from + h * hour)
                  .filter((begins) => begins + hour > now)
                  .map((begins) => {
                    const h = Math.round((begins - from) / hour);
                    return (
                      <button
                        key={begins}
                        type="button"
                        className={css['freeHour']}
                        data-hour={`${d}.${h}`}
                        tabIndex={at.day === d && at.hour === h ? 0 : -1}
                        style={{ top: `${(h / 24) * 100}%` }}
                        aria-label={t('calendar.ask', { from: dateTimeGroup(begins) })}
                        onFocus={() => setAt({ day: d, hour: h })}
                        onKeyDown={moveTo}
                        onClick={() => setPicked(begins)}
                      />
                    );
                  })}
              {from <= now && now < from + day && (
                <div className={css['nowLine']} style={{ top: `${((now - from) / day) * 100}%` }} />
              )}
              {windows
                .filter((window) => window.from < from + day && window.until > from)
                .map(({ item, from: a, until: b }) => {
                  const top = Math.max(0, a - from) / day;
                  const end = Math.min(day, b - from) / day;
                  return (
                    <button
                      key={`${item.entry} ${a}`}
                      type="button"
                      className={css['slot']}
                      data-state={item.state}
                      style={{ top: `${top * 100}%`, height: `${Math.max(2.5, (end - top) * 100)}%` }}
                      onClick={() => go({ screen: 'contacts', line: line.line, entry: item.entry, tab: 'calls' })}
                      title={item.topic ?? ''}
                    >
                      {new Date(a).toISOString().slice(11, 16)} {wordOf(t, 'state', item.state)} {item.entry}
                    </button>
                  );
                })}
            </div>
          </div>
        ))}
      </div>
      <Unknown of={[traffic]} what={t('unknown.traffic')} />
      <p className="dim">
        {allKnown(traffic) && windows.length === 0 && t('calendar.none')} {may && t('calendar.press')}
      </p>
    </div>
  );
}
