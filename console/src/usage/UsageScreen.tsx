import { useState } from 'react';
import { api, value } from '../api/client';
import { useKnown } from '../api/known';
import { useSession } from '../api/session';
import type { LineSummary, UsageView } from '../api/types';
import { useLines } from '../api/queries';
import { save } from '../look/download';
import { EntryLink } from '../look/EntryLink';
import { LinePicker } from '../look/LinePicker';
import { useName } from '../look/names';
import { NoLines } from '../look/NoLines';
import { useRoute } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { ageText } from '../look/time';
import { allKnown, Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { useT } from '../messages';
import { LinkChart, VolumeChart, WaitChart } from './Charts';
import {
  dayAt,
  dayNumbers,
  daysSince,
  dayText,
  isOf,
  precedences,
  silentDays,
  spanUntil,
  upShare,
  usageCsv,
  type Traffic,
} from './numbers';
import css from './usage.module.css';

/** A day, a week, a month, a year. */
const spans = [1, 7, 30, 365] as const;
const askAgain = 60_000;

const usageQuery = (line: string, from: string, until: string) => ({
  queryKey: ['usage', line, from, until],
  queryFn: () =>
    value<UsageView>(api.GET('/api/v1/lines/{line}/usage', { params: { path: { line }, query: { from, until } } })),
  refetchInterval: askAgain,
});

/** How a line is used: whether it stands, how much goes over it, how soon it is acknowledged, and who had the watch (R1). */
export function UsageScreen() {
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  return line === undefined ? <NoLines /> : <OfLine key={line.line} line={line} />;
}

function OfLine({ line: { line, parties, created } }: { line: LineSummary }) {
  const t = useT();
  const [days, setDays] = useState<(typeof spans)[number]>(30);
  const [until, setUntil] = useState(() => dayText(Date.now()));
  const [traffic, setTraffic] = useState<Traffic>('actual');
  const span = spanUntil(until, days);
  const known = useKnown(usageQuery(line, span.from, span.until));
  const isToday = until === dayText(Date.now());
  return (
    <>
      <LinePicker screen="usage" line={line} />
      <div className={`${screen['panel']} column`}>
        <div className={css['bar']}>
          <div role="group" aria-label={t('usage.span')} className="row">
            {spans.map((one) => (
              <button key={one} type="button" aria-pressed={one === days} onClick={() => setDays(one)}>
                {t(`usage.days-${one}`)}
              </button>
            ))}
          </div>
          <div className="row">
            <button
              type="button"
              aria-label={t('usage.before')}
              onClick={() => setUntil(dayText(dayAt(until) - days * 86_400_000))}
            >
              ‹
            </button>
            <bdi dir="ltr" className="mono">
              {span.from === span.until ? span.from : `${span.from} – ${span.until}`} UTC
            </bdi>
            <button
              type="button"
              aria-label={t('usage.after')}
              disabled={isToday}
              onClick={() => setUntil(dayText(Math.min(Date.now(), dayAt(until) + days * 86_400_000)))}
            >
              ›
            </button>
          </div>
          <label className={css['choice']}>
            <span aria-hidden="true">{t('usage.traffic')}</span>
            <select
              aria-label={t('usage.traffic')}
              value={traffic}
              onChange={(e) => setTraffic(e.currentTarget.value as Traffic)}
            >
              <option value="actual">{t('mark.actual')}</option>
              <option value="exercise">{t('usage.not-actual')}</option>
            </select>
          </label>
          <button
            type="button"
            disabled={known.data === undefined}
            onClick={() =>
              known.data !== undefined &&
              save(`usage-${line}-${span.from}-${span.until}.csv`, 'text/csv', usageCsv(known.data))
            }
          >
            {t('usage.save')}
          </button>
          <button type="button" onClick={() => print()}>
            {t('usage.print')}
          </button>
        </div>
        <Unknown of={[known]} what={t('unknown.usage')} />
        {known.data === undefined ? (
          allKnown(known) || <p role="status">{t('shell.loading')}</p>
        ) : (
          <Shown view={known.data} parties={parties} traffic={traffic} since={created} />
        )}
      </div>
    </>
  );
}

function Shown({
  view,
  parties,
  traffic,
  since,
}: {
  view: UsageView;
  parties: readonly string[];
  traffic: Traffic;
  /** When the line was made: before that nobody was silent. */
  since: string;
}) {
  const t = useT();
  const nameOf = useName();
  const { party: self } = useSession();
  const days = dayNumbers(view, traffic);
  const peers = [...new Set(view.days.flatMap((day) => day.links.map(({ peer }) => peer)))];
  const tests = view.days.flatMap((day) => day.tests).filter(({ by }) => by === self);
  const sent = tests.reduce((sum, one) => sum + one.sent, 0);
  const answered = tests.reduce((sum, one) => sum + one.answered, 0);
  const taken = view.acknowledged.filter((one) => isOf(traffic, one.mark));
  const promisedFor = (precedence: string): number =>
    view.promised.find((one) => one.precedence === precedence)?.seconds ?? 0;
  const long = (seconds: number | null): string => (seconds === null ? '–' : ageText(seconds * 1000));
  const count = daysSince(view, since).length;
  return (
    <>
      {view.folding && (
        <p role="status">
          <Status level="caution" word={t('line.folding')} />
        </p>
      )}
      <dl className={css['tiles']}>
        {peers.map((peer) => {
          const links = view.days.flatMap((day) => day.links.filter((one) => one.peer === peer));
          const share = upShare(links);
          return (
            <div key={peer}>
              <dt>{t('usage.link-to', { party: nameOf(peer) })}</dt>
              <dd>
                {share === null ? '–' : `${(share * 100).toFixed(1)} %`}
                <small>{t('usage.drops', { count: links.reduce((sum, { total }) => sum + total.drops, 0) })}</small>
              </dd>
            </div>
          );
        })}
        <div>
          <dt>{t('usage.tests')}</dt>
          <dd>
            {sent === 0 ? '–' : `${answered} / ${sent}`}
            <small>{t('usage.tests-answered')}</small>
          </dd>
        </div>
        {parties.map((party) => (
          <div key={party}>
            <dt>{t('usage.silent', { party: nameOf(party) })}</dt>
            <dd>
              {silentDays(view, party, traffic, since)}
              <small>{t('usage.of-days', { count })}</small>
            </dd>
          </div>
        ))}
      </dl>
      <div className={css['charts']}>
        <VolumeChart days={days} />
        {taken.length > 0 && (
          <WaitChart
            days={days}
            parties={parties.map((id, i) => ({ id, name: nameOf(id), colour: `var(--m-party-${i % 8})` }))}
            promised={view.promised.length === 0 ? null : promisedFor('flash')}
          />
        )}
        {peers.map((peer) => (
          <LinkChart key={peer} days={days} peer={peer} name={nameOf(peer)} />
        ))}
      </div>
      <section className="column" aria-labelledby="usage-waits">
        <h2 id="usage-waits">{t('usage.waits-all')}</h2>
        {taken.length === 0 ? (
          <p className="dim">{t('usage.none-acknowledged')}</p>
        ) : (
          <div className={screen['tableBox']}>
            <table className={css['numbers']}>
              <thead>
                <tr>
                  <th>{t('usage.by')}</th>
                  <th>{t('usage.precedence')}</th>
                  <th>{t('usage.in-time')}</th>
                  <th>{t('usage.promised')}</th>
                  <th>{t('usage.median')}</th>
                  <th>{t('usage.p95')}</th>
                </tr>
              </thead>
              <tbody>
                {[...taken]
                  .sort(
                    (a, b) =>
                      a.by.localeCompare(b.by) ||
                      precedences.indexOf(a.precedence as 'flash') - precedences.indexOf(b.precedence as 'flash'),
                  )
                  .map((one) => (
                    <tr key={`${one.by} ${one.precedence} ${one.mark}`}>
                      <td>{nameOf(one.by)}</td>
                      <td>
                        {t(`precedence.${one.precedence as 'flash'}`)}
                        {traffic === 'exercise' && ` · ${t(`mark.${one.mark as 'exercise'}`)}`}
                      </td>
                      <td>
                        {one.inTime} / {one.count}
                      </td>
                      <td>{long(promisedFor(one.precedence))}</td>
                      <td>{long(one.medianSeconds)}</td>
                      <td>
                        {(one.p95Seconds ?? 0) > promisedFor(one.precedence) ? (
                          <Status level="caution" word={long(one.p95Seconds)} />
                        ) : (
                          long(one.p95Seconds)
                        )}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        )}
        <p className="dim">{t('usage.measured')}</p>
      </section>
      <section className="column" aria-labelledby="usage-days">
        <h2 id="usage-days">{t('usage.by-day')}</h2>
        <div className={screen['tableBox']}>
          <table className={css['numbers']}>
            <thead>
              <tr>
                <th>{t('usage.day')}</th>
                {precedences.map((one) => (
                  <th key={one}>{t(`precedence.${one}`)}</th>
                ))}
                {peers.map((peer) => (
                  <th key={peer}>{t('usage.link-to', { party: nameOf(peer) })}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...days].reverse().map(({ day, written, links }) => (
                <tr key={day}>
                  <td>
                    <bdi dir="ltr">{day}</bdi>
                  </td>
                  {precedences.map((one) => (
                    <td key={one}>{written[one] === 0 ? <span className="dim">0</span> : written[one]}</td>
                  ))}
                  {peers.map((peer) => (
                    <td key={peer}>
                      {links[peer] === undefined ? (
                        <span className="dim">{t('usage.unknown')}</span>
                      ) : (
                        t('usage.link-day', {
                          up: (links[peer].up + links[peer].unattended).toFixed(1),
                          down: links[peer].down.toFixed(1),
                        })
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section className="column" aria-labelledby="usage-watches">
        <h2 id="usage-watches">{t('usage.watches')}</h2>
        {view.watches.length === 0 ? (
          <p className="dim">{t('usage.no-watches')}</p>
        ) : (
          <div className={screen['tableBox']}>
            <table>
              <tbody>
                {[...view.watches].reverse().map((watch) => (
                  <tr key={watch.entry}>
                    <td>
                      <Stamp at={watch.at} />
                    </td>
                    <td>{nameOf(watch.party)}</td>
                    <td>{plainOf(watch.name)}</td>
                    <td>
                      <EntryLink line={view.line} entry={watch.entry} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}
