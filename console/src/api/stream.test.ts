import { expect, test } from 'vitest';
import { EventParser } from './stream';

const whole = ':\n\nevent: link\ndata: {"a":1}\n\nid: 7\nevent: entry\ndata: {"b":\ndata: 2}\n\n:\n\nevent: reset\ndata: {}\n\n';

test('events are read the same however the bytes are cut', () => {
  const expected = [{ name: 'link', data: '{"a":1}', id: null }, { name: 'entry', data: '{"b":\n2}', id: '7' }, { name: 'reset', data: '{}', id: null }];
  for (let size = 1; size <= whole.length; size++) {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < whole.length; at += size) found.push(...parser.push(whole.slice(at, at + size)));
    expect(found).toEqual(expected);
  }
});

test('an event that was cut off by the end of the connection is not given', () => {
  expect(new EventParser().push('id: 8\nevent: entry\ndata: {"half"')).toEqual([]);
});
