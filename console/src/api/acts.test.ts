import { expect, test } from 'vitest';
import { NotKnown, once, rememberRun } from './acts';
import { Refused, Unreachable } from './client';

/** A station that does each key once, and whose answers can be lost on the way. */
function station() {
  const done = new Map<string, string>();
  const asked: Record<string, string>[] = [];
  let fail: Error | null = null;
  return {
    done,
    asked,
    failWith: (e: Error | null) => {
      fail = e;
    },
    send: (headers: Record<string, string>): Promise<string> => {
      asked.push(headers);
      const key = headers['Idempotency-Key'] ?? '';
      if (!(fail instanceof Refused)) done.set(key, done.get(key) ?? `us/${done.size}`);
      return fail === null ? Promise.resolve(done.get(key) ?? '') : Promise.reject(fail);
    },
  };
}

test.each([
  ['no answer', new Unreachable('gone')],
  ['half an answer', new SyntaxError('Unexpected end of JSON input')],
  ['a proxy’s page', new Error('bad')],
])('after %s it is not known whether it was done, and doing it again does not do it twice', async (_, error) => {
  const us = station();
  us.failWith(error);
  await expect(once(['send', error.message], us.send)).rejects.toBeInstanceOf(NotKnown);
  await expect(once(['send', error.message], us.send)).rejects.toBeInstanceOf(NotKnown);
  us.failWith(null);
  await expect(once(['send', error.message], us.send)).resolves.toBe('us/0');
  expect(us.done.size).toBe(1);
  await once(['send', error.message], us.send); // the same words, meant anew
  expect(us.done.size).toBe(2);
});

test('an answer of nothing is no answer', async () => {
  await expect(once(['empty'], () => Promise.resolve(null))).rejects.toBeInstanceOf(NotKnown);
});

test('a failure of the station leaves it open, and its refusal does not', async () => {
  const us = station();
  us.failWith(new Refused('internal', 'failed', 500));
  await expect(once(['a'], us.send)).rejects.toBeInstanceOf(NotKnown);
  for (const [code, status] of [
    ['seat', 403],
    ['store-fault', 503],
    ['illegal-step', 409],
  ] as const) {
    us.failWith(new Refused(code, 'no', status));
    await expect(once([code], us.send)).rejects.toBeInstanceOf(Refused);
  }
});

test('a station that was started anew is told in which run it was asked first, and its doubt is ours', async () => {
  rememberRun('first');
  const us = station();
  us.failWith(new Unreachable('gone'));
  await expect(once(['b'], us.send)).rejects.toBeInstanceOf(NotKnown);
  expect(us.asked[0]).not.toHaveProperty('Parley-Run');
  rememberRun('second');
  us.failWith(new Refused('other-run', 'anew', 409));
  await expect(once(['b'], us.send)).rejects.toMatchObject({ why: 'other-run' });
  expect(us.asked[1]).toMatchObject({ 'Parley-Run': 'first', 'Idempotency-Key': us.asked[0]?.['Idempotency-Key'] });
  us.failWith(null);
  await once(['b'], us.send);
  expect(us.asked[2]?.['Idempotency-Key']).not.toBe(us.asked[0]?.['Idempotency-Key']);
});
