import { describe, expect, test } from 'vitest';
import { matched, pressed, shortcuts } from './shortcuts';

const key = (k: string, more: Partial<KeyboardEvent> = {}) => ({
  key: k,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

describe('keys', () => {
  test('a letter is the same key on a Cyrillic, Greek, Arabic or Hebrew keyboard', () => {
    expect(pressed(key('ф', { code: 'KeyA' }))).toBe('a');
    expect(pressed(key('ش', { code: 'KeyA' }))).toBe('a');
    expect(pressed(key('л', { code: 'KeyK', ctrlKey: true }))).toBe('Ctrl+K');
    expect(pressed(key('?'))).toBe('?');
  });
  test('a Latin keyboard in another order keeps its own letters', () => {
    expect(pressed(key('a', { code: 'KeyQ' }))).toBe('a');
  });
  test('who holds Alt means the browser', () => {
    expect(pressed(key('a', { altKey: true }))).toBeNull();
  });
  test('one key after the other is one shortcut, and the first alone is none', () => {
    expect(matched(null, 'g')).toEqual({ begins: 'g' });
    expect(matched('g', 'w')).toEqual({ id: 'go-watch' });
    expect(matched('g', 'a')).toEqual({ id: 'acknowledge' });
    expect(matched(null, 'w')).toBeNull();
  });
  test('no two shortcuts have the same keys, and none hides the beginning of another', () => {
    const all = shortcuts.map(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) expect(all.some((other) => other !== one && other.startsWith(`${one} `))).toBe(false);
  });
});
