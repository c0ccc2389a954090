/** Louder than this, somebody speaks. */
const loud = 0.02;

/** How the voice is taken: the browser cancels echo and noise. */
const taken: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export type Device = { id: string; label: string };

/** The officer's microphone: which it really is, how loud it is, and what came of it when it went. */
export class Microphone {
  track: MediaStreamTrack | null = null;
  /** Why there is none: `denied`, `none`, `lost`; null where there is one. */
  problem: 'denied' | 'none' | 'lost' | null = null;
  level = 0;
  microphones: Device[] = [];
  speakers: Device[] = [];
  private wanted: string | null = null;
  private meter: AnalyserNode | null = null;
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly changed: () => void) {}

  /** The name of the device that is used, as the browser tells it. */
  get label(): string {
    return this.track?.label ?? '';
  }

  async open(device: string | null = null): Promise<void> {
    this.wanted = device ?? this.wanted;
    const speaks = this.track?.enabled ?? true;
    this.stop();
    try {
      const wish = this.wanted === null ? taken : { ...taken, deviceId: { exact: this.wanted } };
      const stream = await navigator.mediaDevices.getUserMedia({ audio: wish });
      this.take(stream, speaks);
    } catch (e) {
      const name = e instanceof DOMException ? e.name : '';
      if (this.wanted !== null && name === 'OverconstrainedError') return this.fallBack(speaks);
      this.problem = name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'none';
    }
    await this.list();
    if (navigator.mediaDevices?.ondevicechange === null)
      navigator.mediaDevices.ondevicechange = () => void this.devicesChanged();
    this.changed();
  }

  /** The chosen one is gone: another speaks until it is back. */
  private async fallBack(speaks: boolean): Promise<void> {
    try {
      this.take(await navigator.mediaDevices.getUserMedia({ audio: taken }), speaks);
    } catch {
      this.problem = 'lost';
    }
    await this.list();
    this.changed();
  }

  /** Told when the device that is used changed by itself; the voice goes on by another. */
  onReplaced: (() => void) | null = null;

  private async devicesChanged(): Promise<void> {
    await this.list();
    const isBack =
      this.wanted !== null &&
      this.track?.getSettings().deviceId !== this.wanted &&
      this.microphones.some((one) => one.id === this.wanted);
    if (this.track === null || this.track.readyState === 'ended' || isBack) {
      await this.open();
      this.onReplaced?.();
    }
    this.changed();
  }

  private async list(): Promise<void> {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (kind: MediaDeviceKind): Device[] =>
      all.filter((one) => one.kind === kind).map((one) => ({ id: one.deviceId, label: one.label }));
    this.microphones = of('audioinput');
    this.speakers = of('audiooutput');
  }

  private take(stream: MediaStream, speaks: boolean): void {
    const [track] = stream.getAudioTracks();
    if (track === undefined) {
      this.problem = 'none';
      return;
    }
    this.problem = null;
    this.track = track;
    this.track.enabled = speaks;
    track.onended = () => void this.devicesChanged();
    // What is measured is what the microphone hears, also while it is muted: the officer is told that nobody hears it.
    this.context ??= new AudioContext();
    this.meter = this.context.createAnalyser();
    this.meter.fftSize = 1024;
    this.context.createMediaStreamSource(new MediaStream([track.clone()])).connect(this.meter);
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

  private stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.track?.stop();
    this.track = null;
  }

  close(): void {
    this.stop();
    void this.context?.close();
    this.context = null;
    if (navigator.mediaDevices !== undefined) navigator.mediaDevices.ondevicechange = null;
  }
}
