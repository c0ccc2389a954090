import { expect, test } from 'vitest';
import { partFor, ringOf, standingOf } from './live';
import type { CallLive, CallMember } from './types';

const member = (joined: string, name: string, part = 'speaker', seat = 'watch'): CallMember =>
  ({ joined, by: { seat, name }, part }) as CallMember;
const ada = { seat: 'watch', name: 'Ada' };

test('whoever comes first speaks for their party, and comes back as who they were; others are second', () => {
  expect(partFor({ members: [] }, 'us', ada)).toBe('speaker');
  expect(partFor({ members: [member('ru/3', 'Yuri')] }, 'us', ada)).toBe('speaker');
  expect(partFor({ members: [member('us/3', 'Ada')] }, 'us', ada)).toBe('speaker');
  expect(partFor({ members: [member('us/3', 'Grace')] }, 'us', ada)).toBe('second officer');
  expect(partFor({ members: [member('us/3', 'Grace', 'listener')] }, 'us', ada)).toBe('speaker');
  expect(partFor({ members: [] }, 'us', { seat: 'interpreter', name: 'I. Tolmach' })).toBe('interpreter');
});

test('a call rings here, rings there, waits for us or goes on', () => {
  const call = (state: string, ...members: CallMember[]): CallLive =>
    ({ state, opener: 'ru', members }) as unknown as CallLive;
  expect(standingOf(call('ringing', member('ru/3', 'Yuri')), 'us')).toBe('rings');
  expect(standingOf(call('ringing', member('ru/3', 'Yuri')), 'ru')).toBe('ringing-them');
  expect(standingOf(call('accepted', member('ru/3', 'Yuri')), 'us')).toBe('waits');
  expect(standingOf(call('accepted', member('ru/3', 'Yuri'), member('us/9', 'Ada')), 'us')).toBe('open');
});

// CALL-18
test('a call rings for as long as the station says and no longer, and one that is only played by its own tone', () => {
  const until = (at: string | null, mark = 'actual') => ({ ringsUntil: at, mark }) as CallLive;
  const now = Date.parse('2026-12-01T10:00:00Z');
  expect(ringOf([], now, false)).toBeNull();
  expect(ringOf([until(null)], now, false)).toBeNull();
  expect(ringOf([until('2026-12-01T10:00:01Z')], now, false)).toBe('actual');
  expect(ringOf([until('2026-12-01T10:00:00Z')], now, false)).toBeNull();
  const played = until('2026-12-01T10:00:30Z', 'exercise');
  expect(ringOf([played], now, false)).toBe('exercise');
  expect(ringOf([played], now, true)).toBeNull();
  expect(ringOf([played, until('2026-12-01T10:00:30Z')], now, true)).toBe('actual');
});
