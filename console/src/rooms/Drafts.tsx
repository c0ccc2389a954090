import type { RoomLine } from '../api/rooms';
import { EntryLink } from '../look/EntryLink';
import { EntryBody } from '../look/BodyView';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { useT, wordOf } from '../messages';
import css from './rooms.module.css';

/** The negotiating text: its newest version, what changed, and what this side says of it. */
export function Drafts({ side }: { side: RoomLine }) {
  const t = useT();
  const name = useName();
  const newest = side.drafts.at(-1);
  if (newest === undefined) return null;
  return (
    <>
      <h4>{t('rooms.drafts')}</h4>
      {[...side.drafts].reverse().map((draft) => (
        <details key={draft.entry} open={draft === newest}>
          <summary>
            <Status level="caution" word={t('rooms.no-status', { number: draft.number })} />{' '}
            <Foreign text={draft.title} /> · <Stamp at={draft.at} />
          </summary>
          <p>
            <EntryLink line={side.line} entry={draft.entry} />
          </p>
          <EntryBody line={side.line} entry={draft.entry} rest={false} />
          {draft.changes.length > 0 && (
            <>
              <h5>{t('rooms.changes')}</h5>
              <ul className={css['words']}>
                {draft.changes.map((one) => (
                  <li key={`${one.id} ${one.lang ?? ''}`} className={css['word']}>
                    <span>
                      {one.id} · {wordOf(t, 'cease.change', one.change)}
                    </span>
                    {one.before != null && (
                      <del>
                        <Foreign text={one.before} lang={one.lang} />
                      </del>
                    )}
                    {one.after != null && (
                      <ins>
                        <Foreign text={one.after} lang={one.lang} />
                      </ins>
                    )}
                  </li>
                ))}
              </ul>
            </>
          )}
        </details>
      ))}
      {side.comments.length > 0 && (
        <>
          <h5>{t('rooms.comments')}</h5>
          <ul className={css['words']}>
            {side.comments.map((one) => (
              <li key={one.entry} className={css['word']}>
                <span>
                  <strong>{name(one.by)}</strong> · {one.clause} ({one.version}){' '}
                  <EntryLink line={side.line} entry={one.entry} />
                </span>
                <Foreign text={one.text} />
                {one.instead != null && (
                  <span>
                    {t('member.instead')}: <Foreign text={one.instead} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
