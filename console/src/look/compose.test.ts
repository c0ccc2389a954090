import { expect, test } from 'vitest';
import { answerTo, takenUp } from './compose';

const empty = { text: '', precedence: 'routine', mark: null, record: null, re: null } as const;
const flash = { line: 'l', id: 'ru/4', precedence: 'flash' } as const;

test('the answer to a FLASH is offered as FLASH, on the record', () => {
  expect(takenUp({ ...empty }, answerTo(flash))).toMatchObject({ re: 'ru/4', precedence: 'flash', record: 'on' });
});

test('the answer to what is routine is routine again, whatever was sent before', () => {
  expect(takenUp({ ...empty, precedence: 'flash' }, answerTo({ ...flash, precedence: 'routine' }))).toMatchObject({
    precedence: 'routine',
  });
});

test('what is written already is made no less pressing by what it answers', () => {
  const begun = { ...empty, text: 'Turn away', precedence: 'immediate', record: 'off' } as const;
  expect(takenUp(begun, answerTo({ ...flash, precedence: 'priority' }))).toMatchObject({
    text: 'Turn away',
    precedence: 'immediate',
    record: 'off',
    re: 'ru/4',
  });
  expect(takenUp(begun, answerTo(flash)).precedence).toBe('flash');
});
