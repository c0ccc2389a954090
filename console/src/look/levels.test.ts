import { expect, test } from 'vitest';
import type { AlarmView, LineStatus, PeerStatus, TrafficView } from '../api/types';
import { levels, lineLevel, linkLevel, rollUp } from './levels';

const now = Date.parse('2026-11-22T12:00:00Z');
const peer = (part: Partial<PeerStatus> = {}): PeerStatus => ({
  party: 'ru',
  state: 'alive',
  lastHeard: null,
  clockOffsetMs: 0,
  theirSizeHeld: 1,
  ourSizeSealed: 1,
  oldestUndelivered: null,
  failingSince: null,
  lastError: null,
  ...part,
});
const status = (...peers: PeerStatus[]): LineStatus => ({
  line: 'l',
  standing: 'accepted',
  ownSize: 1,
  ownSealed: 1,
  peers,
  forks: 0,
  refusals: 0,
  suspensions: [],
});
const traffic = (part: Partial<TrafficView> = {}): TrafficView => ({
  line: 'l',
  at: '',
  folding: false,
  open: [],
  waiting: [],
  waitingCount: 0,
  overdue: 0,
  conditions: [],
  tests: { byParty: {}, nextAutomatic: null, nextStaffed: null },
  flags: [],
  flagCount: 0,
  ...part,
});

test('the worst level rolls up, and nothing at all is off', () => {
  for (const [i, worst] of levels.entries()) expect(rollUp([...levels.slice(i)].reverse())).toBe(worst);
  expect(rollUp([])).toBe('off');
});

test('down, unattended, suspended and up are four different states', () => {
  expect(new Set((['down', 'unattended', 'suspended', 'alive', 'unopened'] as const).map(linkLevel)).size).toBe(5);
  expect(linkLevel('down')).not.toBe('critical');
});

test('only what an officer must act on now is critical', () => {
  expect(lineLevel(status(peer()), traffic(), [], now)).toBe('normal');
  expect(lineLevel(status(peer({ state: 'down' })), traffic({ overdue: 3 }), [], now)).toBe('serious');
  expect(lineLevel(status(peer()), traffic(), [{ level: 'due', rings: true } as AlarmView], now)).toBe('critical');
  expect(lineLevel(status(peer()), traffic(), [{ level: 'reminder' } as AlarmView], now)).toBe('caution');
  expect(lineLevel({ ...status(peer()), forks: 1 }, traffic(), [], now)).toBe('critical');
});

test('traffic that stays undelivered is serious after a minute, and a line nothing is known of is never normal', () => {
  const since = (seconds: number) =>
    peer({ oldestUndelivered: { entry: 'us/1', at: '', since: new Date(now - seconds * 1000).toISOString() } });
  expect(lineLevel(status(since(30)), traffic(), [], now)).toBe('normal');
  expect(lineLevel(status(since(61)), traffic(), [], now)).toBe('serious');
  expect(lineLevel(undefined, undefined, [], now)).toBe('off');
});

test('an alarm that is played is no alarm that must be dealt with at once', () => {
  const alarm = (mark: 'actual' | 'exercise'): AlarmView =>
    ({
      alarm: 'a',
      line: 'l',
      entry: 'ru/1',
      kind: 'message.sent',
      precedence: 'flash',
      mark,
      level: 'due',
      about: 'acknowledgement',
      due: '',
      raised: '',
      waitingFor: ['us'],
      for: ['watch'],
      class: 'overdue',
      rings: true,
    }) as unknown as AlarmView;
  expect(lineLevel(status(peer()), traffic(), [alarm('actual')], now)).toBe('critical');
  expect(lineLevel(status(peer()), traffic(), [alarm('exercise')], now)).toBe('normal');
});

test('what is not known now is at least serious, whatever was known before, and an alarm that stood goes on standing', () => {
  const alarm = { level: 'due', mark: 'actual', rings: true } as AlarmView;
  expect(lineLevel(undefined, undefined, [], now, true)).toBe('serious');
  expect(lineLevel(status(peer()), traffic(), [], now, true)).toBe('serious');
  expect(lineLevel(status(peer()), traffic(), [alarm], now, true)).toBe('critical');
  expect(lineLevel(undefined, undefined, [alarm], now)).toBe('critical');
});
