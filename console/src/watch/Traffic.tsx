import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTail } from '../api/live';
import { pagesOf, readBefore } from '../api/tail';
import type { EntryView } from '../api/types';
import { receiptsQuery, statusQuery, trafficQuery } from '../api/queries';
import { EntryBoundary, PartBoundary } from '../look/Boundary';
import { useShortcut } from '../look/shortcuts';
import { go, jumpsSoFar } from '../look/route';
import { useReading, useUnread } from '../look/unread';
import { useT } from '../messages';
import { useSession } from '../api/session';
import { useKinds, useMayWrite } from '../api/kinds';
import { answerTo, compose } from '../look/compose';
import { authorOf, factsFor, factsOf, foldedInto } from '../api/facts';
import { Message } from './Message';
import { OldEntry } from './OldEntry';
import { OffRecord } from './OffRecord';
import { isFiltering, noFilter, passes, TrafficFilter, type Filter } from './TrafficFilter';
import css from './watch.module.css';

/** Entries drawn at first; the others are one press away, and all of them on the record screen. */
const shownAtFirst = 120;
/** Entries of which the station is asked by itself whether they are replaced. */
const mostDoubtful = 100;
/** Entries that one press reads from before what is at hand. */
const olderPage = 200;

/** Puts the beginning of an entry at the top of the box; where the box ends sooner, as far up as it goes. */
function toTop(box: HTMLElement, entry: string): void {
  const found = box.querySelector(`[data-entry="${CSS.escape(entry)}"]`);
  if (found === null) return;
  box.scrollTop += found.getBoundingClientRect().top - box.getBoundingClientRect().top - 4;
  // Where the page is scrolled as one document, the box is not.
  if (box.scrollHeight <= box.clientHeight + 1) found.scrollIntoView({ block: 'start' });
}

/**
 * The traffic of a line, the newest settled at the bottom. It follows what comes only while its reader is at the end.
 * An entry that is chosen is
 * shown however old it is; `asked` changes whenever it is asked for, again too.
 */
export function Traffic({ line, chosen, asked }: { line: string; chosen: string | null; asked?: unknown }) {
  const t = useT();
  const session = useSession();
  const { entries: tail, loaded } = useTail(line);
  const [older, setOlder] = useState<{ entries: EntryView[]; reading: boolean; whole: boolean }>({
    entries: [],
    reading: false,
    whole: false,
  });
  const entries = useMemo(() => {
    if (older.entries.length === 0) return tail;
    const first = older.entries.at(-1)?.arrival ?? 0;
    return [...older.entries, ...tail.filter((entry) => entry.arrival > first)];
  }, [older.entries, tail]);
  const kinds = useKinds();
  const may = useMayWrite();
  const traffic = useQuery(trafficQuery(line)).data;
  const waiting = traffic?.waiting;
  const flags = traffic?.flags;
  const undelivered = useQuery(statusQuery(line)).data?.peers;
  const facts = useMemo(
    () => factsOf(entries, kinds, new Set(flags?.map((flag) => flag.entry))),
    [entries, kinds, flags],
  );
  // The list of flags is of the newest: where it ends, the station is asked of each entry that seems to be replaced.
  const doubtful =
    (traffic?.flagCount ?? 0) > (flags?.length ?? 0)
      ? entries.filter((entry) => factsFor(facts, entry.id).replacedBy !== null).slice(-mostDoubtful)
      : [];
  const judged = useQueries({
    queries: doubtful.map((entry) => ({ ...receiptsQuery(line, entry.id), staleTime: 60_000 })),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }) =>
          data === undefined ? [] : [[data.entry, data.replaced?.entry ?? null] as const],
        ),
      ),
  });
  const factsAsJudged = (entry: string) => {
    const found = factsFor(facts, entry);
    const replacedBy = judged.get(entry);
    return replacedBy === undefined || replacedBy === found.replacedBy ? found : { ...found, replacedBy };
  };
  const due = useMemo(() => new Map((waiting ?? []).map((receipt) => [receipt.entry, receipt])), [waiting]);
  const [all, setAll] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  // Who is led to an entry begins there, not at the end.
  const atEnd = useRef(chosen === null);
  const top = useRef(0);
  /** The entry that stands at the top until its reader moves the page. */
  const pinned = useRef<string | null>(null);
  const led = useRef(0);
  const [flashed, setFlashed] = useState<string | null>(null);
  const [behind, setBehind] = useState(0);
  // A bare acknowledgement stands with the message that it is of, as a fact; by itself only where somebody is led to it.
  const [filter, setFilter] = useState<Filter>(noFilter);
  const whole = useMemo(() => foldedInto(entries, chosen), [entries, chosen]);
  const seen = useMemo(
    () => (isFiltering(filter) ? whole.filter((entry) => entry.id === chosen || passes(filter, entry, kinds)) : whole),
    [whole, filter, chosen, kinds],
  );
  const parties = useMemo(() => [...new Set(entries.map((entry) => authorOf(entry.id)))], [entries]);
  const shown = all ? seen : seen.slice(-shownAtFirst);
  const newest = entries.at(-1)?.id;

  useLayoutEffect(() => {
    const box = list.current;
    if (box === null) return;
    if (atEnd.current) {
      box.scrollTop = box.scrollHeight;
      setBehind(0);
    } else setBehind((count) => count + 1);
  }, [newest]);
  // What is drawn later (a due time, an alarm above) must not push the newest out of sight of who reads at the end.
  useEffect(() => {
    const box = list.current;
    if (box === null) return undefined;
    const stick = new ResizeObserver(() => {
      if (pinned.current !== null) toTop(box, pinned.current);
      else if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    stick.observe(box);
    if (box.firstElementChild !== null) stick.observe(box.firstElementChild);
    return () => stick.disconnect();
  }, []);
  // What a test measures the start by: traffic can be read, and written.
  useEffect(() => {
    if (loaded) performance.mark('parley-usable');
  }, [loaded]);
  useEffect(() => {
    if (chosen === null || !loaded) {
      pinned.current = null;
      if (chosen === null) led.current = jumpsSoFar();
      return undefined;
    }
    const box = list.current;
    const found = box?.querySelector(`[data-entry="${CSS.escape(chosen)}"]`);
    const isLed = led.current !== jumpsSoFar();
    if (box && found) {
      led.current = jumpsSoFar();
      if (isLed) {
        // Shown from elsewhere: its beginning at the top, whatever is drawn beneath it later, and once a sign of which.
        pinned.current = chosen;
        atEnd.current = false;
        toTop(box, chosen);
        setFlashed(chosen);
        return undefined;
      }
      // Opened where it stands: it moves only as far as it must be seen.
      found.scrollIntoView({ block: found.clientHeight > box.clientHeight ? 'start' : 'nearest' });
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
      top.current = box.scrollTop;
    } else if (entries.some((entry) => entry.id === chosen)) setAll(true);
    // What is beneath the newest 600 stands at the top, read by itself.
    else {
      led.current = jumpsSoFar();
      atEnd.current = false;
      setFlashed(chosen);
    }
    return undefined;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only what was asked for moves the page, not what arrives
  }, [chosen, loaded, asked, all]);
  useEffect(() => {
    if (flashed === null) return undefined;
    const done = setTimeout(() => setFlashed(null), 2_000);
    return () => clearTimeout(done);
  }, [flashed]);
  const unpin = (): void => {
    pinned.current = null;
  };

  const readOlder = async (): Promise<void> => {
    const before = entries[0]?.arrival;
    if (before === undefined) return;
    setOlder((now) => ({ ...now, reading: true }));
    try {
      const more = await readBefore(pagesOf(line), before, olderPage);
      const box = list.current;
      const fromEnd = box === null ? 0 : box.scrollHeight - box.scrollTop;
      // Between what was read and the newest that are kept nothing may be missing: those that fall out of the newest
      // stay here.
      setOlder((now) => ({
        entries: [...more, ...(now.entries.length > 0 ? now.entries : entries)],
        reading: false,
        whole: more.length < olderPage,
      }));
      requestAnimationFrame(() => {
        if (box !== null) box.scrollTop = box.scrollHeight - fromEnd;
      });
    } catch {
      setOlder((now) => ({ ...now, reading: false })); // the banner says that the station cannot be reached
    }
  };
  const unread = useUnread(line);
  const inSight = useCallback(() => {
    const box = list.current;
    return box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  }, []);
  useReading(line, entries.at(-1)?.arrival, inSight);
  // The mark stays where it was when the line was opened: what one reads does not run away from under it.
  const [since, setSince] = useState<string | null>(null);
  const firstUnread = unread[0]?.id ?? null;
  if (since === null && firstUnread !== null) setSince(firstUnread);
  const toNewest = (): void => {
    const box = list.current;
    if (box === null) return;
    unpin();
    atEnd.current = true;
    box.scrollTop = box.scrollHeight;
    setBehind(0);
  };
  // With nothing open one answers what the others said last.
  const said = shown.findLast((entry) => entry.kind === 'message.sent' && authorOf(entry.id) !== session.party);
  useShortcut(
    'reply',
    chosen === null && said !== undefined && may('message.sent') ? () => compose(answerTo(said)) : null,
  );
  useShortcut('next', () => move(1));
  useShortcut('previous', () => move(-1));
  useShortcut('newest', toNewest);
  useShortcut(
    'unread',
    firstUnread === null && since === null ? null : () => go({ screen: 'watch', line, entry: firstUnread ?? since }),
  );
  const move = (by: number): void => {
    const at = shown.findIndex((entry) => entry.id === chosen);
    const to = shown[at < 0 ? shown.length - 1 : Math.min(shown.length - 1, Math.max(0, at + by))];
    if (to !== undefined) {
      go({ screen: 'watch', line, entry: to.id }, true);
      list.current?.querySelector<HTMLElement>(`[data-entry="${CSS.escape(to.id)}"] > button`)?.focus();
    }
  };

  return (
    <div className={css['trafficBox']}>
      {entries.length > 0 && (
        <TrafficFilter filter={filter} parties={parties} shown={seen.length} all={whole.length} onChange={setFilter} />
      )}
      <div
        ref={list}
        className={css['traffic']}
        role="log"
        aria-live="off"
        data-flashed={flashed !== null}
        aria-label={t('watch.traffic')}
        tabIndex={0}
        onWheel={unpin}
        onPointerDown={unpin}
        onTouchMove={unpin}
        onScroll={(e) => {
          const box = e.currentTarget;
          if (pinned.current !== null) return;
          // Only who scrolls up leaves the end: content that grows between a jump to it and this event does not.
          if (box.scrollHeight - box.scrollTop - box.clientHeight < 40) {
            atEnd.current = true;
            setBehind(0);
          } else if (box.scrollTop < top.current) atEnd.current = false;
          top.current = box.scrollTop;
        }}
        onKeyDown={(e) => {
          unpin();
          if (
            e.target instanceof HTMLInputElement ||
            e.target instanceof HTMLTextAreaElement ||
            e.target instanceof HTMLSelectElement
          )
            return;
          if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
            e.preventDefault();
            move(e.key === 'ArrowUp' ? -1 : 1);
          }
        }}
      >
        <div>
          {!loaded && <p className="empty">{t('shell.loading')}</p>}
          {loaded && entries.length === 0 && (
            <p className="empty">
              {t('watch.no-traffic')} {t('empty.traffic')}
            </p>
          )}
          {(all || seen.length <= shown.length) &&
            loaded &&
            tail.length > 0 &&
            !older.whole &&
            (entries[0]?.arrival ?? 0) > 1 &&
            tail.length >= shownAtFirst && (
              <button type="button" className={css['older']} disabled={older.reading} onClick={() => void readOlder()}>
                {t('watch.earlier')}
              </button>
            )}
          {!all && seen.length > shown.length && (
            <button type="button" className={css['older']} onClick={() => setAll(true)}>
              {t('watch.older', { count: seen.length - shown.length })}
            </button>
          )}
          {chosen !== null && loaded && !entries.some((entry) => entry.id === chosen) && (
            <PartBoundary key={chosen}>
              <OldEntry line={line} entry={chosen} />
            </PartBoundary>
          )}
          {shown.map((entry, i) => (
            <EntryBoundary key={entry.id} line={line} entry={entry.id} raw={entry}>
              {entry.id === since && (
                <div className={css['unread']} role="separator">
                  <span>{t('watch.unread')}</span>
                </div>
              )}
              <Message
                stop={entry.id === (chosen ?? shown.at(-1)?.id)}
                entry={entry}
                facts={factsAsJudged(entry.id)}
                due={due.get(entry.id)}
                own={entry.id.startsWith(`${session.party}/`)}
                chosen={entry.id === chosen}
                flashed={entry.id === flashed}
                day={shown[i - 1]?.at.slice(0, 10) === entry.at.slice(0, 10) ? null : entry.at}
                undelivered={undelivered?.some((peer) => peer.oldestUndelivered !== null) === true}
              />
            </EntryBoundary>
          ))}
          <PartBoundary>
            <OffRecord line={line} />
          </PartBoundary>
        </div>
      </div>
      {behind > 0 && (
        <button
          type="button"
          className={css['newer']}
          onClick={() => {
            const box = list.current;
            if (box !== null) box.scrollTop = box.scrollHeight;
          }}
        >
          {t('watch.newer', { count: behind })}
        </button>
      )}
    </div>
  );
}
