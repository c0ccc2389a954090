import { useMutation } from '@tanstack/react-query';
import { bytes } from '../api/client';
import { useT, wordOf } from '../messages';
import { bodyPath, fileName, sizeText, type AttachmentNote } from './attachments';
import { Download } from './Download';
import css from './look.module.css';
import { Foreign } from './Foreign';
import { Refusal } from './Refusal';
import { Status } from './Status';

/** Files beside an entry: each to be saved, never opened here, with the digest that its author states, and a check of it. */
export function Attachments({ line, notes }: { line: string; notes: readonly AttachmentNote[] }) {
  const t = useT();
  if (notes.length === 0) return null;
  return (
    <ul className={css['attachments']} aria-label={t('attach.title')}>
      {notes.map((note) => (
        <Attachment key={note.entry} line={line} note={note} />
      ))}
    </ul>
  );
}

function Attachment({ line, note }: { line: string; note: AttachmentNote }) {
  const t = useT();
  const check = useMutation({ mutationFn: () => digestOf(bodyPath(line, note.entry)) });
  return (
    <li>
      <Download path={bodyPath(line, note.entry, note.name)} otherwise={fileName(note.entry)}>
        <Foreign text={note.name} />
      </Download>
      <span className="dim">
        <span className="mono">{note.entry}</span>
        {note.size !== null && ` · ${sizeText(note.size)}`}
        {note.source !== null && (
          <>
            {' '}
            · {t('attach.source')}: <Foreign text={note.source} />
          </>
        )}
        {note.verification !== null && ` · ${wordOf(t, 'choice', note.verification)}`}
      </span>
      {note.sha256 !== null && (
        <code className={css['digest']} title="SHA-256">
          sha256 {note.sha256}
        </code>
      )}
      {note.sha256 !== null && (
        <button type="button" className={css['smallButton']} disabled={check.isPending} onClick={() => check.mutate()}>
          {t('attach.check')}
        </button>
      )}
      {check.data !== undefined &&
        (check.data === note.sha256 ? (
          <Status level="normal" word={t('attach.same')} />
        ) : (
          <Status level="serious" word={t('attach.differs')} />
        ))}
      <Refusal error={check.error} />
    </li>
  );
}

/** SHA-256 of what the station gives, made here. */
export async function digestOf(path: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await bytes(path));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
