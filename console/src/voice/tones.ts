/** What officers must hear without looking, in hertz and milliseconds. */
const tones = {
  /** The headset went, and another speaks and plays. */
  away: [660, 440],
  /** It is back. */
  back: [440, 660],
  /** The call is recorded: the tone of the telephone recorders. */
  recorded: [1_400],
} as const;
const each = 180;

/** Plays a short tone where the browser lets it, to the page or into something that is recorded. */
export function play(what: keyof typeof tones, into?: { context: AudioContext; to: AudioNode }): void {
  try {
    const context = into?.context ?? new AudioContext();
    tones[what].forEach((hertz, i) => {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      const from = context.currentTime + (i * each) / 1_000;
      oscillator.frequency.value = hertz;
      gain.gain.setValueAtTime(0.0001, from);
      gain.gain.exponentialRampToValueAtTime(0.15, from + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, from + each / 1_000 - 0.01);
      oscillator.connect(gain).connect(into?.to ?? context.destination);
      oscillator.start(from);
      oscillator.stop(from + each / 1_000);
    });
    if (into === undefined) setTimeout(() => void context.close(), tones[what].length * each + 200);
  } catch {
    // Nothing can be played here; what it says stands on the screen too.
  }
}
