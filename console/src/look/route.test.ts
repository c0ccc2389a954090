import { expect, test } from 'vitest';
import { pathOf, readRoute } from './route';

test('an address that cannot be decoded leads to a screen all the same', () => {
  for (const path of ['/watch/%E0%A4%A', '/record/%', '/forms/%ff', '/%', '/watch/%E0%A4%A/us/3'])
    expect(() => readRoute(path, '?tab=%')).not.toThrow();
  expect(readRoute('/record/%', '').screen).toBe('record');
  expect(readRoute('/%E0', '').screen).toBe('watch');
});

test('an address that this page makes is read back as what it was made of', () => {
  const route = { screen: 'record' as const, line: 'north-abc', entry: 'us/3', tab: null };
  expect(readRoute(pathOf(route), '')).toEqual(route);
});
