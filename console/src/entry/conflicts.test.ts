import { afterEach, expect, test, vi } from 'vitest';
import { conflictsOf } from './Conflicts';

afterEach(() => vi.unstubAllGlobals());

test('what is asked about before it is recorded are entries of others on the same line, each once', async () => {
  vi.stubGlobal('location', { origin: 'http://localhost' });
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(await request.json());
    const conflict = (line: string, entry: string, owner: string): unknown => ({ line, entry, owner });
    return Response.json({
      conflicts: [
        conflict('a', 'ru/3', 'ru'),
        conflict('a', 'ru/3', 'ru'),
        conflict('a', 'us/1', 'us'),
        conflict('b', 'un/2', 'un'),
      ],
    });
  });
  expect(await conflictsOf('a', [{ volume: {} }], 'us')).toEqual(['ru/3']);
  expect(asked).toEqual([{ volumes: [{ volume: {} }] }]);
  expect(await conflictsOf('a', [], 'us')).toEqual([]);
  expect(asked).toHaveLength(1);
});
