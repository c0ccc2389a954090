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
