import { expect, test } from 'vitest';
import { attachmentsOf, bodyPath, sizeText } from './attachments';

const sha = 'a'.repeat(64);

test('attachments are read as messages and as answers tell them', () => {
  expect(attachmentsOf({ attachments: [{ entry: 'us/3', name: 'map.png', size: 70_000, sha256: sha }] })).toEqual([
    { entry: 'us/3', name: 'map.png', size: 70_000, sha256: sha, source: null, verification: null },
  ]);
  expect(
    attachmentsOf({
      material: [
        { what: 'film', hash: `sha256:${sha}`, source: 'a drone', verification: 'unverified', entry: 'ru/0' },
        { what: 'hearsay' },
      ],
    }),
  ).toEqual([{ entry: 'ru/0', name: 'film', size: null, sha256: sha, source: 'a drone', verification: 'unverified' }]);
});

test('what another party wrote in place of a list, an entry or a digest leads nowhere', () => {
  for (const body of [
    null,
    3,
    {},
    { attachments: 'us/3' },
    { attachments: [null, 1, { entry: '../../session/end' }, { entry: 'us/03' }, { entry: 7 }] },
  ])
    expect(attachmentsOf(body)).toEqual([]);
  expect(
    attachmentsOf({ attachments: [{ entry: 'us/3', sha256: 'javascript:alert(1)', size: 'much' }] })[0],
  ).toMatchObject({ name: 'us/3', sha256: null, size: null });
  expect(bodyPath('l', 'us/3', 'a"&b/../c')).toBe('/api/v1/lines/l/entries/us/3/body?name=a%22%26b%2F..%2Fc');
});

test('sizes are told as people read them', () => {
  expect([12, 1536, 70_000, 268_435_456].map(sizeText)).toEqual(['12 B', '1.5 KiB', '68 KiB', '256 MiB']);
});
