import { useRef, useState } from 'react';
import { once } from '../api/acts';
import { maxAttachment, upload, type Upload } from '../api/upload';
import { useT } from '../messages';
import { numberOf, objectsOfList, textOf } from './body';
import { sizeText } from './attachments';
import css from './look.module.css';

/** A file that was chosen: not handed over yet, on its way, or on the record as an entry of its own. Only the last outlives a reload. */
export type Chosen = {
  key: string;
  name: string;
  size: number;
  file: File | null;
  entry: string | null;
  sha256: string | null;
  source: string;
  verification: string;
};
export type Sent = { entry: string; name: string; size: number; sha256: string; source: string; verification: string };

/** Files that an earlier try put on the record, as they were kept in this browser. */
export const sentOf = (kept: unknown): Sent[] =>
  objectsOfList(kept).flatMap((one) => {
    const [entry, name, sha256, size] = [
      textOf(one['entry']),
      textOf(one['name']),
      textOf(one['sha256']),
      numberOf(one['size']),
    ];
    return entry === null || name === null || sha256 === null || size === null
      ? []
      : [
          {
            entry,
            name,
            size,
            sha256,
            source: textOf(one['source']) ?? '',
            verification: textOf(one['verification']) ?? 'unverified',
          },
        ];
  });

export type Files = {
  chosen: Chosen[];
  sending: { key: string; sent: number } | null;
  tooLarge: boolean;
  choose: (files: FileList | null) => void;
  drop: (key: string) => void;
  tell: (key: string, part: Partial<Pick<Chosen, 'source' | 'verification'>>) => void;
  cancel: () => void;
  clear: () => void;
  /** Hands over, one after the other, what is not on the record yet. A failure leaves those that are; they are not sent again. */
  send: (line: string, mark: string) => Promise<Sent[]>;
};

/** Files on their way with a message. `kept` are those that an earlier try put on the record already, and `keep` remembers them. */
export function useFiles(kept: Sent[], keep: (sent: Sent[]) => void): Files {
  const [fresh, setFresh] = useState<Chosen[]>([]);
  const [sending, setSending] = useState<Files['sending']>(null);
  const running = useRef<Upload | null>(null);
  const count = useRef(0);
  const chosen = [...kept.map((one) => ({ ...one, key: one.entry, file: null })), ...fresh];
  return {
    chosen,
    sending,
    tooLarge: chosen.some((one) => one.size > maxAttachment),
    choose: (files) => {
      const added = [...(files ?? [])].map((file) => ({
        key: `new ${(count.current += 1)}`,
        name: file.name,
        size: file.size,
        file,
        entry: null,
        sha256: null,
        source: '',
        verification: 'unverified',
      }));
      setFresh((now) => [...now, ...added]);
    },
    drop: (key) => {
      setFresh((now) => now.filter((one) => one.key !== key));
      if (kept.some((one) => one.entry === key)) keep(kept.filter((one) => one.entry !== key));
    },
    tell: (key, part) => {
      setFresh((now) => now.map((one) => (one.key === key ? { ...one, ...part } : one)));
      if (kept.some((one) => one.entry === key))
        keep(kept.map((one) => (one.entry === key ? { ...one, ...part } : one)));
    },
    cancel: () => running.current?.cancel(),
    clear: () => {
      setFresh([]);
      keep([]);
    },
    send: async (line, mark) => {
      let sent = kept;
      try {
        for (const one of fresh) {
          if (one.file === null) continue;
          setSending({ key: one.key, sent: 0 });
          const file = one.file;
          const { id, size, sha256 } = await once(
            ['attach', line, mark, file.name, file.size, file.lastModified],
            (headers) => {
              running.current = upload(
                line,
                file,
                { mark },
                (bytes) => setSending({ key: one.key, sent: bytes }),
                headers,
              );
              return running.current.done;
            },
          );
          sent = [
            ...sent,
            { entry: id, name: one.name, size, sha256, source: one.source, verification: one.verification },
          ];
          keep(sent);
          setFresh((now) => now.filter((other) => other.key !== one.key));
        }
        return sent;
      } finally {
        running.current = null;
        setSending(null);
      }
    },
  };
}

/** What is chosen, how far it is, and the way to choose more. With `material`, where each comes from and whether it was verified (E4). */
export function FileList({
  files,
  material = false,
  disabled = false,
}: {
  files: Files;
  material?: boolean;
  disabled?: boolean;
}) {
  const t = useT();
  return (
    <div className={css['files']}>
      {files.chosen.map((one) => {
        const on = files.sending?.key === one.key ? files.sending.sent : null;
        return (
          <div key={one.key}>
            <bdi>{one.name}</bdi>
            <span className="dim">{sizeText(one.size)}</span>
            {one.size > maxAttachment && (
              <strong role="alert">{t('attach.too-large', { most: sizeText(maxAttachment) })}</strong>
            )}
            {one.entry !== null && <span className="dim">{t('attach.on-record', { entry: one.entry })}</span>}
            {material && (
              <>
                <input
                  type="text"
                  maxLength={200}
                  aria-label={t('attach.source-of', { name: one.name })}
                  placeholder={t('attach.source')}
                  value={one.source}
                  onChange={(e) => files.tell(one.key, { source: e.currentTarget.value })}
                />
                <select
                  aria-label={t('attach.verification-of', { name: one.name })}
                  value={one.verification}
                  onChange={(e) => files.tell(one.key, { verification: e.currentTarget.value })}
                >
                  {(['unverified', 'verified', 'disputed'] as const).map((word) => (
                    <option key={word} value={word}>
                      {t(`choice.${word}`)}
                    </option>
                  ))}
                </select>
              </>
            )}
            {on !== null && (
              <>
                <progress
                  max={Math.max(1, one.size)}
                  value={on}
                  aria-label={t('attach.progress', { name: one.name })}
                />
                <span className="dim" role="status">
                  {Math.floor((on * 100) / Math.max(1, one.size))} %
                </span>
              </>
            )}
            {on !== null ? (
              <button type="button" className={css['smallButton']} onClick={files.cancel}>
                {t('attach.cancel')}
              </button>
            ) : (
              files.sending === null && (
                <button
                  type="button"
                  className={css['smallButton']}
                  aria-label={t('attach.drop-of', { name: one.name })}
                  onClick={() => files.drop(one.key)}
                >
                  {t('attach.drop')}
                </button>
              )
            )}
          </div>
        );
      })}
      <div>
        <label className={css['filePick']}>
          {t('attach.choose')}
          <input
            type="file"
            multiple
            disabled={disabled || files.sending !== null}
            onChange={(e) => {
              files.choose(e.currentTarget.files);
              e.currentTarget.value = '';
            }}
          />
        </label>
        <span className="dim">{t('attach.limit', { most: sizeText(maxAttachment) })}</span>
      </div>
    </div>
  );
}
