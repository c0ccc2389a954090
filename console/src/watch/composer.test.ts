import { expect, test } from 'vitest';
import { keeping, restOf } from './Composer';
import { usualMark } from './usualMark';

test('what was typed while a message was on its way stays in the box', () => {
  expect(restOf('first message, slow SECOND THOUGHT', 'first message, slow')).toBe('SECOND THOUGHT');
  expect(restOf('first message', 'first message')).toBe('');
  expect(restOf('something else', 'first message')).toBe('something else');
});

test('a kept draft is on the record, whatever another version left there', () => {
  for (const stored of [null, 3, [], { text: 'x', record: 'off' }, { text: 'x' }])
    expect(keeping.read?.(stored)).toBeNull();
  expect(
    keeping.read?.({ record: 'on', text: 5, fields: { a: 1, b: 'c' }, sent: [null], precedence: 'loud' }),
  ).toMatchObject({ text: '', fields: { b: 'c' }, sent: [], precedence: 'routine' });
});

test('on a line on which an exercise is played the next message is an exercise, until it is said otherwise', () => {
  const said = (kind: string, mark: 'actual' | 'exercise' | 'test') => ({ kind, mark });
  expect(usualMark([])).toBe('actual');
  expect(usualMark([said('message.sent', 'exercise')])).toBe('exercise');
  expect(usualMark([said('message.sent', 'exercise'), said('test.sent', 'test')])).toBe('exercise');
  expect(usualMark([said('message.sent', 'exercise'), said('message.sent', 'actual')])).toBe('actual');
});
