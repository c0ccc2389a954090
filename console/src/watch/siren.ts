import { useEffect, useState } from 'react';

/** Two tones, twice a second, made by the browser itself: a sound file could fail to load when it is wanted. */
export class Siren {
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private wanted = false;

  /** True when it can be heard; browsers allow no sound before the page was touched once. */
  async start(): Promise<boolean> {
    this.wanted = true;
    try {
      this.context ??= new AudioContext();
      if (this.context.state === 'suspended')
        await Promise.race([this.context.resume(), new Promise((resolve) => setTimeout(resolve, 200))]);
      if (!this.wanted) return true; // it was taken down while the browser made up its mind
      if (this.timer === null) {
        this.beep();
        this.timer = setInterval(() => this.beep(), 1500);
      }
      return this.context.state === 'running';
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

  private beep(): void {
    const context = this.context;
    if (context === null || context.state !== 'running') return;
    for (const [i, frequency] of [880, 660].entries()) {
      const tone = context.createOscillator();
      const loudness = context.createGain();
      const from = context.currentTime + i * 0.25;
      tone.frequency.value = frequency;
      loudness.gain.setValueAtTime(0.0001, from);
      loudness.gain.exponentialRampToValueAtTime(0.25, from + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, from + 0.22);
      tone.connect(loudness).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.24);
    }
  }
}

const siren = new Siren();

/** Sounds while `ring`; true where the browser lets nothing be heard yet. */
export function useSiren(ring: boolean): boolean {
  const [blocked, setBlocked] = useState(false);
  useEffect(() => {
    if (!ring) {
      siren.stop();
      return undefined;
    }
    const start = (): void => void siren.start().then((sounds) => setBlocked(!sounds));
    start();
    addEventListener('pointerdown', start);
    addEventListener('keydown', start);
    return () => {
      removeEventListener('pointerdown', start);
      removeEventListener('keydown', start);
      siren.stop();
    };
  }, [ring]);
  return blocked;
}
