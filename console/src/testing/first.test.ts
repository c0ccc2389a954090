import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../messages/en';
import { en as ofScreens } from '../messages/screens/en';

const root = join(import.meta.dirname, '..');
const groupOf = (key: string): string => key.split('.')[0] ?? '';
const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** What a file imports as it starts: neither types nor what is fetched later. */
const importedBy = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s(?!type\s)(?:[^;]*?from\s*)?'(\.[^'?]*)'/gms)]
    .map(([, path = '']) => normalize(join(dirname(file), path)))
    .flatMap((path) => [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].filter(isFile))
    .filter((path) => /\.tsx?$/.test(path));

function reachable(from: string): string[] {
  const found = new Set([from]);
  for (const file of found) for (const next of importedBy(file)) found.add(next);
  return [...found];
}

test('the first page says nothing that comes with a screen', () => {
  const files = reachable(join(root, 'main.tsx'));
  expect(files.length).toBeGreaterThan(80);
  expect(files).toContain(join(root, 'watch/WatchScreen.tsx'));
  expect(files).not.toContain(join(root, 'usage/UsageScreen.tsx'));
  const groups = new Set(Object.keys(ofScreens).map(groupOf));
  const said = files
    .filter((file) => !file.includes('/messages/'))
    .flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /['`]([a-z][a-z-]*)\.|(?:wordOf\(\s*\w+,|hasWord\()\s*['`]([a-z-]+)['`]/g,
        ),
      ]
        .map(([, key, group]) => key ?? group ?? '')
        .filter((group) => groups.has(group))
        .map((group) => `${file}: ${group}`),
    );
  expect(said).toEqual([]);
});

test('a group of texts stands in one catalogue', () => {
  const first = new Set(Object.keys(en).map(groupOf));
  expect([...new Set(Object.keys(ofScreens).map(groupOf))].filter((group) => first.has(group))).toEqual([]);
});
