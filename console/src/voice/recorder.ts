import { saveBlob } from '../look/download';
import { play } from './tones';

/** What was recorded, and what of it goes on the record. The file itself stays on this computer. */
export type Recorded = { file: Blob; hash: string; from: number; until: number; name: string };

/** As often as the telephone's recorders say so. */
const toneEvery = 15_000;
/** What was recorded is put away as it comes: what a page that goes loses at most. */
const pieceEvery = 2_000;
/** Larger than a day of a call: a recording that reaches it ends. */
const mostBytes = 1 << 29;
const mediaType = 'audio/webm;codecs=opus';
const store = 'pieces';

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('parley-recording', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store, { autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error('no database'));
  });
}

async function inStore<T>(mode: IDBTransactionMode, act: (pieces: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const db = await database();
    const asked = act(db.transaction(store, mode).objectStore(store));
    const found = await new Promise<T>((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error('no answer'));
    });
    db.close();
    return found;
  } catch {
    return null; // a browser that keeps nothing only loses what a page that goes had recorded
  }
}

/** Records what is heard and what is said in a call, with the tone that tells everybody so. */
export class Recorder {
  readonly from: number;
  private readonly context = new AudioContext();
  private readonly mix = this.context.createMediaStreamDestination();
  private readonly taken = new Map<string, MediaStreamAudioSourceNode>();
  private readonly recorder: MediaRecorder;
  private readonly pieces: Blob[] = [];
  private readonly tones: ReturnType<typeof setInterval>;
  private bytes = 0;

  constructor(
    now: number,
    private readonly full: () => void,
  ) {
    this.from = now;
    this.recorder = new MediaRecorder(this.mix.stream, { mimeType: mediaType, audioBitsPerSecond: 32_000 });
    this.recorder.ondataavailable = ({ data }) => this.keep(data);
    void inStore('readwrite', (pieces) => pieces.clear());
    this.recorder.start(pieceEvery);
    const tone = (): void => play('recorded', { context: this.context, to: this.mix });
    tone();
    this.tones = setInterval(tone, toneEvery);
  }

  private keep(piece: Blob): void {
    if (piece.size === 0) return;
    this.pieces.push(piece);
    this.bytes += piece.size;
    void inStore('readwrite', (pieces) => pieces.add(piece));
    if (this.bytes > mostBytes) this.full();
  }

  /** Records these voices, and no others that it recorded before. */
  take(voices: ReadonlyMap<string, MediaStream>): void {
    for (const [id, source] of this.taken)
      if (voices.get(id) !== source.mediaStream) {
        source.disconnect();
        this.taken.delete(id);
      }
    for (const [id, stream] of voices)
      if (!this.taken.has(id) && stream.getAudioTracks().length > 0) {
        const source = this.context.createMediaStreamSource(stream);
        source.connect(this.mix);
        this.taken.set(id, source);
      }
  }

  async stop(now: number): Promise<Recorded | null> {
    clearInterval(this.tones);
    if (this.recorder.state !== 'inactive')
      await new Promise<void>((resolve) => {
        this.recorder.onstop = () => resolve();
        this.recorder.stop();
      });
    void this.context.close();
    return await recordedOf(this.pieces, this.from, now);
  }
}

async function recordedOf(pieces: Blob[], from: number, until: number): Promise<Recorded | null> {
  if (pieces.length === 0) return null;
  const file = new Blob(pieces, { type: mediaType });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  const hash = [...digest].map((one) => one.toString(16).padStart(2, '0')).join('');
  return { file, hash: `sha256:${hash}`, from, until, name: nameOf(from) };
}

const nameOf = (from: number): string => `call-${new Date(from).toISOString().replace(/[-:]|\.\d+/g, '')}.webm`;

/** What a page that went had recorded until then; null where there is nothing of it. */
export async function leftBehind(from: number, until: number): Promise<Recorded | null> {
  return await recordedOf((await inStore<Blob[]>('readonly', (pieces) => pieces.getAll())) ?? [], from, until);
}

/** Forgets what was put away, once the officer has the file. */
export const forgetLeft = (): void => void inStore('readwrite', (pieces) => pieces.clear());

/** Gives the officer the file. */
export const save = ({ file, name }: Recorded): void => saveBlob(name, file);
