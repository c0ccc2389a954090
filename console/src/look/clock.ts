/**
 * The station's time. Every answer of the station carries it (the Date header, whole seconds), and a clock of this
 * computer that nobody can set
 * counts on from there: what the officer's computer takes for the time decides nothing.
 */

/** One reading: the station's time, and when on the page's own clock (monotonic) the question left and the answer came. */
export type Reading = { station: number; sent: number; got: number };

/** A second's worth is cut off from the header: the middle of it is the best guess. */
const cutOff = 500;
/** Answers slower than this tell nothing about the time. */
const slowest = 5_000;
/** Corrections below this are the measurement's own error: the time does not jump by them. */
const tolerance = 1_200;
/** From here on a computer's clock is told to be wrong, as a line's peers are. */
export const tellFrom = 10_000;

/** Counts the station's time on from what was read, by a clock that only runs. */
export class StationClock {
  /** Station's time less the running clock; null until the station was heard. */
  private offset: number | null = null;

  constructor(
    private readonly running: () => number,
    private readonly computer: () => number,
  ) {}

  get isKnown(): boolean {
    return this.offset !== null;
  }

  take({ station, sent, got }: Reading): void {
    if (!Number.isFinite(station) || got < sent || got - sent > slowest) return;
    const offset = station + cutOff - (sent + got) / 2;
    if (this.offset === null || Math.abs(offset - this.offset) > tolerance) this.offset = offset;
  }

  /** The station's time in milliseconds; this computer's, until the station was heard. */
  now(): number {
    return this.offset === null ? this.computer() : this.running() + this.offset;
  }

  /** How far this computer's clock stands ahead of the station's (behind: negative), in milliseconds. */
  computerAhead(): number {
    return this.offset === null ? 0 : this.computer() - this.now();
  }
}

/** How often the station's time is asked for, in milliseconds. */
const every = 60_000;
/** A file of the station's own that needs no session: any answer tells the time, a refusal too. */
const source = '/assets/parley.svg';

export const clock = new StationClock(
  () => performance.now(),
  () => Date.now(),
);

async function read(): Promise<void> {
  try {
    const sent = performance.now();
    const answer = await fetch(source, { method: 'HEAD', cache: 'no-store' });
    clock.take({ station: Date.parse(answer.headers.get('Date') ?? ''), sent, got: performance.now() });
  } catch {
    // The stale banner says that the station cannot be reached; the clock runs on.
  }
}

/** Begins to follow the station's time, for the life of the page. A computer that slept may have stopped the running clock too: it is read again then. */
export function followStationTime(): void {
  void read();
  setInterval(() => void read(), every);
  for (const back of ['visibilitychange', 'resume'])
    document.addEventListener(back, () => {
      if (document.visibilityState === 'visible') void read();
    });
  addEventListener('online', () => void read());
}
