import { expect, test } from 'vitest';
import { tokenOf } from './LinkScreen';

test('a link is read from behind its #, from the query where an older station made it, and nowhere else', () => {
  const at = (address: string): string | null => tokenOf(new URL(address, 'http://localhost:7180'));
  expect(at('/sign-in#token=abc-_1')).toBe('abc-_1');
  expect(at('/sign-in?token=abc')).toBe('abc');
  expect(at('/sign-in?token=old#token=new')).toBe('new');
  for (const other of ['/sign-in', '/sign-in#', '/watch#token=abc', '/?token=abc', '/sign-in/x#token=abc'])
    expect(at(other)).toBeNull();
});
