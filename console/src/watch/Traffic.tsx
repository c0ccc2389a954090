import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTail } from '../api/live';
import { statusQuery, trafficQuery } from '../api/queries';
import { go } from '../look/route';
import { useT } from '../messages';
import { useSession } from '../session/session';
import { factsFor, factsOf } from './facts';
import { Message } from './Message';
import { OffRecord } from './OffRecord';
import css from './watch.module.css';

/** Entries drawn at first; the others are one press away, and all of them on the record screen. */
const shownAtFirst = 120;

/** The traffic of a line, the newest settled at the bottom. It follows what comes only while its reader is at the end. */
export function Traffic({ line, chosen }: { line: string; chosen: string | null }) {
  const t = useT();
  const session = useSession();
  const { entries, loaded } = useTail(line);
  const waiting = useQuery(trafficQuery(line)).data?.waiting;
  const undelivered = useQuery(statusQuery(line)).data?.peers;
  const facts = useMemo(() => factsOf(entries), [entries]);
  const due = useMemo(() => new Map((waiting ?? []).map(receipt => [receipt.entry, receipt])), [waiting]);
  const [all, setAll] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(0);
  const shown = all ? entries : entries.slice(-shownAtFirst);
  const newest = entries.at(-1)?.id;

  useLayoutEffect(() => {
    const box = list.current;
    if (box === null) return;
    if (atEnd.current) {
      box.scrollTop = box.scrollHeight;
      setBehind(0);
    } else setBehind(count => count + 1);
  }, [newest]);
  // What a test measures the start by: traffic can be read, and written.
  useEffect(() => { if (loaded) performance.mark('parley-usable'); }, [loaded]);
  useEffect(() => {
    if (chosen !== null) list.current?.querySelector(`[data-entry="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, loaded]);

  const move = (by: number): void => {
    const at = shown.findIndex(entry => entry.id === chosen);
    const to = shown[at < 0 ? shown.length - 1 : Math.min(shown.length - 1, Math.max(0, at + by))];
    if (to !== undefined) {
      go({ screen: 'watch', line, entry: to.id }, true);
      list.current?.querySelector<HTMLElement>(`[data-entry="${CSS.escape(to.id)}"] > button`)?.focus();
    }
  };

  return (
    <div className={css['trafficBox']}>
      <div
        ref={list} className={css['traffic']} role="log" aria-live="polite" aria-label={t('watch.traffic')} tabIndex={0}
        onScroll={e => {
          const box = e.currentTarget;
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
          if (atEnd.current) setBehind(0);
        }}
        onKeyDown={e => {
          if (e.target instanceof HTMLInputElement || e.target instanceof HTMLTextAreaElement || e.target instanceof HTMLSelectElement) return;
          if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
            e.preventDefault();
            move(e.key === 'ArrowUp' ? -1 : 1);
          }
        }}
      >
        {!loaded && <p className="empty">{t('shell.loading')}</p>}
        {loaded && entries.length === 0 && <p className="empty">{t('watch.no-traffic')}</p>}
        {!all && entries.length > shown.length && <button type="button" className={css['older']} onClick={() => setAll(true)}>{t('watch.older', { count: entries.length - shown.length })}</button>}
        {shown.map((entry, i) => (
          <Message
            key={entry.id} entry={entry} facts={factsFor(facts, entry.id)} due={due.get(entry.id)} own={entry.id.startsWith(`${session.party}/`)} chosen={entry.id === chosen}
            day={shown[i - 1]?.at.slice(0, 10) === entry.at.slice(0, 10) ? null : entry.at} undelivered={undelivered?.some(peer => peer.oldestUndelivered !== null) === true}
          />
        ))}
        <OffRecord line={line} />
      </div>
      {behind > 0 && <button type="button" className={css['newer']} onClick={() => { const box = list.current; if (box !== null) box.scrollTop = box.scrollHeight; }}>{t('watch.newer', { count: behind })}</button>}
    </div>
  );
}
