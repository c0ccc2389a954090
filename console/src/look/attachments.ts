/** A file that an entry brings with it: the attachment's own entry, and what the author says of it. */
export type AttachmentNote = {
  entry: string;
  name: string;
  size: number | null;
  sha256: string | null;
  source: string | null;
  verification: string | null;
};

type Told = {
  entry?: unknown;
  name?: unknown;
  what?: unknown;
  size?: unknown;
  sha256?: unknown;
  hash?: unknown;
  source?: unknown;
  verification?: unknown;
};
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const entryId = /^[a-z0-9-]+\/(0|[1-9]\d*)$/;

/** The attachments that a body tells of, as messages (`attachments`) and as answers and notices (`material`) tell them; nothing else is made of what is no such list. */
export function attachmentsOf(body: unknown): AttachmentNote[] {
  if (body === null || typeof body !== 'object') return [];
  const { attachments, material } = body as { attachments?: unknown; material?: unknown };
  const lists = [attachments, material].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return lists.slice(0, 64).flatMap((one) => {
    if (one === null || typeof one !== 'object') return [];
    const { entry, name, what, size, sha256, hash, source, verification } = one as Told;
    const id = text(entry);
    const digest = text(sha256) ?? text(hash)?.replace(/^sha256:/, '') ?? null;
    return id === null || !entryId.test(id)
      ? []
      : [
          {
            entry: id,
            name: text(name) ?? text(what) ?? id,
            size: typeof size === 'number' && size >= 0 ? size : null,
            sha256: digest !== null && /^[0-9a-f]{64}$/.test(digest) ? digest : null,
            source: text(source),
            verification: text(verification),
          },
        ];
  });
}

/** As people read sizes: KiB and MiB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'KiB'] : [bytes / 1024 / 1024, 'MiB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export const bodyPath = (line: string, entry: string, name?: string): string =>
  `/api/v1/lines/${line}/entries/${entry}/body${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`;

/** What an entry's body is saved as where nothing says how it is called. */
export const fileName = (entry: string): string => `${entry.replace('/', '-')}.bin`;
