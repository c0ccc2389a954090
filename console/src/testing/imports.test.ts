import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Folders that every screen may build on; each other folder is a feature. */
const shared = ['api', 'entry', 'look', 'messages', 'voice', 'world'];
const root = join(import.meta.dirname, '..');

const folders = readdirSync(root).filter((name) => statSync(join(root, name)).isDirectory());

const sources = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : /\.(?:ts|tsx|css)$/.test(name) ? [path] : [];
  });
const folderOf = (path: string): string => {
  const first = relative(root, path).split('/')[0] ?? '';
  return folders.includes(first) ? first : '';
};
/** What a file of the console names of the others: imports, also those fetched later, and classes of a style sheet. */
const namedIn = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import|import\()\s*'(\.[^'?]*)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );

const arrows = sources(root)
  .filter((file) => !['', 'testing'].includes(folderOf(file)))
  .flatMap((file) => namedIn(file).map((to) => ({ file, from: folderOf(file), to, into: folderOf(to) })))
  .filter(({ from, into }) => from !== into && into !== 'testing');

test('a feature imports no other feature: what two of them need stands in a shared folder', () => {
  expect(arrows.length).toBeGreaterThan(300);
  expect(
    arrows
      .filter(({ from, into }) => !shared.includes(from) && !shared.includes(into))
      .map((a) => `${a.file} → ${a.to}`),
  ).toEqual([]);
});

test('what is shared imports no feature', () => {
  expect(
    arrows
      .filter(({ from, into }) => shared.includes(from) && !shared.includes(into))
      .map((a) => `${a.file} → ${a.to}`),
  ).toEqual([]);
});
