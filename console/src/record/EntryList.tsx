import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useLines } from '../api/queries';
import type { EntryView } from '../api/types';
import { Boundary, PartBoundary } from '../look/Boundary';
import { Chip, MarkChip, PrecedenceChip } from '../look/Chips';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { shortened } from '../look/InPart';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import { Stamp } from '../look/Stamp';
import { useNarrow } from '../look/narrow';
import { stationNow } from '../look/now';
import { usePrinting } from '../look/print';
import { ageText, fullUtc } from '../look/time';
import { kindWord } from '../look/labels';
import { useT } from '../messages';
import { authorOf } from '../api/facts';
import { summaryOf } from '../look/summary';
import { Inspector } from './Inspector';
import { useHighlight } from './highlight';
import { useRecord, type Order } from './pages';
import { SearchForm } from './SearchForm';
import { searchQuery, useSearch, type Sought } from './search';
import css from './record.module.css';

/** Of a row, in pixels; on a phone the time has a line of its own. */
const [rowHeight, narrowHeight] = [44, 68];

/** Every entry of the line. Only the rows in sight exist, so that 100,000 scroll as smoothly as 100. */
export function EntryList({
  line,
  parties,
  chosen,
  seeking,
}: {
  line: string;
  parties: readonly string[];
  chosen: string | null;
  /** True where the officer came to search. */
  seeking: boolean;
}) {
  const t = useT();
  const [order, setOrder] = useState<Order>('newest');
  const [wanted, setWanted] = useState('');
  const [sought, setSought] = useState<Sought | null>(null);
  const [searching, setSearching] = useState(seeking);
  const [asked, setAsked] = useState(seeking);
  // Asked for again while the record is open: the form opens, and has the focus.
  if (asked !== seeking) {
    setAsked(seeking);
    if (seeking) setSearching(true);
  }
  const record = useRecord(line, order);
  const found = useSearch(line, sought);
  const { entries, more, loading, load, error } = sought === null ? record : found;
  const box = useRef<HTMLDivElement>(null);
  useHighlight(box, sought?.text ?? null, entries);
  const printing = usePrinting();
  const height = useNarrow() ? narrowHeight : rowHeight;
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 12,
  });
  const last = rows.getVirtualItems().at(-1)?.index ?? 0;
  // What is measured is kept by the row: another height is another list.
  useEffect(() => rows.measure(), [rows, height]);
  // A search goes on only when its reader asks: the record may be long, and hold nothing of what is sought.
  useEffect(() => {
    if (sought === null && more && last >= entries.length - 100) load();
  }, [sought, last, entries.length, more, load]);
  // A screen reader is led to the chosen row only while that is drawn.
  const drawn = chosen !== null && rows.getVirtualItems().some((row) => entries[row.index]?.id === chosen);
  const choose = (entry: string | null): void => go({ screen: 'record', line, entry }, true);
  const move = (by: number): void => {
    const at = entries.findIndex((entry) => entry.id === chosen);
    const next = Math.min(entries.length - 1, Math.max(0, at + by));
    const entry = entries[next];
    if (entry === undefined) return;
    choose(entry.id);
    rows.scrollToIndex(next, { align: 'auto' });
  };
  return (
    <>
      {printing && (
        <Paper line={line} entries={entries.slice(0, mostOnPaper)} whole={!more && entries.length <= mostOnPaper} />
      )}
      <div className={css['record']} data-open={chosen !== null}>
        <div className={css['listSide']}>
          <div className={css['listHead']}>
            <select
              aria-label={t('record.order')}
              value={order}
              onChange={(e) => setOrder(e.currentTarget.value as Order)}
            >
              <option value="newest">{t('record.newest')}</option>
              <option value="oldest">{t('record.oldest')}</option>
            </select>
            <form
              onSubmit={(e) => {
                e.preventDefault();
                if (/^[a-z0-9-]+\/\d+$/.test(wanted.trim())) choose(wanted.trim());
              }}
            >
              <input
                aria-label={t('record.find')}
                placeholder={t('record.find')}
                value={wanted}
                onChange={(e) => setWanted(e.currentTarget.value)}
              />
            </form>
            <button
              type="button"
              className={css['searchToggle']}
              aria-expanded={searching}
              onClick={() => {
                setSearching(!searching);
                if (searching) setSought(null);
              }}
            >
              {t('search.title')}
            </button>
            <span className="dim" role="status">
              {sought === null
                ? t('record.count', { count: entries.length })
                : t('search.found', { count: entries.length, looked: found.looked })}
              {sought === null && more ? '+' : ''}
              {loading ? ' …' : ''}
            </span>
            {sought !== null && more && (
              <button type="button" className={css['searchToggle']} disabled={loading} onClick={load}>
                {t('search.more')}
              </button>
            )}
          </div>
          {searching && <SearchForm parties={parties} seeking={seeking} onSearch={setSought} />}
          {sought !== null && (
            <OnOtherLines line={line} sought={sought} nothingHere={!loading && !more && entries.length === 0} />
          )}
          <Refusal error={error} />
          <div
            ref={box}
            className={css['list']}
            role="listbox"
            aria-label={t('record.entries')}
            tabIndex={0}
            aria-activedescendant={drawn ? `row-${chosen.replace('/', '-')}` : undefined}
            onKeyDown={(e) => {
              const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[e.key];
              if (by !== undefined) {
                e.preventDefault();
                move(by);
              }
            }}
          >
            <div className={css['rows']} style={{ height: rows.getTotalSize() }}>
              {rows.getVirtualItems().map((row) => {
                const entry = entries[row.index];
                if (entry === undefined) return null;
                return (
                  <div
                    key={row.key}
                    id={`row-${entry.id.replace('/', '-')}`}
                    role="option"
                    aria-selected={entry.id === chosen}
                    className={css['row']}
                    data-mark={entry.mark}
                    style={{ height, transform: `translateY(${row.start}px)` }}
                    onClick={() => choose(entry.id)}
                  >
                    <Boundary resetOn={entry.id} fallback={() => <span>{t('cannot.entry', { entry: entry.id })}</span>}>
                      <Row entry={entry} />
                    </Boundary>
                  </div>
                );
              })}
            </div>
          </div>
        </div>
        {chosen !== null && (
          <PartBoundary key={chosen}>
            <Inspector line={line} entry={chosen} onClose={() => choose(null)} />
          </PartBoundary>
        )}
      </div>
    </>
  );
}

/** What is sought may stand on another line of the same parties: it is looked for there as well, and led to. */
function OnOtherLines({ line, sought, nothingHere }: { line: string; sought: Sought; nothingHere: boolean }) {
  const t = useT();
  const lines = useLines().filter((one) => one.line !== line);
  const [asked, setAsked] = useState<Sought | null>(null);
  const everywhere = nothingHere || asked === sought;
  const found = useQueries({
    queries: lines.map((one) => ({ ...searchQuery(one.line, sought), enabled: everywhere })),
  });
  const hits = found.flatMap((one, i) =>
    (one.data?.entries ?? []).map((entry) => ({ entry, line: lines[i]?.line ?? '', title: lines[i]?.title ?? '' })),
  );
  const looking = everywhere && found.some((one) => one.isFetching);
  return (
    <div className={css['elsewhere']} role="status">
      {nothingHere && <p>{t('search.nothing')}</p>}
      {!everywhere && lines.length > 0 && (
        <button type="button" onClick={() => setAsked(sought)}>
          {t('search.other-lines')}
        </button>
      )}
      {looking && <p className="dim">{t('shell.loading')}</p>}
      {everywhere && !looking && hits.length === 0 && lines.length > 0 && <p>{t('search.nowhere')}</p>}
      {hits.length > 0 && (
        <>
          <h3>{t('search.on-others')}</h3>
          <ul>
            {hits.map(({ entry, line: of, title }) => (
              <li key={`${of} ${entry.id}`}>
                <EntryLink line={of} entry={entry.id} /> <Foreign text={title} /> · {kindWord(t, entry.kind)}{' '}
                <Foreign text={shortened(summaryOf(entry.kind, entry.body).text ?? '', 120)} lang={entry.lang} />{' '}
                <Stamp at={entry.at} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Entries that go to paper: of a longer record the export is the better form. */
const mostOnPaper = 2_000;

/** The rows as a table, all of what was read: paper has no scroll bar. What is left out is said. */
function Paper({ line, entries, whole }: { line: string; entries: readonly EntryView[]; whole: boolean }) {
  const t = useT();
  return (
    <div className={css['paper']}>
      <h1>
        {t('screen.record')}: {line}
      </h1>
      <p>
        {t('record.printed', { count: entries.length, at: fullUtc(stationNow()) })}
        {whole ? '' : ` ${t('record.printed-part')}`}
      </p>
      {entries.map((entry) => (
        <div key={entry.id} className={css['paperRow']} data-paper={entry.id}>
          <Boundary fallback={() => <span>{t('cannot.entry', { entry: entry.id })}</span>}>
            <Row entry={entry} />
          </Boundary>
        </div>
      ))}
    </div>
  );
}

/** What a row says of its entry, in one line. */
export function Row({ entry }: { entry: EntryView }) {
  const t = useT();
  const summary = summaryOf(entry.kind, entry.body);
  return (
    <>
      <span className={css['id']}>
        <strong>{authorOf(entry.id)}</strong>
        {entry.id.slice(entry.id.lastIndexOf('/'))}
      </span>
      <span className={css['what']}>
        <span className={css['kindRow']}>
          <span className={css['kindTag']}>
            <Foreign text={kindWord(t, entry.kind)} />
          </span>
          {entry.precedence !== 'routine' && <PrecedenceChip precedence={entry.precedence} />}
          {entry.mark !== 'actual' && <MarkChip mark={entry.mark} />}
          {entry.clockAhead != null && (
            <Chip tone="caution">{t('entry.clock-ahead', { age: ageText(entry.clockAhead * 1000) })}</Chip>
          )}
          <span className="dim">{entry.sealed ? '' : t('record.unsealed')}</span>
        </span>
        <span className={css['line']}>
          {summary.text === null ? (
            <Foreign text={summary.facts.join(' · ')} />
          ) : (
            <Foreign text={shortened(summary.text, 200)} lang={entry.lang} />
          )}
        </span>
      </span>
      <span className={css['when']}>
        <Stamp at={entry.at} />
      </span>
    </>
  );
}
