import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import {
  coverageQuery,
  observationTableQuery,
  summaryQuery,
  type CoveredPlace,
  type DayTerms,
  type SummaryDraft,
} from '../api/ceasefire';
import { useKinds, useMayWrite } from '../api/kinds';
import { useKnown } from '../api/known';
import type { LineSummary, Mark } from '../api/types';
import { fieldsOf, valuesOfBody } from '../entry/fields';
import { membersOf, textOf } from '../look/body';
import { Chip } from '../look/Chips';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { choiceWord } from '../look/labels';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { allKnown, Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { useT } from '../messages';
import { Opener } from './Acts';
import css from './ceasefire.module.css';
import { LeftOut, NotCounted } from './Pages';
import { useAgreed } from './Tallies';

/** Observations of a day that are looked through for their places. */
const mostOfDay = 10_000;
const day = 86_400_000;

/** A reporting day: who watched where and where nobody did, and its summary, which an officer releases. */
export function Monitoring({ line, mark, bar }: { line: LineSummary; mark: Mark; bar: ReactNode }) {
  const t = useT();
  const agreed = useAgreed(line.line);
  const [closing, setClosing] = useState('');
  const [typed, setTyped] = useState<DayTerms | null>(null);
  const terms = typed ?? agreed.day;
  const asked = summaryQuery(line.line, closing, terms, '', mark);
  const known = useKnown(asked);
  const { error } = useQuery(asked);
  const draft = known.data;
  const move = (by: number): void => {
    const at = closing === '' ? Date.parse(draft?.until ?? '') : Date.parse(`${closing}T00:00:00Z`);
    if (!Number.isNaN(at)) setClosing(new Date(at + by * day).toISOString().slice(0, 10));
  };
  return (
    <div className="column">
      <Opener line={line} kind="coverage.logged" label={t('cease.log-coverage')} />
      <form className={css['bar']} aria-label={t('cease.filters')} onSubmit={(e) => e.preventDefault()}>
        <div className="row">
          <button type="button" aria-label={t('usage.before')} onClick={() => move(-1)}>
            ‹
          </button>
          <label>
            {t('cease.closing-on')}
            <input type="date" value={closing} onChange={(e) => setClosing(e.currentTarget.value)} />
          </label>
          <button type="button" aria-label={t('usage.after')} onClick={() => move(1)}>
            ›
          </button>
        </div>
        {(['zone', 'closes'] as const).map((member) => (
          <label key={member}>
            {t(`cease.${member}`)}
            <input
              value={terms[member]}
              placeholder={member === 'zone' ? t('cease.agreed-zone') : '19:30'}
              onChange={(e) => setTyped({ ...terms, [member]: e.currentTarget.value })}
            />
          </label>
        ))}
        {bar}
        <button type="button" onClick={() => print()}>
          {t('usage.print')}
        </button>
      </form>
      {error === null ? <Unknown of={[known]} what={t('cease.summary')} /> : <Refusal error={error} />}
      {draft !== undefined && (
        <>
          <Covered line={line} from={draft.from} until={draft.until} mark={mark} />
          <Summary line={line} draft={draft} mark={mark} />
        </>
      )}
    </div>
  );
}

/** Place by place: who watched when, when nobody did, and what was observed meanwhile. “Nothing” is said only where somebody watched. */
function Covered({ line, from, until, mark }: { line: LineSummary; from: string; until: string; mark: Mark }) {
  const t = useT();
  const coverage = useKnown(coverageQuery(line.line, from, until, mark));
  const observed = useKnown(observationTableQuery(line.line, { from, until, mark }, '', mostOfDay));
  const counts = new Map<string, number>();
  for (const { observation } of observed.data?.rows ?? []) {
    const place = observation.place?.name ?? '';
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const places = coverage.data?.places ?? [];
  return (
    <section aria-labelledby="cease-coverage">
      <h2 id="cease-coverage">
        {t('cease.coverage')} <Stamp at={from} /> – <Stamp at={until} />
      </h2>
      <Unknown of={[coverage, observed]} what={t('cease.coverage')} />
      <NotCounted of={coverage.data?.notCounted} />
      <LeftOut of={coverage.data?.leftOut} />
      {places.map((place) => (
        <Place
          key={place.place}
          line={line}
          place={place}
          from={from}
          until={until}
          observed={allKnown(observed) ? (counts.get(place.place) ?? 0) : null}
        />
      ))}
      {allKnown(coverage) && places.length === 0 && (
        <p>
          <Status level="caution" word={t('cease.nobody-watched')} />
        </p>
      )}
    </section>
  );
}

function Place({
  line,
  place,
  from,
  until,
  observed,
}: {
  line: LineSummary;
  place: CoveredPlace;
  from: string;
  until: string;
  observed: number | null;
}) {
  const t = useT();
  const name = useName();
  // That another party watched is that party's to say: it is shown, and makes nothing watched. CEASEFIRE-23.
  const isWatched = place.watched.some((one) => one.counts);
  return (
    <section className={css['place']} aria-label={plainOf(place.place)}>
      <header>
        <strong>
          <Foreign text={place.place} /> {place.isAgreed && <Chip>{t('cease.agreed-area')}</Chip>}
        </strong>
        <span>
          {!isWatched ? (
            <Status level="caution" word={t('cease.nobody-watched')} />
          ) : observed === null ? null : observed === 0 ? (
            <Status level="normal" word={t('cease.watched-nothing')} />
          ) : (
            <Status level="standby" word={t('cease.observed', { count: observed })} />
          )}{' '}
          {isWatched && place.gaps.length > 0 && (
            <Status level="caution" word={t('cease.gaps', { count: place.gaps.length + place.gapsMore })} />
          )}
        </span>
      </header>
      <Stretch from={from} until={until} place={place} />
      <ul>
        {place.watched.map((one) => (
          <li key={one.entry}>
            <Stamp at={one.from} /> – <Stamp at={one.until} />{' '}
            {t(one.counts ? 'cease.watched-by' : 'cease.watched-as-said', { who: name(one.reporter) })}{' '}
            {one.means != null && choiceWord(t, 'coverage.logged', 'means', one.means)}{' '}
            <EntryLink line={line.line} entry={one.entry} />
          </li>
        ))}
        {place.gaps.map((one) => (
          <li key={one.from}>
            <Stamp at={one.from} /> – <Stamp at={one.until} />{' '}
            <Status level="caution" word={t('cease.nobody-watched')} />
          </li>
        ))}
        {place.gapsMore > 0 && <li>{t('cease.gaps-more', { count: place.gapsMore })}</li>}
      </ul>
    </section>
  );
}

const width = 1_000;

/** The day as a bar: filled where somebody watched, hatched where nobody did. What it shows stands below it in words. */
function Stretch({ from, until, place }: { from: string; until: string; place: CoveredPlace }) {
  const [begin, end] = [Date.parse(from), Date.parse(until)];
  const x = (at: string): number =>
    Math.max(0, Math.min(width, ((Date.parse(at) - begin) / Math.max(1, end - begin)) * width));
  return (
    <svg
      className={css['line']}
      viewBox={`0 0 ${width} 26`}
      preserveAspectRatio="none"
      aria-hidden="true"
      role="presentation"
    >
      {place.watched
        .filter((one) => one.counts)
        .map((one) => (
          <rect
            key={one.entry}
            className={css['watched']}
            x={x(one.from)}
            y={4}
            width={Math.max(1, x(one.until) - x(one.from))}
            height={18}
          />
        ))}
      {place.gaps.map((one) => {
        const [left, right] = [x(one.from), x(one.until)];
        return (
          <g key={one.from}>
            <rect className={css['unwatched']} x={left} y={4} width={Math.max(1, right - left)} height={18} />
            {Array.from({ length: Math.floor((right - left) / 12) }, (_, i) => (
              <path key={i} className={css['hatch']} d={`M${left + i * 12} 22l12-18`} />
            ))}
          </g>
        );
      })}
    </svg>
  );
}

/** What the record gives for the day, drafted by the station; it is nobody's word before an officer releases it. CEASEFIRE-37. */
function Summary({ line, draft, mark }: { line: LineSummary; draft: SummaryDraft; mark: Mark }) {
  const t = useT();
  const may = useMayWrite();
  const kind = useKinds().get('summary.released');
  const text = textOf(membersOf(draft.body)?.['text']) ?? '';
  return (
    <section aria-labelledby="cease-summary" className="column">
      <h2 id="cease-summary">{t('cease.summary')}</h2>
      {draft.released.length > 0 && (
        <p>
          <Status level="normal" word={t('cease.released')} />{' '}
          {draft.released.map((entry) => (
            <EntryLink key={entry} line={line.line} entry={entry} />
          ))}
        </p>
      )}
      {!draft.isOver && (
        <p role="note">
          <Status level="caution" word={t('cease.not-over')} />
        </p>
      )}
      <div className={css['draft']} role="group" aria-label={t('cease.draft')}>
        <p>
          <Chip tone="caution">{t('cease.draft')}</Chip> <span className="dim">{t('cease.nobodys-word')}</span>
        </p>
        <Foreign text={text} lang="en" />
      </div>
      {kind !== undefined && draft.isOver && may('summary.released') && (
        <Opener
          key={`${draft.from} ${mark}`}
          line={line}
          kind="summary.released"
          label={t('cease.release')}
          start={{ values: valuesOfBody(fieldsOf(kind), draft.body) }}
        />
      )}
    </section>
  );
}
