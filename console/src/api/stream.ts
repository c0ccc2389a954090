import { createParser } from 'eventsource-parser';
import { secretHeader } from './secret';

/** One server-sent event (WHATWG HTML §9.2). */
export type ServerEvent = { name: string; data: string; id: string | null };

/** Takes an event stream in pieces of any size, and gives whole events. */
export function readerOf(take: (event: ServerEvent) => void): (piece: string) => void {
  const parser = createParser({
    onEvent: ({ event, data, id }) => take({ name: event ?? 'message', data, id: id ?? null }),
  });
  return (piece) => parser.feed(piece);
}

export type StreamListener = {
  /** The station answered: what follows is live. */
  opened(): void;
  /** Something came, if only a sign of life. */
  heard(at: number): void;
  event(event: ServerEvent): void;
  /** The stream broke; it is tried again by itself. */
  broken(why: string, status: number | null): void;
};

/** The station sends a comment in every quiet 15 s: twice that without a byte is a dead connection (RFC 6202 §5.5). */
const silence = 31_000;
const lookEvery = 5_000;
const firstRetry = 500;
const longestRetry = 5_000;

/**
 * Follows the station's events for as long as the page lives. It reads the stream itself instead of leaving that to
 * EventSource,
 * which hides the signs of life, by which a dead connection is told from a quiet one, and brings no header of ours.
 */
export function follow(path: () => string, lastEventId: () => number | null, listener: StreamListener): () => void {
  let stopped = false;
  let abort = new AbortController();
  let wake = (): void => {};
  let last = Date.now();

  async function once(): Promise<void> {
    abort = new AbortController();
    last = Date.now();
    const id = lastEventId();
    const headers: Record<string, string> = { Accept: 'text/event-stream', ...secretHeader() };
    if (id !== null) headers['Last-Event-ID'] = String(id);
    let watchdog = setTimeout(() => abort.abort(), silence);
    try {
      const answer = await fetch(path(), { headers, signal: abort.signal, cache: 'no-store' });
      if (!answer.ok || answer.body === null) {
        listener.broken(`the station answered ${answer.status}`, answer.status);
        return;
      }
      listener.opened();
      const read = readerOf(listener.event);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), silence);
        last = Date.now();
        listener.heard(last);
        read(value);
      }
      listener.broken('the station ended the stream', null);
    } catch (e) {
      if (!stopped) listener.broken(String(e), null);
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function run(): Promise<void> {
    let retry = firstRetry;
    while (!stopped) {
      const began = Date.now();
      await once();
      if (stopped) return;
      if (Date.now() - began > 2 * longestRetry) retry = firstRetry;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, retry);
      });
      retry = Math.min(retry * 2, longestRetry);
    }
  }

  // A laptop that wakes, or a network that is back, is no reason to wait for the next try. Nor may what was heard
  // before it slept pass for live: timers
  // slept with it, so that the clock is looked at.
  const nudge = (): void => {
    if (Date.now() - last > silence) abort.abort();
    wake();
  };
  // The network says that it is gone. Where the station is on this machine all the same, the next try shows it.
  const gone = (): void => abort.abort();
  const looking = setInterval(() => {
    if (Date.now() - last > silence) abort.abort();
  }, lookEvery);
  addEventListener('online', nudge);
  addEventListener('offline', gone);
  document.addEventListener('visibilitychange', nudge);
  document.addEventListener('resume', nudge);
  void run();
  return () => {
    stopped = true;
    abort.abort();
    wake();
    clearInterval(looking);
    removeEventListener('online', nudge);
    removeEventListener('offline', gone);
    document.removeEventListener('visibilitychange', nudge);
    document.removeEventListener('resume', nudge);
  };
}
