import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { isArmed, onArmed } from '../look/sound';
import { api } from './client';
import { follow, type ServerEvent } from './stream';
import { pagesOf, readTail } from './tail';
import type { AlarmView, EntryView } from './types';

/** Entries of one line that the watch screen keeps at hand; the record screen pages through all of them. */
const kept = 600;

/** The name that this page follows the events by. */
const page = [...crypto.getRandomValues(new Uint8Array(8))].map((one) => one.toString(16).padStart(2, '0')).join('');

export type Connection = {
  /** `live` only while events come: everything else on the screen is as old as `heard`. */
  state: 'connecting' | 'live' | 'broken';
  /** When the station was last heard from, by this computer's clock. */
  heard: number | null;
  brokenSince: number | null;
  /** HTTP status of the refusal, where the station answered. */
  status: number | null;
};

type Tail = { entries: EntryView[]; loaded: boolean };
const nothing: Tail = { entries: [], loaded: false };

/**
 * What the station tells by itself: one for the page, and the only owner of the event stream. Entries are kept once, by
 * id, in order
 * of arrival; a reconnect goes on after the last arrival, so that nothing is missed or shown twice.
 */
export class Live {
  connection: Connection = { state: 'connecting', heard: null, brokenSince: null, status: null };
  private readonly tails = new Map<string, Tail>();
  private readonly sealed = new Map<string, number>();
  private readonly subscribers = new Set<() => void>();
  private last: number | null = null;
  private stop: (() => void) | null = null;
  private told = false;
  private readonly stale = new Set<string>();
  private readonly alarmListeners = new Set<(alarm: AlarmView) => void>();
  /** Told that a call is to be asked for again; of the page's one call. */
  onCall: ((line: string, call: string) => void) | null = null;
  private saidArmed = false;
  private readonly entryListeners = new Set<(entry: EntryView) => void>();

  constructor(private readonly queries: QueryClient) {}

  /** Reads the newest entries of these lines, then follows from the newest of all. */
  async start(lines: string[]): Promise<void> {
    if (this.stop !== null) return;
    this.stop = () => {};
    const found = await Promise.all(
      lines.map(async (line) => ({ line, entries: await readTail(pagesOf(line), kept) })),
    );
    for (const { line, entries } of found) this.merge(line, entries, true);
    this.last = Math.max(0, ...found.map((tail) => tail.entries.at(-1)?.arrival ?? 0));
    let first = true;
    const asked = (): string => {
      this.saidArmed = isArmed();
      return `/api/v1/events?console=${page}&armed=${this.saidArmed}`;
    };
    onArmed(() => this.sayArmed());
    this.stop = follow(asked, () => this.last, {
      opened: () => {
        this.setConnection({ state: 'live', heard: Date.now(), brokenSince: null, status: null });
        this.sayArmed(); // it may have been armed while the stream was asked for
        void this.queries.invalidateQueries();
        // What came to one line between the reading of its end and that of another's is older than where the stream
        // begins.
        if (first) for (const { line } of found) void this.fill(line);
        first = false;
      },
      heard: (at) => {
        this.connection = { ...this.connection, heard: at };
      },
      event: (event) => this.take(event),
      broken: (_, status) => {
        this.setConnection({
          ...this.connection,
          state: 'broken',
          brokenSince: this.connection.brokenSince ?? Date.now(),
          status,
        });
        if (status === 401) void this.queries.invalidateQueries({ queryKey: ['session'] });
      },
    });
  }

  /** Tells the station whether this page can ring: peers are told that the watch is attended where one can. */
  private sayArmed(): void {
    const armed = isArmed();
    if (armed === this.saidArmed || this.connection.state !== 'live') return;
    this.saidArmed = armed;
    // Where no stream of this page is open just now, the next one says it.
    void api.POST('/api/v1/session/armed', { body: { console: page, armed } as never }).catch(() => {});
  }

  end(): void {
    this.stop?.();
  }

  tail(line: string): Tail {
    return this.tails.get(line) ?? nothing;
  }

  subscribe = (changed: () => void): (() => void) => {
    this.subscribers.add(changed);
    return () => this.subscribers.delete(changed);
  };

  onAlarm(listener: (alarm: AlarmView) => void): () => void {
    this.alarmListeners.add(listener);
    return () => this.alarmListeners.delete(listener);
  }

  /** Told of each entry that comes while the page is open, once. */
  onEntry(listener: (entry: EntryView) => void): () => void {
    this.entryListeners.add(listener);
    return () => this.entryListeners.delete(listener);
  }

  private async fill(line: string): Promise<void> {
    const read = pagesOf(line);
    let after = this.tail(line).entries.at(-1)?.arrival ?? 0;
    for (;;) {
      const page = await read({ after }, 500);
      this.merge(line, page.entries, true);
      if (page.next === null) return;
      after = page.next;
    }
  }

  private take(event: ServerEvent): void {
    if (event.name === 'reset') {
      void this.queries.invalidateQueries();
      return;
    }
    const data = JSON.parse(event.data) as { line?: string | null; feed?: string; size?: number };
    const line = data.line ?? '';
    switch (event.name) {
      case 'entry': {
        const entry = data as EntryView;
        this.last = Math.max(this.last ?? 0, entry.arrival);
        if (!this.tail(line).entries.some((one) => one.id === entry.id))
          for (const listener of this.entryListeners) listener(entry);
        this.merge(line, [entry], false);
        this.outdate('traffic', line);
        this.outdate('status', line);
        this.outdate('receipts', line);
        this.outdate('entry', line);
        // A step that leaves its item in the state that it has tells no other event: a second side's log of a call, for
        // one.
        this.outdate('item', line);
        this.outdate('chronology', line);
        if (entry.kind.startsWith('call.')) this.outdate('calls', line);
        break;
      }
      case 'sealed':
        this.seal(line, data.feed ?? '', data.size ?? 0);
        this.outdate('status', line);
        this.outdate('receipts', line);
        this.outdate('entry', line);
        break;
      case 'traffic':
        for (const what of ['traffic', 'chronology', 'item', 'watch', 'proposals', 'blind']) this.outdate(what, line);
        if ((data as { family?: string | null }).family === 'call') this.outdate('calls', line);
        break;
      case 'call':
        this.onCall?.(line, (data as { call?: string }).call ?? '');
        this.outdate('calls', line);
        break;
      case 'blind':
        this.outdate('blind', line);
        break;
      case 'alarm':
        for (const listener of this.alarmListeners) listener(data as AlarmView);
        this.outdate('alarms', '');
        this.outdate('traffic', line);
        break;
      case 'refused':
        this.outdate('refusals', '');
        break;
      case 'fork':
        this.outdate('forks', line);
        this.outdate('status', line);
        break;
      default:
        this.outdate('status', line);
    }
  }

  private merge(line: string, more: EntryView[], whole: boolean): void {
    const tail = this.tail(line);
    const known = new Set(tail.entries.map((entry) => entry.id));
    const fresh = more.filter((entry) => !known.has(entry.id)).map((entry) => this.withSeal(entry));
    if (fresh.length === 0 && (tail.loaded || !whole)) return;
    const entries = [...tail.entries, ...fresh].sort((a, b) => a.arrival - b.arrival).slice(-kept);
    this.tails.set(line, { entries, loaded: tail.loaded || whole });
    this.changed();
  }

  private seal(line: string, feed: string, size: number): void {
    const key = `${line} ${feed}`;
    if ((this.sealed.get(key) ?? 0) >= size) return;
    this.sealed.set(key, size);
    const tail = this.tails.get(line);
    if (tail === undefined) return;
    this.tails.set(line, { ...tail, entries: tail.entries.map((entry) => this.withSeal(entry)) });
    this.changed();
  }

  private withSeal(entry: EntryView): EntryView {
    if (entry.sealed) return entry;
    const slash = entry.id.lastIndexOf('/');
    const size = this.sealed.get(`${entry.line} ${entry.id.slice(0, slash)}`) ?? 0;
    return Number(entry.id.slice(slash + 1)) < size ? { ...entry, sealed: true } : entry;
  }

  /** Asks again for what has changed, once for a burst of events. */
  private outdate(what: string, line: string): void {
    this.stale.add(line === '' ? what : `${what} ${line}`);
    if (this.stale.size > 1) return;
    setTimeout(() => {
      const keys = [...this.stale].map((key) => key.split(' '));
      this.stale.clear();
      for (const queryKey of keys) void this.queries.invalidateQueries({ queryKey });
    }, 120);
  }

  private setConnection(connection: Connection): void {
    this.connection = connection;
    this.changed();
  }

  private changed(): void {
    if (this.told) return;
    this.told = true;
    queueMicrotask(() => {
      this.told = false;
      for (const subscriber of this.subscribers) subscriber();
    });
  }
}

let live: Live | null = null;

export function provideLive(queries: QueryClient): Live {
  live ??= new Live(queries);
  return live;
}

export function theLive(): Live {
  if (live === null) throw new Error('provideLive comes first');
  return live;
}

export function useTail(line: string): Tail {
  const store = theLive();
  return useSyncExternalStore(store.subscribe, () => store.tail(line));
}

/** True while nothing on the screen is live: states are shown as what they were. */
export const useStale = (): boolean => useConnection().state !== 'live';

/** Changes when the state changes; `heard` is to be read with the clock's tick. */
export function useConnection(): Connection {
  const store = theLive();
  useSyncExternalStore(store.subscribe, () => store.connection.state);
  return store.connection;
}
