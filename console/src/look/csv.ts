import { plainOf } from './visible';

/** With a byte-order mark, spreadsheets read the letters of every language as what they are. */
const byteOrderMark = '\uFEFF';

/** What a spreadsheet takes for the beginning of a formula: the signs, wide ones too, also behind spaces and line ends; and a line end itself. */
const formula = /^(?:[\t\r\n]|\s*[=+\-@\u2212\uFF1D\uFF0B\uFF0D\uFF20])/u;

/** One field by RFC 4180; what a spreadsheet would run as a formula is made text, and what hides itself or turns the text around is shown by its code point. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  let text = plainOf(String(value));
  if (formula.test(String(value)) || formula.test(text)) text = `'${text}`;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table for other programs, its first row the names of the columns. */
export const csvOf = (rows: readonly (readonly (string | number | null)[])[]): string =>
  byteOrderMark + rows.map((row) => row.map(csvField).join(',')).join('\r\n') + '\r\n';
