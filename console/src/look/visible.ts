/** A piece of foreign text: as it is, or a character that would not show itself, by its code point. */
export type Piece = { text: string } | { hidden: string };

/**
 * Characters that change how text reads without being seen: directional marks, overrides and isolates (UAX #9),
 * zero-width ones,
 * soft hyphen, fillers, tags, and controls other than tab and line feed. A joiner inside a script that needs it is
 * shown too:
 * better a visible mark in a Persian word than a hidden one in an order.
 */
const unseen =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB]|[\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(unseen)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ hidden: `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** The same as one text, where no element can stand: in a drawing. */
export const plain = (text: string): string =>
  piecesOf(text)
    .map((piece) => ('text' in piece ? piece.text : piece.hidden))
    .join('');

/**
 * What reads from left to right in any text, and means something else when it is turned about: positions, times, entry
 * ids, and numbers with their units. UAX #9 would order the parts of “50.30 N 36.94 E” within Hebrew or Arabic from
 * the right: another country.
 */
const fixed = new RegExp(
  [
    String.raw`\d{1,3}(?:[.,]\d+)?\s?°?(?:\s?\d{1,2}(?:[.,]\d+)?\s?['′])?(?:\s?\d{1,2}(?:[.,]\d+)?\s?["″])?\s?[NS][,;]?\s{0,2}\d{1,3}(?:[.,]\d+)?\s?°?(?:\s?\d{1,2}(?:[.,]\d+)?\s?['′])?(?:\s?\d{1,2}(?:[.,]\d+)?\s?["″])?\s?[EW]\b`,
    String.raw`[NS]\s?\d{1,3}(?:[.,]\d+)?\s?°?[,;]?\s{0,2}[EW]\s?\d{1,3}(?:[.,]\d+)?\s?°?`,
    String.raw`[+-]?\d{1,3}[.,]\d{2,}[,;]\s{0,2}[+-]?\d{1,3}[.,]\d{2,}`,
    String.raw`\d{6}Z(?:\s?[A-Z]{3}(?:\s?\d{2,4})?)?\b`,
    String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?::\d\d)?Z?)?`,
    String.raw`\d\d:\d\d(?::\d\d)?Z?`,
    String.raw`\b[a-z][a-z0-9-]{1,31}/\d{1,12}\b`,
    String.raw`[+-]?\d+(?:[.,]\d+)?\s?(?:m|km|ft|FL|NM|kn|kg|t|km/h|m/s|min|h|%|°)(?![\p{L}\p{N}])`,
  ].join('|'),
  'gu',
);

/** Whether anything in a text is written from right to left. */
const hasRightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A text in parts: what keeps its own direction, from left to right, apart from the rest. In a text that has no other direction, nothing has to be kept apart. */
export function directionsOf(text: string): { text: string; fixed: boolean }[] {
  if (!hasRightToLeft.test(text)) return [{ text, fixed: false }];
  const parts: { text: string; fixed: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(fixed)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), fixed: false });
    parts.push({ text: match[0], fixed: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), fixed: false });
  return parts;
}

/** Languages written from right to left, by their primary subtag (BCP 47). */
const rightToLeft = new Set(['ar', 'arc', 'azb', 'ckb', 'dv', 'fa', 'he', 'iw', 'ps', 'sd', 'ug', 'ur', 'yi']);

export function directionOf(lang: string | null | undefined): 'rtl' | 'ltr' | 'auto' {
  if (lang === null || lang === undefined || lang === '') return 'auto';
  return rightToLeft.has(lang.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** As Foreign shows it, where only bare text can stand: options, titles, labels. */
export function plainOf(text: string): string {
  return piecesOf(text)
    .map((piece) => ('text' in piece ? piece.text : `[${piece.hidden}]`))
    .join('');
}
