/** What is heard of another member of a call, in a word. Three kinds of silence never look alike. */
export type Hearing =
  'waiting' | 'connecting' | 'heard' | 'silent' | 'muted' | 'held' | 'no-packets' | 'undecryptable' | 'gone' | 'key';

/** What the browser counted of one connection at one time. */
export type Counted = {
  at: number;
  connection: RTCPeerConnectionState;
  /** Bytes that came at all, and voice packets that could be read. */
  bytes: number;
  packets: number;
  lost: number;
  concealed: number;
  samples: number;
  level: number;
  roundTrip: number | null;
};

/** No packet for so long is a fault that both sides see. */
export const quietAfter = 2_000;
/** Bytes a millisecond above which something is spoken, readable or not. */
const voiceBytes = 2;
/** A voice below this is silence. */
export const silentBelow = 0.005;
/** So long below it, and it is called silent. */
export const silentAfter = 3_000;

export async function countedOf(pc: RTCPeerConnection, at: number): Promise<Counted> {
  const counted: Counted = {
    at,
    connection: pc.connectionState,
    bytes: 0,
    packets: 0,
    lost: 0,
    concealed: 0,
    samples: 0,
    level: 0,
    roundTrip: null,
  };
  for (const one of (await pc.getStats()).values() as Iterable<Record<string, unknown>>) {
    const number = (name: string): number => (typeof one[name] === 'number' ? one[name] : 0);
    switch (one['type']) {
      case 'inbound-rtp':
        counted.packets += number('packetsReceived');
        counted.lost += Math.max(0, number('packetsLost'));
        counted.concealed += Math.max(0, number('concealedSamples') - number('silentConcealedSamples'));
        counted.samples += number('totalSamplesReceived');
        counted.level = Math.max(counted.level, number('audioLevel'));
        break;
      case 'transport':
        counted.bytes += number('bytesReceived');
        break;
      case 'candidate-pair':
        if (one['nominated'] === true && typeof one['currentRoundTripTime'] === 'number')
          counted.roundTrip = one['currentRoundTripTime'];
        break;
    }
  }
  return counted;
}

/** What has been seen of one connection, from one look to the next. */
export type Watched = {
  last: Counted | null;
  /** When a voice packet came last, when anything came last, and when something was to be heard last. */
  packetAt: number | null;
  byteAt: number | null;
  soundAt: number | null;
  level: number;
  /** Of the last second. */
  lossShare: number;
  concealedShare: number;
};

export const nothingYet: Watched = {
  last: null,
  packetAt: null,
  byteAt: null,
  soundAt: null,
  level: 0,
  lossShare: 0,
  concealedShare: 0,
};

export function watch(before: Watched, now: Counted): Watched {
  const last = before.last;
  const packets = now.packets - (last?.packets ?? 0);
  const lost = Math.max(0, now.lost - (last?.lost ?? 0));
  const samples = now.samples - (last?.samples ?? 0);
  return {
    last: now,
    packetAt: packets > 0 ? now.at : before.packetAt,
    // What asks whether the other is still there is a few bytes; a voice is thousands.
    byteAt:
      last !== null && (now.bytes - last.bytes) / Math.max(1, now.at - last.at) > voiceBytes ? now.at : before.byteAt,
    soundAt: packets > 0 && now.level >= silentBelow ? now.at : before.soundAt,
    level: packets > 0 ? now.level : 0,
    lossShare: packets + lost > 0 ? 0.7 * before.lossShare + (0.3 * lost) / (packets + lost) : before.lossShare,
    concealedShare:
      samples > 0
        ? 0.7 * before.concealedShare + (0.3 * Math.max(0, now.concealed - (last?.concealed ?? 0))) / samples
        : 0,
  };
}

export function hearingOf(
  watched: Watched,
  now: number,
  member: { here: boolean; held: boolean; muted: boolean },
  key: boolean,
): Hearing {
  if (key) return 'key';
  if (!member.here) return watched.packetAt === null ? 'waiting' : 'gone';
  if (watched.last === null || watched.packetAt === null) return 'connecting';
  if (now - watched.packetAt > quietAfter)
    return watched.byteAt !== null && now - watched.byteAt < 1_000 && watched.last.bytes > 0
      ? 'undecryptable'
      : 'no-packets';
  if (member.held) return 'held';
  if (member.muted) return 'muted';
  return watched.soundAt === null || now - watched.soundAt > silentAfter ? 'silent' : 'heard';
}

/** The quality in a word: by what the ear takes for whole, which is what was not concealed. */
export const qualityOf = (watched: Watched): 'good' | 'fair' | 'poor' =>
  watched.concealedShare > 0.1 ? 'poor' : watched.concealedShare > 0.03 || watched.lossShare > 0.1 ? 'fair' : 'good';
