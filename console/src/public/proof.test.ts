import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ascii, fromBase64, hashOf, hex } from './bytes';
import { goesWith, shownIsProven } from './page';
import { judge, matches } from './proof';

interface Row {
  name: string;
  file: string | null;
  base64: string | null;
  typed: string | null;
  wellFormed: string;
  signed: string;
  trusted: string;
}

const table = JSON.parse(readFileSync(new URL('../../../docs/protocol/vectors/public.json', import.meta.url), 'utf8')) as {
  cases: Row[];
  letters: Record<string, string[]>;
  flips: { mask: number; answers: string }[];
};
const bytesOf = (row: Row) => (row.file !== null ? new TextEncoder().encode(row.file) : (fromBase64(row.base64 ?? '') ?? ascii('')));

describe('a proof file in a reader’s browser', () => {
  it.each(table.cases.map((row) => [row.name, row] as const))('is judged as by the station: %s', (_, row) => {
    const verdict = judge(bytesOf(row), row.typed);
    expect([verdict.wellFormed.answer, verdict.signed.answer, verdict.trusted.answer]).toEqual([row.wellFormed, row.signed, row.trusted]);
  });

  const good = table.cases.find((row) => row.name === 'good') as Row;

  it.each(table.flips.map((flip) => [flip.mask, flip] as const))(
    'does not go through with any byte flipped (bit %i), and is then what every verifier finds it to be',
    (mask, flip) => {
      const bytes = bytesOf(good);
      expect(flip.answers.length).toBe(bytes.length);
      const found = Array.from(bytes, (was, i) => {
        bytes[i] = was ^ mask;
        const { wellFormed, signed, trusted } = judge(bytes, good.typed);
        bytes[i] = was;
        const answers = [wellFormed, signed, trusted].map(({ answer }) => answer).join();
        return Object.entries(table.letters).find(([, one]) => one.join() === answers)?.[0] ?? `(${answers})`;
      });
      expect(found.join('')).toBe(flip.answers);
    },
    120_000,
  );

  it('is compared with what the page shows, character by character, and hidden characters by their numbers', () => {
    const { proof } = judge(bytesOf(good), null);
    const body = proof?.body ?? ascii('');
    const text = 'We agreed to <b>test</b> the line daily. [U+202E]not[U+202C] Домовлено.';
    expect(shownIsProven([{ path: 'text', text }], body).answer).toBe('yes');
    expect(shownIsProven([{ path: 'text', text: text.replace('daily', 'dаily') }], body).answer).toBe('no');
    expect(shownIsProven([], body).answer).toBe('no');
    expect(shownIsProven([{ path: 'text', text }, { path: 'title', text: 'x' }], body).answer).toBe('no');
  });

  it('agrees to a text only by its hash', () => {
    const { proof } = judge(bytesOf(good), null);
    if (proof === null) throw new Error('no proof');
    const agreement = (hash: string) => ({ ...proof, header: { ...proof.header, kind: 'readout.agreed' }, body: ascii(JSON.stringify({ hash })) });
    expect(goesWith('agreement', agreement(`sha256:${hex(hashOf(proof.body))}`), proof)).toBe(true);
    expect(goesWith('agreement', agreement(`sha256:${hex(hashOf(ascii('x')))}`), proof)).toBe(false);
    expect(goesWith('release', agreement(`sha256:${hex(hashOf(proof.body))}`), proof)).toBe(false);
  });

  it('takes a fingerprint in any way that people write one, and no less than half of it', () => {
    const print = 'ab'.repeat(32);
    expect(matches(print, 'ABAB abab '.repeat(4))).toBe(true);
    expect(matches(print, 'ab'.repeat(15))).toBe(false);
    expect(matches(print, '')).toBe(false);
  });
});
