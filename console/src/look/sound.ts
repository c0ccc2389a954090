import { useEffect, useState, useSyncExternalStore } from 'react';

/** What is meant, or what is only played. */
export type Tone = 'actual' | 'exercise';

/** What is meant: a falling pair, high and pressing. What is played: one low, soft note with long pauses. In hertz and milliseconds. */
const tones: Readonly<Record<Tone, { notes: readonly number[]; loudness: number; every: number }>> = {
  actual: { notes: [880, 660], loudness: 0.25, every: 1_500 },
  exercise: { notes: [330], loudness: 0.12, every: 4_000 },
};

/** Tones made by the browser itself: a sound file could fail to load when it is wanted. */
export class Siren {
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private wanted = false;
  private tone: Tone = 'actual';

  /** True when it can be heard; browsers allow no sound before the page was touched once. */
  async start(tone: Tone): Promise<boolean> {
    this.wanted = true;
    if (this.timer !== null && this.tone !== tone) {
      clearInterval(this.timer);
      this.timer = null;
    }
    this.tone = tone;
    try {
      await this.wake();
      if (!this.wanted) return true; // it was taken down while the browser made up its mind
      if (this.timer === null) {
        this.beep();
        this.timer = setInterval(() => this.beep(), tones[this.tone].every);
      }
      return this.context?.state === 'running';
    } catch {
      return false;
    }
  }

  stop(): void {
    this.wanted = false;
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    void this.context?.suspend(); // what was begun of a tone ends too, and the sound device is free
  }

  /** True where the browser lets this page be heard from now on. It is asked for when the page is touched: at the sign-in, at the latest. */
  async arm(): Promise<boolean> {
    try {
      await this.wake();
      const may = this.context?.state === 'running';
      if (!this.wanted) void this.context?.suspend();
      return may;
    } catch {
      return false;
    }
  }

  /** One pair of tones, to hear that they are heard. */
  async test(): Promise<boolean> {
    try {
      await this.wake();
      if (!this.wanted) this.tone = 'actual'; // what is tried out is what must never be missed
      this.beep();
      if (!this.wanted) setTimeout(() => this.wanted || void this.context?.suspend(), 700);
      return this.context?.state === 'running';
    } catch {
      return false;
    }
  }

  private async wake(): Promise<void> {
    this.context ??= new AudioContext();
    if (this.context.state === 'suspended')
      await Promise.race([this.context.resume(), new Promise((resolve) => setTimeout(resolve, 200))]);
  }

  private beep(): void {
    const context = this.context;
    if (context === null || context.state !== 'running') return;
    const { notes, loudness: most } = tones[this.tone];
    for (const [i, frequency] of notes.entries()) {
      const tone = context.createOscillator();
      const loudness = context.createGain();
      const from = context.currentTime + i * 0.25;
      tone.frequency.value = frequency;
      loudness.gain.setValueAtTime(0.0001, from);
      loudness.gain.exponentialRampToValueAtTime(most, from + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, from + 0.22);
      tone.connect(loudness).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.24);
    }
  }
}

/** A mute ends by itself: whoever sits down next must not sit at a deaf desk. */
export const muteFor = 600_000;
/** Silence of one alarm. It is sound alone: the alarm stands, and nothing of it is acknowledged. */
export const silenceFor = 60_000;

/** Whether this page can be heard, and until when it may not be. It lives as long as the page: a mute outlives no reload and no session. */
export type Sound = {
  armed: boolean;
  mutedUntil: number;
  silenced: ReadonlyMap<string, number>;
  /** What is only played makes no sound here. */
  playedMuted: boolean;
};
let sound: Sound = { armed: false, mutedUntil: 0, silenced: new Map(), playedMuted: false };
const listeners = new Set<() => void>();
const siren = new Siren();
const set = (part: Partial<Sound>): void => {
  sound = { ...sound, ...part };
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const isArmed = (): boolean => sound.armed;
/** Told whenever that changes, and sometimes when it does not. */
export const onArmed = subscribe;

export const useSound = (): Sound =>
  useSyncExternalStore(
    subscribe,
    () => sound,
    () => sound,
  );

/** By the page's own running clock, in milliseconds: no clock that is set ends a mute early or late. */
export const runningNow = (): number => performance.now();

export const mute = (): void => set({ mutedUntil: runningNow() + muteFor });
/** Ends the mute, and every silence with it: also where a session begins or ends. */
export const unmute = (): void => set({ mutedUntil: 0, silenced: new Map(), playedMuted: false });
export const mutePlayed = (playedMuted: boolean): void => set({ playedMuted });
export function silence(what: string): void {
  const now = runningNow();
  const still = [...sound.silenced].filter(([, until]) => until > now);
  set({ silenced: new Map([...still, [what, now + silenceFor]]) });
}
export async function arm(): Promise<void> {
  set({ armed: await siren.arm() });
}
export async function testTone(): Promise<void> {
  set({ armed: await siren.test() });
}

/** Tells of each touch of the page as it ends: what changes by it must not move what is pressed from under the pointer. */
function onTouch(touched: () => void): () => void {
  addEventListener('pointerup', touched);
  addEventListener('keydown', touched);
  return () => {
    removeEventListener('pointerup', touched);
    removeEventListener('keydown', touched);
  };
}

/** Arms the sound at the first touch of the page, whatever is touched; a browser allows none before. */
export function useArmed(): void {
  useEffect(() => {
    if (sound.armed) return undefined;
    void arm();
    const untouched = onTouch(() => void arm());
    const done = subscribe(() => {
      if (sound.armed) end();
    });
    const end = (): void => {
      untouched();
      done();
    };
    return end;
  }, []);
}

/** Sounds while there is something to be heard; true where the browser lets nothing be heard yet. */
export function useSiren(tone: Tone | null): boolean {
  const [blocked, setBlocked] = useState(false);
  useEffect(() => {
    if (tone === null) {
      siren.stop();
      return undefined;
    }
    const start = (): void =>
      void siren.start(tone).then((heard) => {
        setBlocked(!heard);
        if (heard !== sound.armed) set({ armed: heard });
      });
    start();
    const untouched = onTouch(start);
    return () => {
      untouched();
      siren.stop();
    };
  }, [tone]);
  return blocked;
}
