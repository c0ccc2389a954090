import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const library = resolve('node_modules/@mantine/core');

/** Every file of ours. */
function* filesIn(folder: string): Generator<string> {
  for (const one of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, one.name);
    if (one.isDirectory()) yield* filesIn(path);
    else if (/\.tsx?$/.test(one.name)) yield path;
  }
}

/** The controls that our files take from the library by name. */
function taken(): Set<string> {
  const names = new Set<string>();
  for (const file of filesIn('src'))
    for (const [, list = ''] of readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g))
      for (const word of list.split(',')) {
        const name = /^\s*(?!type\b)([A-Z]\w*)/.exec(word)?.[1];
        if (name !== undefined && existsSync(join(library, 'esm/components', name, `${name}.mjs`))) names.add(name);
      }
  return names;
}

/** The style sheets that a module of the library and all that it imports ask for. */
function sheetsOf(module: string, sheets: Set<string>, seen: Set<string>): void {
  if (seen.has(module)) return;
  seen.add(module);
  for (const [, path = ''] of readFileSync(module, 'utf8').matchAll(/from "(\.[^"]+)"/g)) {
    const sheet = /(\w+)\.module\.mjs$/.exec(path)?.[1];
    if (sheet === undefined) sheetsOf(resolve(dirname(module), path), sheets, seen);
    else if (existsSync(join(library, 'styles', `${sheet}.css`))) sheets.add(sheet);
  }
}

const imported = [...readFileSync('src/look/controls.ts', 'utf8').matchAll(/styles\/([\w-]+)\.css/g)].map(
  ([, name = '']) => name,
);

test('every control that is used has its styles, and no other is sent', () => {
  const wanted = new Set(['baseline', 'default-css-variables', 'global']);
  const controls = taken();
  expect(controls.size).toBeGreaterThan(5);
  const seen = new Set<string>();
  for (const name of controls) sheetsOf(join(library, 'esm/components', name, `${name}.mjs`), wanted, seen);
  expect([...imported].sort()).toEqual([...wanted].sort());
});

test('the styles stand in the order of the library, so that the same one wins', () => {
  const all = readFileSync(join(library, 'styles.css'), 'utf8');
  const places = imported
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => all.indexOf(/\.m_[0-9a-f]+/.exec(readFileSync(join(library, `styles/${name}.css`), 'utf8'))![0]));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});
