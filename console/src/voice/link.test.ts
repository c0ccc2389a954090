import { expect, test, vi } from 'vitest';
import { Link } from './link';
import type { CallMember } from './types';

vi.stubGlobal('Audio', class {});

const member = (joined: string, at: string): CallMember => ({ joined, at }) as CallMember;
const linkOf = (own: CallMember, other: CallMember): Link =>
  new Link(
    own,
    other,
    {} as never,
    [],
    () => Promise.resolve(),
    null,
    () => {},
  );

// CALL-20
test('whoever joined later makes the offers, and of one time the one whose joining is the greater text', () => {
  const early = member('us/3', '2026-12-01T10:00:00.000Z');
  const late = member('ru/7', '2026-12-01T10:00:01.000Z');
  expect(linkOf(late, early).offers).toBe(true);
  expect(linkOf(early, late).offers).toBe(false);
  const same = member('ru/7', early.at);
  expect([linkOf(early, same).offers, linkOf(same, early).offers]).toEqual([true, false]);
});

test('an answer that was long on its way is given its time, and no further offer is made at once', async () => {
  const said: string[] = [];
  const made: { signalingState: string; connectionState: string }[] = [];
  class Connection {
    signalingState = 'stable';
    connectionState = 'new';
    localDescription = { type: 'offer', sdp: 'v=0' };
    constructor() {
      made.push(this);
    }
    addTransceiver(): void {}
    createOffer = (): Promise<object> => Promise.resolve({});
    setLocalDescription(): Promise<void> {
      this.signalingState = 'have-local-offer';
      return Promise.resolve();
    }
    setRemoteDescription(): Promise<void> {
      this.signalingState = 'stable'; // and not yet connecting
      return Promise.resolve();
    }
    getTransceivers = (): object[] => [];
    close(): void {}
  }
  vi.stubGlobal('RTCPeerConnection', Connection);
  vi.useFakeTimers();
  try {
    const own = member('ru/7', '2026-12-01T10:00:01.000Z');
    const other = { ...member('us/3', '2026-12-01T10:00:00.000Z'), fingerprint: 'sha256:' + '00'.repeat(32) };
    let session: string | null = null;
    const link = new Link(
      own,
      other,
      {} as never,
      [],
      (kind, of) => (said.push(kind), (session = of), Promise.resolve()),
      null,
      () => {},
    );
    link.admit(true);
    await link.begin();
    vi.advanceTimersByTime(4_500);
    const sdp = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => '00').join(':')}`;
    await link.take({ kind: 'answer', session, sdp, nonce: null } as never);
    await link.begin();
    expect(said).toEqual(['offer']);
    expect(made).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});
