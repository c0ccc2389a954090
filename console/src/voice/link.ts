import type { CallMember, CallSignal } from './types';
import type { Key } from './key';
import { keyIn } from './key';
import { bytesOf, hashOf, randomHex } from './words';
import { countedOf, nothingYet, watch, type Watched } from './hearing';

/** How a console says something to another member. */
export type Say = (kind: 'ready' | 'offer' | 'answer', session: string | null, sdp: string | null) => Promise<void>;

/** An offer that is not answered is made again. */
const again = 4_000;

/**
 * The connection of this console with one other member: made only with the key that stands in the other's joining, and
 * with no other address than the own station's. CALL-4
 */
export class Link {
  /** True where the other showed another key: nothing is heard then. */
  wrongKey = false;
  /** What the other side's joining was bound by, once it has told it. */
  nonce: string | null = null;
  /** True while each is admitted by the other's party: before that, nothing goes. CALL-15 */
  admitted = false;
  watched: Watched = nothingYet;
  private pc: RTCPeerConnection | null = null;
  private session: string | null = null;
  /** When it was begun last. Whoever waits for an offer gives it time. */
  private offeredAt: number;
  private readonly audio = new Audio();

  constructor(
    readonly own: CallMember,
    readonly other: CallMember,
    private readonly key: Key,
    private readonly servers: RTCIceServer[],
    private readonly say: Say,
    private track: MediaStreamTrack | null,
    private readonly changed: () => void,
  ) {
    this.audio.autoplay = true;
    this.offeredAt = this.offers ? -again : performance.now();
  }

  /** Whoever joined later makes the offer: it is there first with everything that is needed. */
  get offers(): boolean {
    return this.own.at === this.other.at ? this.own.joined > this.other.joined : this.own.at > this.other.at;
  }

  /** Both joinings are sealed, and the other is here: begins, or begins anew. */
  async begin(force = false): Promise<void> {
    const now = performance.now();
    if (this.wrongKey || !this.admitted || (!force && (this.isUp || now - this.offeredAt < again))) return;
    this.offeredAt = now;
    if (!this.offers) {
      await this.say('ready', null, null); // it may have been told before this page was there
      return;
    }
    if (this.pc?.signalingState === 'have-local-offer') {
      // The same again: on a busy machine the answer to it is on its way, and would be none to another offer.
      await this.say('offer', this.session, this.pc.localDescription?.sdp ?? null);
      return;
    }
    const pc = this.fresh(randomHex(8));
    pc.addTransceiver(this.track ?? 'audio', { direction: this.track === null ? 'recvonly' : 'sendrecv' });
    await pc.setLocalDescription(await pc.createOffer());
    await this.say('offer', this.session, pc.localDescription?.sdp ?? null);
  }

  /** What a party's officers say of the other: with whom they do not admit, nothing is spoken any more. */
  admit(admitted: boolean): void {
    if (this.admitted && !admitted) this.close();
    this.admitted = admitted;
  }

  get isUp(): boolean {
    return this.pc?.connectionState === 'connected' || this.pc?.connectionState === 'connecting';
  }

  /** What the other said. */
  async take(signal: CallSignal): Promise<void> {
    if (signal.nonce !== null && (await hashOf(bytesOf(signal.nonce))) === this.other.commitment)
      this.nonce = signal.nonce;
    switch (signal.kind) {
      case 'ready':
        if (this.offers) await this.begin(true);
        break;
      case 'bye':
        this.close();
        break;
      case 'offer':
        if (this.offers || signal.sdp === null || this.isWrong(signal.sdp)) break;
        await this.answer(signal.session, signal.sdp);
        break;
      case 'answer':
        if (signal.sdp === null || signal.session !== this.session || this.isWrong(signal.sdp)) break;
        if (this.pc?.signalingState === 'have-local-offer') {
          this.offeredAt = performance.now(); // it has its time from here on, however long the answer was on its way
          await this.pc.setRemoteDescription({ type: 'answer', sdp: signal.sdp });
        }
        break;
    }
    this.changed();
  }

  private async answer(session: string | null, sdp: string): Promise<void> {
    this.offeredAt = performance.now(); // what is on its way is not asked for anew
    if (session !== null && session === this.session && this.pc?.localDescription?.type === 'answer') {
      await this.say('answer', session, this.pc.localDescription.sdp);
      return;
    }
    const pc = this.fresh(session);
    await pc.setRemoteDescription({ type: 'offer', sdp });
    const [transceiver] = pc.getTransceivers();
    if (transceiver !== undefined && this.track !== null) {
      transceiver.direction = 'sendrecv';
      await transceiver.sender.replaceTrack(this.track);
    }
    await pc.setLocalDescription(await pc.createAnswer());
    await this.say('answer', session, pc.localDescription?.sdp ?? null);
  }

  /** The key is looked at here too: a station in between must not choose it. */
  private isWrong(sdp: string): boolean {
    this.wrongKey = keyIn(sdp) !== this.other.fingerprint;
    if (this.wrongKey) this.close();
    return this.wrongKey;
  }

  private fresh(session: string | null): RTCPeerConnection {
    this.close();
    this.session = session;
    this.watched = nothingYet;
    const pc = new RTCPeerConnection({
      certificates: [this.key.certificate],
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      iceServers: this.servers,
    });
    pc.ontrack = ({ track }) => {
      this.audio.srcObject = new MediaStream([track]);
      void this.audio.play().catch(() => {}); // before the page was touched; it is by then
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'failed') this.offeredAt = -again;
      this.changed();
    };
    this.pc = pc;
    return pc;
  }

  /** Speaks by another microphone, or by none. */
  async speakBy(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    for (const { sender } of this.pc?.getTransceivers() ?? []) await sender.replaceTrack(track);
  }

  /** Is heard, or is not for as long as the call is on hold. */
  hear(on: boolean): void {
    this.audio.muted = !on;
  }

  async hearBy(speaker: string): Promise<void> {
    if (this.audio.sinkId !== speaker) await this.audio.setSinkId(speaker).catch(() => {}); // it went meanwhile
  }

  async look(): Promise<void> {
    if (this.pc === null) return;
    this.watched = watch(this.watched, await countedOf(this.pc, performance.now()));
  }

  /** For who measures what comes. */
  get stream(): MediaStream | null {
    return this.audio.srcObject as MediaStream | null;
  }

  close(): void {
    this.pc?.close();
    this.pc = null;
    this.session = null;
  }
}
