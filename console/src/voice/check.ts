/** What the check before a call found: the speaker comes back through the microphone, or does not. */
export type Found = 'echo' | 'clear' | 'denied' | 'none';

/** The test tone: in syllables, for what never pauses the browser takes for noise. */
const hertz = 1_000;
const beat = 0.25;
/** The canceller has so long to learn the room. */
const learns = 1_500;
const listens = 1_500;
const each = 50;
/** So much louder than the room, in decibels, it is heard; and so often of all looks it comes back. */
const louder = 15;
const often = 0.25;

/** True where the tone is in what the microphone took, and was not before. In decibels, each a look. */
export function isEcho(before: readonly number[], during: readonly number[]): boolean {
  const room = Math.max(-90, ...before);
  return during.length > 0 && during.filter((one) => one > room + louder).length / during.length > often;
}

/**
 * Plays a tone by the speaker and listens by the microphone, both as a call would use them: whatever the browser's canceller
 * leaves of it, the other side would hear of its own voice. A headset is the cure.
 */
export async function checkEcho(microphone: string, speaker: string): Promise<Found> {
  const taken: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: microphone === '' ? taken : { ...taken, deviceId: { exact: microphone } },
    });
  } catch (e) {
    return e instanceof DOMException && e.name === 'NotAllowedError' ? 'denied' : 'none';
  }
  const context = new AudioContext();
  const audio = new Audio();
  try {
    const meter = context.createAnalyser();
    meter.fftSize = 2_048;
    meter.smoothingTimeConstant = 0;
    context.createMediaStreamSource(stream).connect(meter);
    const before = await looks(meter, context.sampleRate, 500);
    const out = context.createMediaStreamDestination();
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = hertz;
    gain.gain.value = 0;
    for (let at = 0; at * 1_000 < learns + listens; at += 2 * beat) {
      gain.gain.setTargetAtTime(0.3, context.currentTime + at, 0.01);
      gain.gain.setTargetAtTime(0, context.currentTime + at + beat, 0.01);
    }
    tone.connect(gain).connect(out);
    tone.start();
    // By an element, as voices are: what an AudioContext plays by itself no canceller knows of everywhere.
    audio.srcObject = out.stream;
    if (speaker !== '') await audio.setSinkId(speaker).catch(() => {});
    await audio.play();
    await new Promise((done) => setTimeout(done, learns));
    return isEcho(before, await looks(meter, context.sampleRate, listens)) ? 'echo' : 'clear';
  } finally {
    audio.pause();
    audio.srcObject = null;
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  }
}

/** How loud the tone is in what comes, again and again for some time. */
async function looks(meter: AnalyserNode, rate: number, milliseconds: number): Promise<number[]> {
  const bins = new Float32Array(meter.frequencyBinCount);
  const at = Math.round((hertz * meter.fftSize) / rate);
  const found: number[] = [];
  for (let spent = 0; spent < milliseconds; spent += each) {
    await new Promise((done) => setTimeout(done, each));
    meter.getFloatFrequencyData(bins);
    found.push(Math.max(...bins.subarray(at - 1, at + 2)));
  }
  return found;
}
