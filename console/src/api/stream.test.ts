import { expect, test } from 'vitest';
import { readerOf, type ServerEvent } from './stream';

function read(pieces: string[]): ServerEvent[] {
  const found: ServerEvent[] = [];
  const take = readerOf((event) => found.push(event));
  pieces.forEach(take);
  return found;
}

const whole =
  ':\n\nevent: link\ndata: {"a":1}\n\nid: 7\nevent: entry\ndata: {"b":\ndata: 2}\n\n:\n\nevent: reset\ndata: {}\n\n';

test('events are read the same however the bytes are cut', () => {
  const expected = [
    { name: 'link', data: '{"a":1}', id: null },
    { name: 'entry', data: '{"b":\n2}', id: '7' },
    { name: 'reset', data: '{}', id: null },
  ];
  for (let size = 1; size <= whole.length; size++) {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
      whole.slice(i * size, (i + 1) * size),
    );
    expect(read(pieces)).toEqual(expected);
  }
});

test('an event that was cut off by the end of the connection is not given', () => {
  expect(read(['id: 8\nevent: entry\ndata: {"half"'])).toEqual([]);
});
