/** One server-sent event (WHATWG HTML §9.2). */
export type ServerEvent = { name: string; data: string; id: string | null };

/** Takes the bytes of an event stream in pieces of any size, and gives whole events. */
export class EventParser {
  private rest = '';
  private name = '';
  private data: string[] = [];
  private id: string | null = null;

  push(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    this.rest += piece;
    for (let end = this.rest.indexOf('\n'); end >= 0; end = this.rest.indexOf('\n')) {
      const line = this.rest.slice(0, end).replace(/\r$/, '');
      this.rest = this.rest.slice(end + 1);
      this.take(line, events);
    }
    return events;
  }

  private take(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (this.data.length > 0) events.push({ name: this.name === '' ? 'message' : this.name, data: this.data.join('\n'), id: this.id });
      this.name = '';
      this.data = [];
      this.id = null;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment: it only shows that the station lives
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.name = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id') this.id = value;
  }
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
 * Follows the station's events for as long as the page lives. It reads the stream itself instead of leaving that to EventSource,
 * since EventSource hides the signs of life, by which a dead connection is told from a quiet one.
 */
export function follow(path: string, lastEventId: () => number | null, listener: StreamListener): () => void {
  let stopped = false;
  let abort = new AbortController();
  let wake = (): void => {};
  let last = Date.now();

  async function once(): Promise<void> {
    abort = new AbortController();
    last = Date.now();
    const id = lastEventId();
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (id !== null) headers['Last-Event-ID'] = String(id);
    let watchdog = setTimeout(() => abort.abort(), silence);
    try {
      const answer = await fetch(path, { headers, signal: abort.signal, cache: 'no-store' });
      if (!answer.ok || answer.body === null) {
        listener.broken(`the station answered ${answer.status}`, answer.status);
        return;
      }
      listener.opened();
      const parser = new EventParser();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), silence);
        last = Date.now();
        listener.heard(last);
        for (const event of parser.push(value)) listener.event(event);
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
      await new Promise<void>(resolve => {
        wake = resolve;
        setTimeout(resolve, retry);
      });
      retry = Math.min(retry * 2, longestRetry);
    }
  }

  // A laptop that wakes, or a network that is back, is no reason to wait for the next try. Nor may what was heard before it slept pass for live: timers
  // slept with it, so that the clock is looked at.
  const nudge = (): void => {
    if (Date.now() - last > silence) abort.abort();
    wake();
  };
  // The network says that it is gone. Where the station is on this machine all the same, the next try shows it.
  const gone = (): void => abort.abort();
  const looking = setInterval(() => { if (Date.now() - last > silence) abort.abort(); }, lookEvery);
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
