import { plainOf } from '../look/visible';
import type { ChronologyView, Principal } from '../api/types';

const principals = (between: Principal[]): string => between.map((p) => `${p.party}: ${p.office}`).join(' / ');

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

/** The chronology as a table for other programs: a row for each attempt, contact and readout, in order of time. Hashes are of the proofs, by API path. */
export function chronologyCsv(chronology: ChronologyView, hashes: ReadonlyMap<string, string>): string {
  const head = [
    'what',
    'entry',
    'line',
    'at',
    'by',
    'between',
    'topic',
    'outcome',
    'answer',
    'answered at',
    'expires',
    'minutes',
    'delivered at',
    'proof',
    'sha-256 of proof',
    'mark',
    'said by',
    'confirmed',
  ];
  const rows: (string | number | null)[][] = [
    ...chronology.attempts.map((a) => [
      'request',
      a.entry,
      a.line,
      a.at,
      a.by,
      principals(a.between),
      a.topic,
      a.outcome,
      a.answer,
      a.answeredAt,
      a.expires,
      null,
      a.deliveredAt,
      a.deliveredProof.map((p) => p.path).join(' '),
      a.deliveredProof.map((p) => hashes.get(p.path) ?? '').join(' '),
      a.mark,
      null,
      null,
    ]),
    ...chronology.contacts.map((c) => [
      'call',
      c.entry,
      c.line,
      c.at,
      null,
      principals(c.between),
      null,
      c.outcome,
      null,
      null,
      null,
      c.minutes,
      null,
      null,
      null,
      c.mark,
      c.saidBy.join(' '),
      c.confirmed ? 'yes' : 'no',
    ]),
    ...chronology.readouts.map((r) => [
      'readout',
      r.entry,
      r.line,
      r.at,
      r.by,
      null,
      null,
      r.state,
      r.about.join(' '),
      null,
      null,
      null,
      null,
      null,
      null,
      r.mark,
      null,
      null,
    ]),
  ];
  rows.sort((x, y) => String(x[3]).localeCompare(String(y[3])));
  return byteOrderMark + [head, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n') + '\r\n';
}
