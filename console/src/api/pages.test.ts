import { afterEach, expect, test, vi } from 'vitest';
import { pagesOf } from './client';

afterEach(() => vi.unstubAllGlobals());

/** A station whose list comes in so many pages. */
function station(pages: number): string[] {
  const asked: string[] = [];
  vi.stubGlobal('location', { origin: 'http://localhost' });
  vi.stubGlobal('fetch', (request: Request) => {
    const url = new URL(request.url);
    asked.push(url.pathname + url.search);
    const page = Number(url.searchParams.get('after')?.split('/')[1] ?? 0);
    return Promise.resolve(
      new Response(JSON.stringify([page]), { headers: page + 1 < pages ? { 'Parley-Next': `us/${page + 1}` } : {} }),
    );
  });
  return asked;
}

test('a list that comes in pages is read to its end, and is asked for on with what each page names', async () => {
  const asked = station(3);
  expect((await pagesOf<number[]>('/api/v1/lines/x/activities?format=json')).flat()).toEqual([0, 1, 2]);
  expect(asked).toEqual([
    '/api/v1/lines/x/activities?format=json',
    '/api/v1/lines/x/activities?format=json&after=us%2F1',
    '/api/v1/lines/x/activities?format=json&after=us%2F2',
  ]);
});

test('a list whose pages never end is not known, and is not asked for without end', async () => {
  const asked = station(Infinity);
  await expect(pagesOf('/api/v1/lines/x/activities')).rejects.toThrow('more pages');
  expect(asked.length).toBeLessThan(100);
});
