import { expect, test } from 'vitest';
import { Kept, type Box, type Keeping } from './kept';

type Draft = { text: string; record: 'on' | 'off' | null };
const empty: Draft = { text: '', record: null };
const onTheRecord: Keeping<Draft> = { keeps: (draft) => draft.record === 'on' };

function boxOf(): Box & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => {
      all.set(key, value);
    },
    removeItem: (key) => {
      all.delete(key);
    },
  };
}
const windowOf = (box: Box): Kept<Draft> => new Kept<Draft>(box, 'draft', empty, onTheRecord);

test('what is not on the record is never stored, and what was stored goes when it leaves the record', () => {
  const box = boxOf();
  const draft = windowOf(box);
  for (const record of [null, 'off'] as const) {
    draft.set({ text: 'not for any disk', record });
    expect([...box.all]).toEqual([]);
    expect(draft.value.text).toBe('not for any disk');
  }
  draft.set({ text: 'for the record', record: 'on' });
  expect(box.all.get('draft')).toContain('for the record');
  draft.set({ text: 'for the record', record: 'off' });
  expect([...box.all]).toEqual([]);
});

test('a window goes on from what another one wrote, so that neither overwrites the other', () => {
  const box = boxOf();
  const [a, b] = [windowOf(box), windowOf(box)];
  b.set({ text: 'a long text', record: 'on' });
  a.look();
  expect(a.value.text).toBe('a long text');
  a.set({ ...a.value, text: `${a.value.text}!` });
  b.look();
  expect(b.value.text).toBe('a long text!');
  expect(windowOf(box).value.text).toBe('a long text!');
});

test('where two windows wrote at the same time, both texts are kept and one is named as the other’s', () => {
  const box = boxOf();
  const [a, b] = [windowOf(box), windowOf(box)];
  b.set({ text: 'a long text', record: 'on' });
  a.set({ text: 'x', record: 'on' }); // before it heard of the other
  expect(a.value.text).toBe('x');
  expect(a.beside?.text).toBe('a long text');
});

test('what another window wrote does not take the place of what is said off the record here', () => {
  const box = boxOf();
  const [a, b] = [windowOf(box), windowOf(box)];
  a.set({ text: 'between us', record: 'off' });
  b.set({ text: 'for the record', record: 'on' });
  a.look();
  expect(a.value.text).toBe('between us');
  a.set({ text: 'between us two', record: 'off' });
  expect(windowOf(box).value.text).toBe('for the record');
  a.set({ text: 'said openly', record: 'on' });
  expect(a.beside?.text).toBe('for the record');
});

test('what cannot be read any more is as nothing', () => {
  const box = boxOf();
  box.setItem('draft', '{"text":');
  expect(windowOf(box).value).toEqual(empty);
  box.setItem('draft', '[7]');
  expect(new Kept<Draft>(box, 'draft', empty, { read: () => null }).value).toEqual(empty);
});
