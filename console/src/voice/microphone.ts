import { devicesOf, wantDevice, wantedDevice, type Device } from './devices';

/** Louder than this, somebody speaks. */
const loud = 0.02;

/** How the voice is taken: the browser cancels echo and noise. */
const taken: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Of a headset: it went and another device took its place, or it is back. */
export type Replaced = 'away' | 'back';

/** The officer's microphone and what they hear by: which these really are, how loud it is, and what came of it when it went. */
export class Microphone {
  track: MediaStreamTrack | null = null;
  /** Why there is none: `denied`, `none`, `lost`; null where there is one. */
  problem: 'denied' | 'none' | 'lost' | null = null;
  level = 0;
  microphones: Device[] = [];
  speakers: Device[] = [];
  /** The device that plays; empty for the computer's own. */
  speaker = '';
  private wanted = wantedDevice('microphone');
  private wantedSpeaker = wantedDevice('speaker') ?? '';
  private measured: MediaStreamTrack | null = null;
  private meter: AnalyserNode | null = null;
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private closed = false;

  constructor(private readonly changed: () => void) {}

  /** Told when the device that is used changed by itself; the voice goes on by another. */
  onReplaced: ((how: Replaced) => void) | null = null;

  /** The device that is really used; empty where there is none. */
  get device(): string {
    return this.track?.getSettings().deviceId ?? '';
  }

  /** True where another device speaks than the one that was chosen. */
  get isOther(): boolean {
    return this.wanted !== null && this.track !== null && this.device !== this.wanted;
  }

  async open(device: string | null = null): Promise<void> {
    if (device !== null) {
      wantDevice('microphone', device);
      this.wanted = device === '' ? null : device;
    }
    const speaks = this.track?.enabled ?? true;
    this.stop();
    await this.take(this.wanted, speaks);
    // The chosen one is gone: another speaks until it is back.
    if (this.track === null && this.wanted !== null && this.problem !== 'denied') {
      await this.take(null, speaks);
      if (this.track === null) this.problem = 'lost';
    }
    if (this.closed) return this.stop(); // the call was left while the browser asked
    await this.list();
    if (navigator.mediaDevices !== undefined) navigator.mediaDevices.ondevicechange = () => void this.devicesChanged();
    this.changed();
  }

  /** Plays by another device from now on. */
  async playBy(device: string): Promise<void> {
    wantDevice('speaker', device);
    this.wantedSpeaker = device;
    await this.list();
    this.changed();
  }

  private async devicesChanged(): Promise<void> {
    if (this.closed) return;
    const [device, speaker] = [this.device, this.speaker];
    await this.list();
    const has = (id: string): boolean => this.microphones.some((one) => one.id === id);
    const isGone = this.track === null || this.track.readyState === 'ended' || (device !== '' && !has(device));
    const isBack = this.isOther && has(this.wanted ?? '');
    if (isGone || isBack) await this.open();
    if (this.device !== device || this.speaker !== speaker)
      this.onReplaced?.(this.isOther || this.speaker !== this.wantedSpeaker || this.track === null ? 'away' : 'back');
    this.changed();
  }

  private async list(): Promise<void> {
    [this.microphones, this.speakers] = await Promise.all([devicesOf('microphone'), devicesOf('speaker')]);
    this.speaker = this.speakers.some((one) => one.id === this.wantedSpeaker) ? this.wantedSpeaker : '';
  }

  private async take(device: string | null, speaks: boolean): Promise<void> {
    try {
      const wish = device === null ? taken : { ...taken, deviceId: { exact: device } };
      const [track] = (await navigator.mediaDevices.getUserMedia({ audio: wish })).getAudioTracks();
      if (track === undefined) {
        this.problem = 'none';
        return;
      }
      this.problem = null;
      this.track = track;
      track.enabled = speaks;
      track.onended = () => void this.devicesChanged();
      this.measure(track);
    } catch (e) {
      const name = e instanceof DOMException ? e.name : '';
      this.problem = name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'none';
    }
  }

  /** What is measured is what the microphone hears, also while it is muted: the officer is told that nobody hears it. */
  private measure(track: MediaStreamTrack): void {
    this.context ??= new AudioContext();
    this.meter = this.context.createAnalyser();
    this.meter.fftSize = 1024;
    this.measured = track.clone();
    this.measured.enabled = true;
    this.context.createMediaStreamSource(new MediaStream([this.measured])).connect(this.meter);
    const samples = new Float32Array(this.meter.fftSize);
    this.timer = setInterval(() => {
      this.meter?.getFloatTimeDomainData(samples);
      this.level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    }, 100);
  }

  /** True while somebody speaks into it. */
  get isSpokenTo(): boolean {
    return this.level > loud;
  }

  speak(on: boolean): void {
    if (this.track !== null) this.track.enabled = on;
  }

  /** Lets the device go, all of it: what the computer shows as listening must be what is said here. */
  private stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.level = 0;
    if (this.track !== null) this.track.onended = null;
    this.track?.stop();
    this.measured?.stop();
    this.track = this.measured = null;
  }

  close(): void {
    this.closed = true;
    this.stop();
    void this.context?.close();
    this.context = null;
    if (navigator.mediaDevices !== undefined) navigator.mediaDevices.ondevicechange = null;
  }
}
