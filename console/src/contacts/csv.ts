import type { ChronologyView, Principal } from '../api/types';

const principals = (between: Principal[]): string => between.map(p => `${p.party}: ${p.office}`).join(' / ');

/** One field by RFC 4180; what a spreadsheet would run as a formula is made text. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  let text = String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The chronology as a table for other programs: a row for each attempt, contact and readout, in order of time. Hashes are of the proofs, by API path. */
export function chronologyCsv(chronology: ChronologyView, hashes: ReadonlyMap<string, string>): string {
  const head = ['what', 'entry', 'line', 'at', 'by', 'between', 'topic', 'outcome', 'answer', 'answered at', 'expires', 'minutes', 'delivered at', 'proof', 'sha-256 of proof', 'mark', 'said by', 'confirmed'];
  const rows: (string | number | null)[][] = [
    ...chronology.attempts.map(a => ['request', a.entry, a.line, a.at, a.by, principals(a.between), a.topic, a.outcome, a.answer, a.answeredAt, a.expires, null, a.deliveredAt,
      a.deliveredProof.map(p => p.path).join(' '), a.deliveredProof.map(p => hashes.get(p.path) ?? '').join(' '), a.mark, null, null]),
    ...chronology.contacts.map(c => ['call', c.entry, c.line, c.at, null, principals(c.between), null, c.outcome, null, null, null, c.minutes, null, null, null, c.mark, c.saidBy.join(' '), c.confirmed ? 'yes' : 'no']),
    ...chronology.readouts.map(r => ['readout', r.entry, r.line, r.at, r.by, null, null, r.state, r.about.join(' '), null, null, null, null, null, null, r.mark, null, null]),
  ];
  rows.sort((x, y) => String(x[3]).localeCompare(String(y[3])));
  return [head, ...rows].map(row => row.map(csvField).join(',')).join('\r\n') + '\r\n';
}

export function save(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
