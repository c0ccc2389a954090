import { sendAct } from '../api/acts';
import { api, placeOf, Refused, value } from '../api/client';
import { theLive } from '../api/live';
import type { Officer } from '../api/types';
import { stationNow } from '../look/now';
import { keep, keptFor, newKey, type Key } from './key';
import { Link } from './link';
import { partyOf } from './live';
import { Microphone, type Replaced } from './microphone';
import { forgetLeft, leftBehind, Recorder, save, type Recorded } from './recorder';
import { play } from './tones';
import type { CallLive, CallMember, CallSeat, CallSignal } from './types';
import { hearingOf, type Hearing } from './hearing';
import { bytesOf, hashOf, randomHex, wordsOf } from './words';

/** What a reload finds: which call this tab was in, and what it had bound itself by. */
const kept = 'parley-call';
type Kept = {
  line: string;
  call: string;
  joined: string;
  nonce: string;
  part: string;
  /** Who was muted must not be heard because a page was loaded anew. */
  muted: boolean;
  held: boolean;
};

const looks = 500;
/** Lets the station know that this console is still there, and asks for what no event told. */
const beats = 5_000;
/** Everybody hears this often that a call is recorded. */
const toneEvery = 15_000;

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
  /** What was recorded here last. */
  recorded: Recorded | null = null;
  /** The headset went, or is back: said until the officer looked. */
  replaced: Replaced | null = null;
  private recorder: Recorder | null = null;
  private startedHere: string | null = null;
  private endingRecording = false;
  private leaving = false;
  private tonedAt = 0;
  private ownVoice: MediaStream | null = null;
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
  private beginsOnRecord = false;
  private saidDeaf: string | null = null;
  version = 0;

  constructor(
    readonly line: string,
    readonly call: string,
    readonly officer: Officer,
    readonly part: string,
  ) {
    this.mic.onReplaced = (how) => void this.deviceReplaced(how);
  }

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
      this.muted = again?.muted ?? false;
      this.held = again?.held ?? false;
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
      this.keepPlace();
      this.timers = [setInterval(() => void this.look(), looks), setInterval(() => this.ask(), beats)];
      theLive().onCall = (line, call) => {
        if (line === this.line && call === this.call) this.ask();
      };
      await this.take(this.seat.call);
      this.ask(); // what was told between the answer and now
      if (key !== null) for (const link of this.links.values()) await link.begin(true);
      if (again !== null || (this.mic.problem !== null && this.part !== 'listener')) await this.state();
    } catch (e) {
      this.problem = e;
      this.close();
    }
    this.tell();
  }

  private keepPlace(): void {
    if (this.seat === null || this.ended) return;
    const mine: Kept = {
      line: this.line,
      call: this.call,
      joined: this.seat.joined,
      nonce: this.nonce,
      part: this.part,
      muted: this.muted,
      held: this.held,
    };
    sessionStorage.setItem(kept, JSON.stringify(mine));
  }

  /** Asks the station once more; what comes while it is asked is asked for after. */
  ask(): void {
    if (this.leaving) return;
    this.asks = true;
    this.asking ??= this.askAll().finally(() => {
      this.asking = null;
      if (this.asks && !this.ended) this.ask();
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
      if (known === undefined) {
        const link = this.linkTo(own, member);
        link.hear(!this.held);
        void link.hearBy(this.mic.speaker);
        this.links.set(member.joined, link);
      } else Object.assign(known.other, member);
      this.links
        .get(member.joined)
        ?.admit(own.admittedBy.includes(partyOf(member.joined)) && member.admittedBy.includes(partyOf(own.joined)));
    }
    for (const signal of view.signals) {
      if (signal.number <= this.last) continue;
      this.last = signal.number;
      await this.takeSignal(signal);
    }
    for (const link of this.links.values())
      if (own?.sealed === true && link.other.sealed && link.other.here && !link.isUp) await link.begin();
    await this.record(view);
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
    this.recorder?.take(this.voices());
    if ((this.view?.recording.running.length ?? 0) > 0 && performance.now() - this.tonedAt > toneEvery) {
      this.tonedAt = performance.now();
      play('recorded');
    }
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

  /** Another microphone. */
  async speakBy(device: string): Promise<void> {
    this.replaced = null;
    await this.mic.open(device);
    await this.useDevices();
  }

  async hearBy(device: string): Promise<void> {
    this.replaced = null;
    await this.mic.playBy(device);
    await this.useDevices();
  }

  private async useDevices(): Promise<void> {
    for (const link of this.links.values()) {
      await link.speakBy(this.mic.track);
      await link.hearBy(this.mic.speaker);
    }
    await this.state();
  }

  /** The headset went, and the call goes on by what there is; or it is back, and is used again. */
  private async deviceReplaced(how: Replaced): Promise<void> {
    if (this.ended || this.seat === null) return;
    this.replaced = how;
    await this.useDevices();
    play(how);
    this.note(how === 'away' ? 'device away' : 'device back');
  }

  /** Lets somebody be heard by this party's officers, or not any more. CALL-15 */
  async admit(joined: string, out: boolean): Promise<void> {
    await sendAct(
      this.line,
      { kind: 'call.admitted', body: out ? { joined, out } : { joined }, re: [this.call] },
      this.officer,
    );
    this.ask();
  }

  /** Consents to a recording, or takes that back. CALL-16 */
  async consent(consents: boolean): Promise<void> {
    const kind = consents ? 'call.recording_consented' : 'call.recording_refused';
    await sendAct(this.line, { kind, body: {}, re: [this.call] }, this.officer);
    this.ask();
  }

  private runningOf(view: CallLive) {
    return view.recording.running.find(
      (one) =>
        partyOf(one.started) === partyOf(this.seat?.joined ?? '') &&
        view.members.find((member) => member.joined === one.joined)?.by.name === this.officer.name,
    );
  }

  /** True where the record says that this officer's console records. */
  get runningHere(): boolean {
    return this.view !== null && this.runningOf(this.view) !== undefined;
  }

  get isRecording(): boolean {
    return this.recorder !== null;
  }

  async startRecording(): Promise<void> {
    if (this.seat === null || this.recorder !== null) return;
    const body = { joined: this.seat.joined };
    const { id } = await sendAct(this.line, { kind: 'call.recording_started', body, re: [this.call] }, this.officer);
    this.startedHere = id;
    this.ask();
  }

  /** Records while the record says that it does and every party consents, and not a moment longer. CALL-16 */
  private async record(view: CallLive): Promise<void> {
    const mine = this.runningOf(view);
    const may = view.recording.missing.length === 0;
    if (mine !== undefined && mine.started === this.startedHere && may && this.recorder === null) {
      if (this.endingRecording) return;
      this.recorder = new Recorder(stationNow(), () => void this.endRecording());
      this.recorder.take(this.voices());
    } else if (this.recorder !== null && (mine === undefined || !may)) await this.endRecording();
    // A page before this one recorded: what it had until then is what there is.
    else if (mine !== undefined && this.recorder === null && this.startedHere === null) {
      this.startedHere = mine.started;
      await this.tellRecorded(await leftBehind(Date.parse(mine.at), stationNow()));
    } else if (mine !== undefined && mine.started === this.startedHere && !may && this.recorder === null)
      await this.tellRecorded(null); // the consent was taken back before it began
  }

  async endRecording(): Promise<void> {
    if (this.endingRecording) return;
    const recorder = this.recorder;
    if (recorder === null) {
      // It was recorded, and could not be told before.
      if (this.runningHere) await this.tellRecorded(this.recorded);
      return;
    }
    this.endingRecording = true;
    this.recorder = null;
    await this.tellRecorded(await recorder.stop(stationNow()));
  }

  private async tellRecorded(recorded: Recorded | null): Promise<void> {
    this.endingRecording = true;
    this.startedHere = ''; // what the station answered before this is no reason to begin again
    if (recorded !== null && recorded !== this.recorded) save(recorded);
    this.recorded = recorded;
    const body =
      recorded === null
        ? {}
        : {
            from: new Date(recorded.from).toISOString(),
            until: new Date(Math.max(recorded.from, recorded.until)).toISOString(),
            recordingHash: recorded.hash,
            bytes: recorded.file.size,
            mediaType: recorded.file.type,
          };
    try {
      await sendAct(this.line, { kind: 'call.recording_ended', body, re: [this.call] }, this.officer);
      forgetLeft();
    } catch (e) {
      this.problem = e;
    } finally {
      this.endingRecording = false;
      this.ask();
      this.tell();
    }
  }

  /** What is heard and said just now; on hold, nothing. */
  private voices(): ReadonlyMap<string, MediaStream> {
    const voices = new Map<string, MediaStream>();
    if (this.held) return voices;
    for (const [joined, link] of this.links) if (link.stream !== null) voices.set(joined, link.stream);
    if (this.mic.track === null) this.ownVoice = null;
    else if (this.ownVoice?.getAudioTracks()[0] !== this.mic.track) this.ownVoice = new MediaStream([this.mic.track]);
    if (this.ownVoice !== null) voices.set('own', this.ownVoice);
    return voices;
  }

  private async state(): Promise<void> {
    this.mic.speak(this.speaks);
    for (const link of this.links.values()) link.hear(!this.held);
    this.saidDeaf = this.mic.problem;
    this.keepPlace();
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
    void this.endRecording();
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
