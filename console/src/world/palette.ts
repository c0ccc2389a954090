/** Colours of the map, as the look of the page has them: a canvas reads no style sheet by itself. */
const names = [
  'sea',
  'land',
  'coast',
  'border',
  'grid',
  'road',
  'water',
  'place',
  'label',
  'halo',
  'draft',
  'clash',
  'measure',
] as const;
const levels = ['critical', 'serious', 'caution', 'normal', 'standby', 'off'] as const;
/** Colours that parties are told apart by; the own party has the first. */
export const partyColours = 8;

export type Palette = Record<(typeof names)[number] | (typeof levels)[number] | 'accent' | 'text', string> & {
  parties: readonly string[];
  font: string;
};

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim() || '#888888';
  return {
    ...Object.fromEntries(names.map((name) => [name, of(`--m-${name}`)])),
    ...Object.fromEntries([...levels, 'accent', 'text'].map((name) => [name, of(`--p-${name}`)])),
    parties: Array.from({ length: partyColours }, (_, i) => of(`--m-party-${i}`)),
    font: style.getPropertyValue('--p-font').trim() || 'sans-serif',
  } as unknown as Palette;
}

/** A colour of the palette with an opacity: `#rrggbb` as `rgba(…)`. */
export function faded(colour: string, opacity: number): string {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  const hex = short === null ? /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour) : short;
  if (hex === null) return colour;
  const [r, g, b] = hex.slice(1).map((two) => parseInt(two.length === 1 ? two + two : two, 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

/** Which colour each party has: our own the first, the others by their ids, the same on every screen and at every station of the line but for whose the first is. */
export function coloursOf(parties: readonly string[], own: string): ReadonlyMap<string, number> {
  const others = [...new Set(parties)].filter((party) => party !== own).sort();
  return new Map([[own, 0], ...others.map((party, i) => [party, 1 + (i % (partyColours - 1))] as const)]);
}
