import { plainOf } from '../look/visible';
import { ascii, fromBase64, hex, hashOf, utf8 } from './bytes';
import { type Proof, type Result, type Verdict, judge } from './proof';

/*
 * The check of a published page, in its reader's browser and with no network. It reads the proofs that the page carries, or a file that the reader chose, and
 * says three things that stay apart. What it says of the page's own words it compares character by character with what was proven.
 */

const words: Record<keyof Omit<Verdict, 'cosigners' | 'proof'>, string> = {
  wellFormed: 'well-formed',
  signed: 'signed by its author and cosigned by all others',
  trusted: 'by the key that you trust',
};

function element<K extends keyof HTMLElementTagNameMap>(name: K, text = '', className = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

function answer(what: string, result: Result): HTMLLIElement {
  const row = element('li');
  const [text, look] = result.answer === 'yes' ? ['Yes', 'yes'] : result.answer === 'no' ? ['No', 'no'] : ['Not compared', 'open'];
  row.dataset['answer'] = result.answer;
  row.append(element('span', text, look), `: ${what}${result.reason === '' ? '' : ` (${result.reason})`}`);
  return row;
}

/** The value that a page says it shows, from what was proven: a path into the body. */
function proven(body: unknown, path: string): string | null {
  let at: unknown = body;
  for (const step of path.split('.')) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  return typeof at === 'string' ? at : null;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8(bytes) ?? '') as unknown;
  } catch {
    return null;
  }
}

/** Whether what the page shows is what was proven, all of it and nothing else. */
export function shownIsProven(shown: readonly { path: string; text: string }[], body: Uint8Array): Result {
  const said = parsed(body);
  for (const { path, text } of shown) {
    const held = proven(said, path);
    if (held === null || plainOf(held) !== text) return { answer: 'no', reason: 'the page shows another text than the proof holds' };
  }
  const points = (said as { points?: unknown } | null)?.points;
  const wanted = [
    ...(['text', 'reason'] as const).filter((member) => proven(said, member) !== null),
    ...(Array.isArray(points) ? points.flatMap((_, i) => [`points.${i}.tag`, `points.${i}.text`]) : []),
  ];
  const missing = wanted.find((path) => !shown.some((one) => one.path === path));
  return missing === undefined ? { answer: 'yes', reason: '' } : { answer: 'no', reason: 'the page leaves out a part of the text that the proof holds' };
}

/** What the entries that go with a text have to say of it: that they agree to its hash, release it, or take it back. */
export function goesWith(role: string, other: Proof, text: Proof): boolean {
  const body = parsed(other.body) as { hash?: unknown; level?: unknown } | null;
  if (other.header.line !== text.header.line || other.fingerprint !== text.fingerprint) return false;
  if (role === 'agreement')
    return other.header.kind === 'readout.agreed' && typeof body?.hash === 'string' && body.hash.toLowerCase() === `sha256:${hex(hashOf(text.body))}`;
  return role === 'release' && other.header.kind === 'readout.released' && body?.level === 'public' && other.header.releasedBy !== null;
}

function show(name: string, verdict: Verdict, further: [string, Result][] = []): HTMLElement {
  const section = element('section');
  section.append(element('h3', name));
  const list = element('ul', '', 'answers');
  for (const [key, what] of Object.entries(words) as [keyof typeof words, string][]) list.append(answer(what, verdict[key]));
  for (const [what, result] of further) list.append(answer(what, result));
  section.append(list);
  const { proof } = verdict;
  if (proof !== null) {
    const by = proof.header.releasedBy;
    section.append(
      element(
        'p',
        plainOf(
          `${proof.header.kind}, ${proof.header.from}/${proof.header.seq} of ${proof.header.line}, ${proof.header.at} by its author's clock, ${proof.header.mark}. Written by ${proof.header.by.name} (${proof.header.by.seat})${by === null ? '' : `, released by ${by.name} (${by.seat})`}. ${verdict.cosigners.map(({ party, at }) => `Cosigned by ${party}, ${at.toISOString()}.`).join(' ')}`,
        ),
      ),
      element('p', 'Fingerprint of the keys in the proof:'),
      element('code', proof.fingerprint.replace(/(.{4})(?=.)/g, '$1 ')),
    );
  }
  return section;
}

function checkPage(typed: string | null): HTMLElement[] {
  const carried = [...document.querySelectorAll<HTMLScriptElement>('script[data-proof]')].map((script) => ({
    role: script.dataset['proof'] ?? '',
    verdict: judge(fromBase64(script.textContent ?? '') ?? ascii(''), typed),
  }));
  const shown = [...document.querySelectorAll<HTMLElement>('[data-said]')].map((one) => ({
    path: one.dataset['said'] ?? '',
    text: one.textContent ?? '',
  }));
  const text = carried.find(({ role }) => role === 'text' || role === 'withdrawal')?.verdict.proof ?? null;
  return carried.map(({ role, verdict }) => {
    const further: [string, Result][] = [];
    if (verdict.proof !== null && (role === 'text' || role === 'withdrawal'))
      further.push(['the text on this page is the one that is proven', shownIsProven(shown, verdict.proof.body)]);
    else if (verdict.proof !== null)
      further.push([
        role === 'agreement' ? 'it agrees to exactly this text' : 'it releases to the public, by two officers',
        text !== null && goesWith(role, verdict.proof, text) ? { answer: 'yes', reason: '' } : { answer: 'no', reason: 'it does not say so' },
      ]);
    return show({ text: 'The text', withdrawal: 'The withdrawal', release: 'Its release', agreement: 'An agreement to it' }[role] ?? role, verdict, further);
  });
}

async function checkFile(file: File, typed: string | null): Promise<HTMLElement[]> {
  const bytes = file.size > 1 << 20 ? ascii('') : new Uint8Array(await file.arrayBuffer());
  const verdict = judge(bytes, typed);
  const section = show(file.name, verdict);
  if (verdict.proof !== null) {
    const said = element('pre', plainOf(utf8(verdict.proof.body) ?? '(not a text)'));
    said.dir = 'auto';
    said.style.whiteSpace = 'pre-wrap';
    section.append(element('p', 'What the entry says:'), said);
  }
  return [section];
}

function start() {
  const form = document.querySelector<HTMLFormElement>('#check-form');
  const result = document.querySelector<HTMLElement>('#check-result');
  const key = document.querySelector<HTMLInputElement>('#check-key');
  const file = document.querySelector<HTMLInputElement>('#check-file');
  const row = document.querySelector<HTMLElement>('#check-file-row');
  const fresh = document.querySelector<HTMLElement>('#fresh');
  const at = fresh?.dataset['at'];
  if (fresh !== null && at !== undefined && Date.now() - Date.parse(at) > 24 * 60 * 60 * 1000 && fresh.querySelector('b') === null)
    fresh.prepend(element('b', 'OLD. '));
  if (form === null || result === null || key === null) return;
  const carries = document.querySelector('script[data-proof]') !== null;
  form.hidden = false;
  document.querySelector('#check-off')?.remove();
  if (!carries && row !== null) row.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = key.value.trim() === '' ? null : key.value;
    const chosen = file?.files?.[0];
    if (carries) result.replaceChildren(...checkPage(typed));
    else if (chosen === undefined) result.replaceChildren(element('p', 'Choose a proof file first.'));
    else void checkFile(chosen, typed).then((sections) => { result.replaceChildren(...sections); });
  });
}

if (typeof document !== 'undefined') start();
