import { sendAct } from '../api/acts';
import { api, placeOf, Refused, value } from '../api/client';
import { theLive } from '../api/live';
import type { Officer } from '../api/types';
import { stationNow } from '../look/now';
import { keep, keptFor, newKey, type Key } from './key';
import { Link } from './link';
import { Microphone } from './microphone';
import type { CallLive, CallMember, CallSeat, CallSignal } from './types';
import { hearingOf, type Hearing } from './hearing';
import { bytesOf, hashOf, randomHex, wordsOf } from './words';

/** What a reload finds: which call this tab was in, and what it had bound itself by. */
const kept = 'parley-call';
type Kept = { line: string; call: string; joined: string; nonce: string; part: string };

const looks = 500;
/** Lets the station know that this console is still there, and asks for what no event told. */
const beats = 5_000;

/** Another member, as this console hears them. */
export type Heard = {
  member: CallMember;
  hearing: Hearing;
  since: number;
  level: number;
  link: Link;
  words: string[] | null;
};

/** The call that this page is in: one at a time. It owns the microphone, the keys and the connections. */
export class CallSession {
  view: CallLive | null = null;
  seat: CallSeat | null = null;
  problem: unknown = null;
  ended = false;
  held = false;
  muted = false;
  readonly mic = new Microphone(() => this.tell());
  private key: Key | null = null;
  private nonce = '';
  private last = 0;
  private readonly links = new Map<string, Link>();
  private readonly words = new Map<string, string[]>();
  private readonly hearings = new Map<string, { hearing: Hearing; since: number }>();
  private readonly listeners = new Set<() => void>();
  private timers: ReturnType<typeof setInterval>[] = [];
  private asking: Promise<void> | null = null;
  private asks = false;
  private leaving = false;
  private beginsOnRecord = false;
  private saidDeaf: string | null = null;
  version = 0;

  constructor(
    readonly line: string,
    readonly call: string,
    readonly officer: Officer,
    readonly part: string,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private tell = (): void => {
    this.version++;
    for (const listener of this.listeners) listener();
  };

  private get path() {
    return { line: this.line, ...placeOf(this.call) };
  }

  /** Joins: the microphone, the key, the joining on the record, and everybody who is there. */
  async start(again: Kept | null = null): Promise<void> {
    try {
      const listening = this.part === 'listener' ? Promise.resolve() : this.mic.open();
      const key = again === null ? null : await keptFor(again.joined);
      this.key = key ?? (await newKey());
      this.nonce = key === null || again === null ? randomHex(32) : again.nonce;
      const commitment = await hashOf(bytesOf(this.nonce));
      await listening;
      const body = {
        fingerprint: this.key.fingerprint,
        commitment,
        part: this.part,
        joined: key === null ? null : (again?.joined ?? null),
      };
      this.seat = await value<CallSeat>(
        api.POST('/api/v1/lines/{line}/calls/{party}/{seq}/join', {
          params: { path: this.path },
          body: body as never,
        }),
      );
      void keep(this.seat.joined, this.key);
      const mine: Kept = {
        line: this.line,
        call: this.call,
        joined: this.seat.joined,
        nonce: this.nonce,
        part: this.part,
      };
      sessionStorage.setItem(kept, JSON.stringify(mine));
      this.timers = [setInterval(() => void this.look(), looks), setInterval(() => this.ask(), beats)];
      theLive().onCall = (line, call) => {
        if (line === this.line && call === this.call) this.ask();
      };
      await this.take(this.seat.call);
      this.ask(); // what was told between the answer and now
      if (key !== null) for (const link of this.links.values()) await link.begin(true);
      if (this.mic.problem !== null && this.part !== 'listener') await this.state();
    } catch (e) {
      this.problem = e;
      this.close();
    }
    this.tell();
  }

  /** Asks the station once more; what comes while it is asked is asked for after. */
  ask(): void {
    if (this.leaving) return;
    this.asks = true;
    this.asking ??= this.askAll().finally(() => {
      this.asking = null;
    });
  }

  private async askAll(): Promise<void> {
    while (this.asks && !this.leaving && !this.ended && this.seat !== null) {
      this.asks = false;
      try {
        await this.take(
          await value<CallLive>(
            api.GET('/api/v1/lines/{line}/calls/{party}/{seq}', {
              params: { path: this.path, query: { seat: this.seat.seat, after: this.last } },
            }),
          ),
        );
      } catch (e) {
        if (!(e instanceof Refused)) return; // the station is away: the next beat asks again
        if (e.code === 'no-seat' && this.seat !== null && this.key !== null) await this.sitAgain(e);
        else if (e.code === 'no-call') this.over(e);
        return;
      }
    }
  }

  /** The station began anew and knows no seats, or another tab of this officer's has taken it. */
  private async sitAgain(why: Refused): Promise<void> {
    if (sessionStorage.getItem(kept) === null || this.seat === null) return this.over(why);
    try {
      this.seat = await value<CallSeat>(
        api.POST('/api/v1/lines/{line}/calls/{party}/{seq}/join', {
          params: { path: this.path },
          body: { joined: this.seat.joined } as never,
        }),
      );
      this.last = 0;
      for (const link of this.links.values()) link.close();
      await this.take(this.seat.call);
      for (const link of this.links.values()) await link.begin(true);
    } catch (e) {
      if (e instanceof Refused && e.code !== 'catching-up' && e.status !== 503) this.over(e);
    }
  }

  private async take(view: CallLive): Promise<void> {
    this.view = view;
    if (this.key === null || this.seat === null) return;
    const own = view.members.find((member) => member.joined === this.seat?.joined);
    for (const member of view.members) {
      if (own === undefined || member.joined === own.joined) continue;
      const known = this.links.get(member.joined);
      if (known === undefined) this.links.set(member.joined, this.linkTo(own, member));
      else Object.assign(known.other, member);
    }
    for (const signal of view.signals) {
      if (signal.number <= this.last) continue;
      this.last = signal.number;
      await this.takeSignal(signal);
    }
    for (const link of this.links.values())
      if (own?.sealed === true && link.other.sealed && link.other.here && !link.isUp) await link.begin();
    if (!['ringing', 'accepted', 'under way'].includes(view.state)) this.over(null);
    this.tell();
  }

  private async takeSignal(signal: CallSignal): Promise<void> {
    try {
      await this.links.get(signal.from)?.take(signal);
      await this.findWords(signal.from);
    } catch (e) {
      this.problem = e; // what the browser cannot take of one member is no reason to leave the others
    }
  }

  private linkTo(own: CallMember, other: CallMember): Link {
    const servers = (this.seat?.servers ?? []).map((server) => ({ ...server, urls: [...server.urls] }));
    return new Link(
      own,
      { ...other },
      this.key!,
      servers,
      async (kind, session, sdp) => {
        const seat = this.seat?.seat;
        if (seat === undefined) return;
        await value<CallLive>(
          api.POST('/api/v1/lines/{line}/calls/{party}/{seq}/signal', {
            params: { path: this.path },
            body: { seat, to: other.joined, kind, session, sdp, nonce: other.sealed ? this.nonce : null } as never,
          }),
        );
      },
      this.mic.track,
      this.tell,
    );
  }

  private async findWords(joined: string): Promise<void> {
    const link = this.links.get(joined);
    if (link === undefined || link.nonce === null || this.words.has(joined)) return;
    const { own, other } = link;
    this.words.set(
      joined,
      await wordsOf(this.line, this.call, { ...own, nonce: this.nonce }, { ...other, nonce: link.nonce }),
    );
    this.tell();
  }

  private async look(): Promise<void> {
    let heardAny = false;
    for (const [joined, link] of this.links) {
      await link.look();
      const now = performance.now();
      const hearing = hearingOf(link.watched, now, link.other, link.wrongKey);
      const before = this.hearings.get(joined);
      if (before?.hearing !== hearing) {
        this.hearings.set(joined, { hearing, since: now });
        if (hearing === 'no-packets' || hearing === 'undecryptable') this.note(hearing);
        else if (before?.hearing === 'no-packets' || before?.hearing === 'undecryptable') this.note('heard again');
        else if (before?.hearing === 'connecting') this.note('voice');
      }
      if (['heard', 'silent', 'muted', 'held'].includes(hearing)) heardAny = true;
    }
    if (heardAny) this.begin();
    this.tell();
  }

  /** On the record that voice was heard: by whoever joined first, once. */
  private begin(): void {
    if (this.beginsOnRecord || this.view?.state !== 'accepted' || this.seat === null) return;
    const [first] = this.view.members.filter((member) => member.here);
    if (first?.joined !== this.seat.joined || this.officer.seat === 'interpreter') return;
    this.beginsOnRecord = true;
    const participants = [...new Set(this.view.members.map((member) => member.by.name))];
    void sendAct(
      this.line,
      { kind: 'call.started', body: { at: new Date(stationNow()).toISOString(), participants }, re: [this.call] },
      this.officer,
    ).catch((e: unknown) => {
      this.problem = e;
      this.beginsOnRecord = e instanceof Refused;
    });
  }

  get others(): Heard[] {
    return [...this.links].map(([joined, link]) => ({
      member: link.other,
      hearing: this.hearings.get(joined)?.hearing ?? 'waiting',
      since: this.hearings.get(joined)?.since ?? performance.now(),
      level: link.watched.level,
      link,
      words: this.words.get(joined) ?? null,
    }));
  }

  /** True while what this officer says goes to somebody. */
  get speaks(): boolean {
    return !this.held && !this.muted && this.mic.track !== null;
  }

  async setMuted(muted: boolean): Promise<void> {
    this.muted = muted;
    await this.state();
  }

  async setHeld(held: boolean): Promise<void> {
    this.held = held;
    await this.state();
  }

  /** Another microphone, or the same after it came back. */
  async speakBy(device: string | null): Promise<void> {
    await this.mic.open(device);
    for (const link of this.links.values()) await link.speakBy(this.mic.track);
    await this.state();
  }

  async hearBy(device: string): Promise<void> {
    for (const link of this.links.values()) await link.hearBy(device);
  }

  private async state(): Promise<void> {
    this.mic.speak(this.speaks);
    for (const link of this.links.values()) link.hear(!this.held);
    this.saidDeaf = this.mic.problem;
    await this.post({ held: this.held, muted: this.muted || this.mic.track === null, deaf: this.saidDeaf });
    this.tell();
  }

  private note(what: string): void {
    void this.post({ what, deaf: this.saidDeaf });
  }

  private async post(body: Record<string, unknown>): Promise<void> {
    const seat = this.seat?.seat;
    if (seat === undefined) return;
    try {
      await value(
        api.POST('/api/v1/lines/{line}/calls/{party}/{seq}/state', {
          params: { path: this.path },
          body: { seat, ...body } as never,
        }),
      );
    } catch {
      // It is said again with the next change; the call itself does not wait for it.
    }
  }

  /** Says what came of the words; other words end the call. CALL-8 */
  async sayWords(joined: string, matched: boolean): Promise<void> {
    if (this.seat === null) return;
    await sendAct(
      this.line,
      {
        kind: matched ? 'call.words_matched' : 'call.words_differed',
        body: { own: this.seat.joined, other: joined },
        re: [this.call],
        ...(matched ? {} : { precedence: 'flash' as const }),
      },
      this.officer,
    );
    if (!matched) await this.leave();
  }

  async leave(): Promise<void> {
    // A place that is given up is not asked for any more: neither now nor when the others are told.
    this.leaving = true;
    await this.asking;
    try {
      await this.post({ leave: true });
    } catch (e) {
      this.leaving = false;
      throw e;
    }
    this.over(null);
  }

  private over(why: unknown): void {
    if (why !== null) this.problem = why;
    sessionStorage.removeItem(kept);
    this.close();
    this.tell();
  }

  private close(): void {
    this.ended = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const link of this.links.values()) link.close();
    this.mic.close();
    theLive().onCall = null;
  }
}

/** The call that this tab was in before it was loaded anew. */
export function before(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(kept) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}
