import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesOf, hashOf, told, wordsOf, type Spoken } from './words';

const us: Spoken = { joined: 'us/14', leaf: 'sha256:aa', fingerprint: 'sha256:01', nonce: '11' };
const ru: Spoken = { joined: 'ru/9', leaf: 'sha256:bb', fingerprint: 'sha256:02', nonce: '22' };

// CALL-8
test('both sides come to the same four words, whoever of them looks', async () => {
  const words = await wordsOf('north-1', 'us/12', us, ru);
  expect(words).toHaveLength(4);
  expect(await wordsOf('north-1', 'us/12', ru, us)).toEqual(words);
  expect(told('north-1', 'us/12', us, ru)).toBe(
    'parley call words v1\nnorth-1\nus/12\nru/9 sha256:bb sha256:02 22\nus/14 sha256:aa sha256:01 11\n',
  );
});

// CALL-8
test.each([
  ['another line', 'south-1', us, ru],
  ['another key', 'north-1', { ...us, fingerprint: 'sha256:03' }, ru],
  ['another entry', 'north-1', { ...us, leaf: 'sha256:cc' }, ru],
  ['another number', 'north-1', us, { ...ru, nonce: '23' }],
])('the words are others where there is %s', async (_, line, one, other) => {
  expect(await wordsOf(line, 'us/12', one, other)).not.toEqual(await wordsOf('north-1', 'us/12', us, ru));
});

test('a commitment is the hash of the number itself', async () => {
  expect(await hashOf(bytesOf('00'.repeat(32)))).toBe(
    'sha256:66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925',
  );
});

type Vector = { name: string; line: string; call: string; members: [Spoken, Spoken]; words: string };
const vectors = (
  JSON.parse(readFileSync(new URL('../../../docs/protocol/vectors/call-words.json', import.meta.url), 'utf8')) as {
    vectors: Vector[];
  }
).vectors;

// CALL-8
test.each(vectors)('the words are those of the vector: $name', async ({ line, call, members: [one, other], words }) => {
  expect((await wordsOf(line, call, one, other)).join(' ')).toBe(words);
});
