import { useState, type ReactNode } from 'react';
import {
  agreementQuery,
  agreementsQuery,
  daysQuery,
  tallyQuery,
  type DayTerms,
  type Tally,
  type TallyAsked,
} from '../api/ceasefire';
import { useKnown } from '../api/known';
import type { LineSummary, Mark } from '../api/types';
import { membersOf, textOf } from '../look/body';
import { save } from '../look/download';
import { fetched } from '../look/Fetched';
import { Foreign } from '../look/Foreign';
import { choiceWord } from '../look/labels';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { allKnown, Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { useT } from '../messages';
import css from './ceasefire.module.css';
import { daysOf, hours, ruleWords, sizesOf, slicesOf, tallyCsv } from './numbers';
import { NotCounted } from './Pages';
import { useQuery } from '@tanstack/react-query';

// Charts are drawn by a library that only this tab and the usage screen need.
const TallyCharts = fetched(async () => (await import('./TallyCharts')).TallyCharts);

const week = 7 * 86_400_000;
const spans = [1, 4, 12, 26] as const;
/** Rules that every station knows, whatever an agreement says. */
const knownRules = ['discharges', 'shellings'] as const;

/** The agreement in force, which names the rule, the zone and the closing that are used where nobody says others. */
export function useAgreed(line: string): { rules: string[]; day: DayTerms; areas: unknown } {
  const agreements = useKnown(agreementsQuery(line)).data?.items ?? [];
  const first = agreements.find((one) => one.state === 'in force') ?? agreements[0];
  const text = useKnown({
    ...agreementQuery(line, first?.agreement ?? 'none/0'),
    enabled: first !== undefined,
  }).data?.text;
  const members = membersOf(text);
  const rule = textOf(membersOf(members?.['countingRule'])?.['name']);
  const day = membersOf(members?.['reporting']);
  return {
    rules: [...new Set([...(rule === null ? [] : [rule]), ...knownRules])],
    day:
      first?.state === 'in force' && day !== null
        ? { zone: '', closes: '' }
        : { zone: textOf(day?.['zone']) ?? 'UTC', closes: textOf(day?.['closes']) ?? '00:00' },
    areas: members?.['areas'],
  };
}

/** Counts: always who reports, whom they accuse, in which period, by which rule; and never one number. */
export function Tallies({ line: { line }, mark, bar }: { line: LineSummary; mark: Mark; bar: ReactNode }) {
  const t = useT();
  const now = useNow();
  const agreed = useAgreed(line);
  const [rule, setRule] = useState('');
  const [weeks, setWeeks] = useState<(typeof spans)[number]>(4);
  const [shift, setShift] = useState(0);
  const [asOf, setAsOf] = useState('');
  // The end is a whole hour, so that the same is asked for as long as an hour lasts.
  const end = (Math.floor(now / 3_600_000) + 1) * 3_600_000 - shift * weeks * week;
  const asked: TallyAsked = {
    rule,
    from: new Date(end - weeks * week).toISOString(),
    until: new Date(end).toISOString(),
    asOf: asOf.trim(),
    mark,
  };
  const whole = useKnown(tallyQuery(line, asked, '', ''));
  const error = useQuery(tallyQuery(line, asked, '', '')).error;
  return (
    <div className="column">
      <form className={css['bar']} aria-label={t('cease.filters')} onSubmit={(e) => e.preventDefault()}>
        <div role="group" aria-label={t('usage.span')} className="row">
          {spans.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === weeks}
              onClick={() => {
                setWeeks(one);
                setShift(0);
              }}
            >
              {t('cease.weeks', { count: one })}
            </button>
          ))}
        </div>
        <div className="row">
          <button type="button" aria-label={t('usage.before')} onClick={() => setShift(shift + 1)}>
            ‹
          </button>
          <bdi dir="ltr" className="mono">
            {asked.from.slice(0, 10)} – {asked.until.slice(0, 10)} UTC
          </bdi>
          <button
            type="button"
            aria-label={t('usage.after')}
            disabled={shift === 0}
            onClick={() => setShift(shift - 1)}
          >
            ›
          </button>
        </div>
        <label>
          {t('cease.rule')}
          <select value={rule} onChange={(e) => setRule(e.currentTarget.value)}>
            <option value="">{t('cease.agreed-rule')}</option>
            {agreed.rules.map((one) => (
              <option key={one} value={one}>
                {plainOf(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('cease.as-of-sizes')}
          <input value={asOf} placeholder="us:12,ru:8" dir="ltr" onChange={(e) => setAsOf(e.currentTarget.value)} />
        </label>
        {bar}
        <button type="button" onClick={() => print()}>
          {t('usage.print')}
        </button>
      </form>
      {error === null ? <Unknown of={[whole]} what={t('cease.tab.tallies')} /> : <Refusal error={error} />}
      {whole.data !== undefined && (
        <OfRule line={line} tally={whole.data} asked={asked} day={agreed.day} onFix={setAsOf} />
      )}
      {allKnown(whole) && whole.data?.rows.length === 0 && <p className="dim">{t('cease.no-tally')}</p>}
    </div>
  );
}

/** By which rule, of what it was counted: above every number, on the screen and on paper. */
export function ByRule({ tally, onFix }: { tally: Tally; onFix?: (sizes: string) => void }) {
  const t = useT();
  const rule = ruleWords(tally.rule);
  const sizes = sizesOf(tally);
  return (
    <div className={css['by']}>
      <p>
        {t('cease.rule')}:{' '}
        <strong>
          <Foreign text={rule.name} />
        </strong>{' '}
        <span className="dim">
          (<Foreign text={rule.says} />)
        </span>
      </p>
      <p>
        {t('cease.computed-from')}{' '}
        <bdi dir="ltr" className="mono">
          {sizes}
        </bdi>{' '}
        {onFix !== undefined && (
          <button type="button" onClick={() => onFix(sizes)}>
            {t('cease.fix')}
          </button>
        )}
      </p>
      <p className="dim">{t('cease.never-one')}</p>
      <NotCounted of={tally.notCounted} />
    </div>
  );
}

function OfRule({
  line,
  tally,
  asked,
  day,
  onFix,
}: {
  line: string;
  tally: Tally;
  asked: TallyAsked;
  day: DayTerms;
  onFix: (sizes: string) => void;
}) {
  const t = useT();
  const name = useName();
  const days = useKnown(daysQuery(line, asked, day));
  const kinds = useKnown(tallyQuery(line, asked, 'what', ''));
  const byHour = useKnown(tallyQuery(line, asked, 'hour', day.zone));
  const rule = ruleWords(tally.rule).name;
  const sideOf = (who: string): string => {
    const party = tally.sides[who];
    return party === undefined ? name(who) : `${who} (${name(party)})`;
  };
  return (
    <>
      <ByRule tally={tally} onFix={onFix} />
      <section aria-labelledby="cease-tally">
        <h2 id="cease-tally">
          {t('cease.tally')} <Stamp at={tally.from} /> – <Stamp at={tally.until} />
        </h2>
        <div className={screen['tableBox']} tabIndex={0} role="group" aria-labelledby="cease-tally">
          <table className={css['numbers']}>
            <thead>
              <tr>
                <th>{t('member.reporter')}</th>
                <th>{t('member.accused')}</th>
                <th>{t('cease.rule')}</th>
                <th>{t('cease.by-this-rule')}</th>
                <th>{t('cease.observations')}</th>
                <th>{t('cease.feeds')}</th>
              </tr>
            </thead>
            <tbody>
              {tally.rows.map((row) => (
                <tr key={`${row.reporter}\n${row.accused}`}>
                  <td>
                    <Foreign text={sideOf(row.reporter)} />
                  </td>
                  <td>
                    {row.accused === '' ? (
                      <span className="dim">{t('cease.nobody')}</span>
                    ) : (
                      <Foreign text={sideOf(row.accused)} />
                    )}
                  </td>
                  <td>
                    <Foreign text={rule} />
                  </td>
                  <td>{row.n}</td>
                  <td>{row.observations}</td>
                  <td>{row.feeds.map(name).join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="row">
          <button
            type="button"
            onClick={() =>
              save(
                `tally-${line}-${asked.from.slice(0, 10)}-${asked.until.slice(0, 10)}.csv`,
                'text/csv',
                tallyCsv([tally, ...(days.data?.days ?? []), ...(kinds.data === undefined ? [] : [kinds.data])]),
              )
            }
          >
            {t('usage.save')}
          </button>
        </p>
      </section>
      <Unknown of={[days, kinds, byHour]} what={t('cease.charts')} />
      {tally.rows.length > 0 && days.data !== undefined && (
        <section aria-labelledby="cease-by-day" className="column">
          <h2 id="cease-by-day">{t('cease.by-day', { closes: days.data.closes, zone: days.data.zone })}</h2>
          <TallyCharts
            title={t('cease.a-day')}
            counted={daysOf(days.data)}
            rule={rule}
            sizes={sizesOf(tally)}
            nameOf={sideOf}
            file="tally-days"
          />
          <DayTable days={days.data.days} nameOf={sideOf} />
        </section>
      )}
      {tally.rows.length > 0 && kinds.data !== undefined && (
        <section aria-labelledby="cease-by-kind" className="column">
          <h2 id="cease-by-kind">{t('cease.by-kind')}</h2>
          <p className="dim">{t('cease.slices')}</p>
          <TallyCharts
            title={t('cease.a-kind')}
            counted={slicesOf(kinds.data)}
            rule={rule}
            sizes={sizesOf(kinds.data)}
            nameOf={sideOf}
            word={(key) => choiceWord(t, 'observation.reported', 'what', key)}
            file="tally-kinds"
          />
          <SliceTable
            tally={kinds.data}
            nameOf={sideOf}
            word={(key) => choiceWord(t, 'observation.reported', 'what', key)}
            head={t('member.observation.what')}
          />
        </section>
      )}
      {tally.rows.length > 0 && byHour.data !== undefined && (
        <section aria-labelledby="cease-by-hour" className="column">
          <h2 id="cease-by-hour">{t('cease.by-hour', { zone: day.zone || t('cease.agreed-zone') })}</h2>
          <p className="dim">{t('cease.slices')}</p>
          <TallyCharts
            title={t('cease.an-hour')}
            counted={slicesOf(byHour.data, hours)}
            rule={rule}
            sizes={sizesOf(byHour.data)}
            nameOf={sideOf}
            word={(key) => `${key}:00`}
            file="tally-hours"
          />
          <SliceTable tally={byHour.data} nameOf={sideOf} word={(key) => `${key}:00`} head={t('cease.hour')} />
        </section>
      )}
    </>
  );
}

/** The numbers of the charts, for who cannot see them. */
function DayTable({ days, nameOf }: { days: readonly Tally[]; nameOf: (party: string) => string }) {
  const t = useT();
  const rows = days.flatMap((day) => day.rows.map((row) => ({ day: day.until ?? '', ...row }))).reverse();
  return (
    <details>
      <summary>{t('cease.as-table')}</summary>
      <div className={screen['tableBox']} tabIndex={0} role="group" aria-label={t('cease.as-table')}>
        <table className={css['numbers']}>
          <thead>
            <tr>
              <th>{t('cease.day-closes')}</th>
              <th>{t('member.reporter')}</th>
              <th>{t('member.accused')}</th>
              <th>{t('cease.by-this-rule')}</th>
              <th>{t('cease.observations')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                <td>
                  <Stamp at={row.day} />
                </td>
                <td>
                  <Foreign text={nameOf(row.reporter)} />
                </td>
                <td>{row.accused === '' ? t('cease.nobody') : <Foreign text={nameOf(row.accused)} />}</td>
                <td>{row.n}</td>
                <td>{row.observations}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function SliceTable({
  tally,
  nameOf,
  word,
  head,
}: {
  tally: Tally;
  nameOf: (party: string) => string;
  word: (key: string) => string;
  head: string;
}) {
  const t = useT();
  return (
    <details>
      <summary>{t('cease.as-table')}</summary>
      <div className={screen['tableBox']} tabIndex={0} role="group" aria-label={head}>
        <table className={css['numbers']}>
          <thead>
            <tr>
              <th>{head}</th>
              <th>{t('member.reporter')}</th>
              <th>{t('member.accused')}</th>
              <th>{t('cease.by-this-rule')}</th>
              <th>{t('cease.observations')}</th>
            </tr>
          </thead>
          <tbody>
            {tally.rows.map((row) => (
              <tr key={`${row.reporter}\n${row.accused}\n${row.slice}`}>
                <td>{word(row.slice ?? '')}</td>
                <td>
                  <Foreign text={nameOf(row.reporter)} />
                </td>
                <td>{row.accused === '' ? t('cease.nobody') : <Foreign text={nameOf(row.accused)} />}</td>
                <td>{row.n}</td>
                <td>{row.observations}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
