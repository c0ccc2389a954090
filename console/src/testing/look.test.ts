import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Every style sheet of the console but the one that says what the measures are. */
const sheets = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css') && !/(tokens|fonts)\.css$/.test(name))
  .map((name) => ({ name, lines: readFileSync(`src/${name}`, 'utf8').split('\n') }));

/** Where a declaration breaks a rule of the look. */
const breaches = (property: RegExp, isFine: (value: string) => boolean): string[] =>
  sheets.flatMap(({ name, lines }) =>
    lines.flatMap((line, i) => {
      const [, found = '', value = ''] = /^\s*([a-z-]+):\s*([^;]+);/.exec(line) ?? [];
      return property.test(found) && !isFine(value) ? [`${name}:${i + 1} ${line.trim()}`] : [];
    }),
  );

test('every corner has the one radius, or none, or is a circle', () => {
  expect(
    breaches(/radius$/, (value) => value.split(' ').every((part) => /^(0|50%|var\(--radius\))$/.test(part))),
  ).toEqual([]);
});

test('letters have one of five sizes', () => {
  expect(breaches(/^font-size$/, (value) => /^(var\(--t[1-5]\)|inherit|0|100%|[\d.]+(em|vmin))$/.test(value))).toEqual(
    [],
  );
});

test('room is left in steps of four pixels, and halves of one between a thing and its own edge', () => {
  const fine = (part: string): boolean => {
    const pixels = /^-?(\d+)px$/.exec(part)?.[1];
    return pixels === undefined || [1, 2, 6].includes(Number(pixels)) || Number(pixels) % 4 === 0;
  };
  expect(breaches(/^(gap|row-gap|column-gap|padding.*|margin.*)$/, (value) => value.split(/\s+/).every(fine))).toEqual(
    [],
  );
});

test('a line is one pixel of the one hairline, but where it says a state', () => {
  expect(
    breaches(/^border(-top|-bottom|-inline-start|-inline-end)?$/, (value) => !/^1px solid #(?!000)/.test(value)),
  ).toEqual([]);
});

test('red is for what rings and for nothing else: a style sheet has no red of its own', () => {
  const own = sheets
    .filter(({ name }) => !name.includes('extra.module'))
    .flatMap(({ name, lines }) =>
      lines
        .filter((line) => /#[a-f][0-9a-f]?0{2,4}\b|\bred\b(?!uced)/.test(line) && !/\/\*|^\s*\*/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(own).toEqual([]);
});
