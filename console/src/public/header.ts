/** What a page says of an entry, from its header. */
export interface Header {
  line: string;
  from: string;
  seq: number;
  at: string;
  kind: string;
  mark: string;
  by: Officer;
  releasedBy: Officer | null;
  re: string[];
  seen: [string, number][];
  lang: string | null;
  body: string | null;
  size: number;
}

export interface Officer {
  seat: string;
  name: string;
}

type Json = string | number | Json[] | Members;
type Members = Map<string, Json>;

const maxSeq = 2 ** 53 - 1;

/**
 * JSON as writers of headers write it, and no other: no white space, no member twice, each text and number in one spelling, nothing but texts, whole numbers, lists and
 * objects. What has two meanings for two readers is refused before it has one.
 */
class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  whole(): Json | null {
    const value = this.value(0);
    return value !== null && this.at === this.text.length ? value : null;
  }

  private value(depth: number): Json | null {
    const next = this.text[this.at];
    if (depth > 4 || next === undefined) return null;
    if (next === '"') return this.string();
    if (next === '{') return this.object(depth);
    if (next === '[') return this.list(depth);
    const digits = /^(?:0|[1-9][0-9]{0,15})(?![0-9])/.exec(this.text.slice(this.at, this.at + 17))?.[0];
    if (digits === undefined || Number(digits) > maxSeq) return null;
    this.at += digits.length;
    return Number(digits);
  }

  private string(): string | null {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    const raw = this.text.slice(this.at, end + 1);
    try {
      const text: unknown = JSON.parse(raw);
      if (typeof text !== 'string' || JSON.stringify(text) !== raw || /\p{Cs}/u.test(text)) return null;
      this.at = end + 1;
      return text;
    } catch {
      return null;
    }
  }

  private object(depth: number): Members | null {
    const members: Members = new Map();
    this.at++;
    while (this.text[this.at] !== '}') {
      if (members.size > 0 && this.text[this.at++] !== ',') return null;
      const name = this.text[this.at] === '"' ? this.string() : null;
      if (name === null || members.has(name) || this.text[this.at++] !== ':') return null;
      const value = this.value(depth + 1);
      if (value === null) return null;
      members.set(name, value);
    }
    this.at++;
    return members;
  }

  private list(depth: number): Json[] | null {
    const items: Json[] = [];
    this.at++;
    while (this.text[this.at] !== ']') {
      if (items.length > 0 && this.text[this.at++] !== ',') return null;
      const item = this.value(depth + 1);
      if (item === null) return null;
      items.push(item);
    }
    this.at++;
    return items;
  }
}

const slug = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
export const isParty = (text: unknown): text is string => typeof text === 'string' && text.length <= 32 && slug.test(text);
export const isLine = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 100 && slug.test(text) && /^.+-[a-z2-7]{32}$/.test(text);
const isKind = (text: unknown) =>
  typeof text === 'string' && text.length <= 64 && /^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+$/.test(text);
const isLang = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 35 && /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/.test(text);
const isTime = (text: unknown): text is string =>
  typeof text === 'string' &&
  /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString() === text;

/** As the station reads names: shown in one line and in its order. */
const isName = (text: unknown): text is string =>
  typeof text === 'string' &&
  text.length > 0 &&
  text.length <= 200 &&
  !/[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/.test(text) &&
  !/^[\s\u0085]|[\s\u0085]$/.test(text.replaceAll('\uFEFF', 'x'));

const isCount = (value: unknown): value is number => typeof value === 'number';

function entry(text: unknown): [string, number] | null {
  if (typeof text !== 'string') return null;
  const [party, seq, ...rest] = text.split('/');
  if (!isParty(party) || rest.length > 0 || !/^(?:0|[1-9][0-9]{0,15})$/.test(seq ?? '') || Number(seq) > maxSeq) return null;
  return [party, Number(seq)];
}

function officer(value: Json | undefined, mayBeReleased: boolean): [Officer, Officer | null] | null {
  if (!(value instanceof Map)) return null;
  const wanted = ['seat', 'name', ...(mayBeReleased && value.has('released_by') ? ['released_by'] : [])];
  if ([...value.keys()].join() !== wanted.join()) return null;
  const seat = value.get('seat');
  const name = value.get('name');
  if (typeof seat !== 'string' || seat.length > 32 || !slug.test(seat) || !isName(name)) return null;
  const second = value.has('released_by') ? officer(value.get('released_by'), false) : null;
  if (value.has('released_by') && second === null) return null;
  return [{ seat, name }, second?.[0] ?? null];
}

const required = ['parley', 'line', 'from', 'seq', 'at', 'kind', 'mark', 'precedence', 'by', 're', 'seen'];

/** Reads a header that is in its one form; null for anything else. ENTRY-1 to ENTRY-12, PUBLIC-2. */
export function readHeader(text: string): Header | null {
  const all = new Reader(text).whole();
  if (!(all instanceof Map)) return null;
  const wanted = [
    ...required,
    ...(all.has('to') ? ['to'] : []),
    ...(all.has('lang') ? ['lang'] : []),
    ...(all.has('body') ? ['body', 'size'] : []),
  ];
  if ([...all.keys()].join() !== wanted.join()) return null;
  const [line, from, seq, at, kind] = ['line', 'from', 'seq', 'at', 'kind'].map((name) => all.get(name));
  const by = officer(all.get('by'), true);
  const [re, seen, to, lang, body] = ['re', 'seen', 'to', 'lang', 'body'].map((name) => all.get(name));
  const size = all.get('size') ?? 0;
  if (all.get('parley') !== 1 || !isLine(line) || !isParty(from) || !isCount(seq) || !isTime(at)) return null;
  if (typeof kind !== 'string' || !isKind(kind) || by === null || !isCount(size) || size > 2 ** 28) return null;
  const mark = all.get('mark');
  if (mark !== 'actual' && mark !== 'exercise' && mark !== 'test') return null;
  if (!['routine', 'priority', 'immediate', 'flash'].includes(all.get('precedence') as string)) return null;
  if (!Array.isArray(re) || re.length > 64 || new Set(re).size !== re.length) return null;
  for (const answered of re.map(entry))
    if (answered === null || (answered[0] === from && answered[1] >= seq)) return null;
  if (!(seen instanceof Map) || seen.size > 32 || seen.has(from)) return null;
  const sizes: [string, number][] = [];
  for (const [party, count] of seen) {
    if (!isParty(party) || !isCount(count)) return null;
    sizes.push([party, count]);
  }
  if (to !== undefined && (!Array.isArray(to) || to.length === 0 || to.length > 32)) return null;
  if (Array.isArray(to) && (!to.every(isParty) || new Set(to).size !== to.length)) return null;
  if (lang !== undefined && !isLang(lang)) return null;
  if (body !== undefined && (typeof body !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(body))) return null;
  return {
    line,
    from,
    seq,
    at,
    kind,
    mark,
    by: by[0],
    releasedBy: by[1],
    re: re as string[],
    seen: sizes,
    lang: typeof lang === 'string' ? lang : null,
    body: typeof body === 'string' ? body : null,
    size,
  };
}
