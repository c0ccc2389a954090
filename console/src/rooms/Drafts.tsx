import { useState } from 'react';
import { useKinds } from '../api/kinds';
import { useKnown } from '../api/known';
import { useLines } from '../api/queries';
import { changesQuery, type ClauseChange, type Draft, type RoomLine } from '../api/rooms';
import { useSession } from '../api/session';
import { fieldsOf, valuesOfBody } from '../entry/fields';
import { membersOf, objectsOfList, textOf } from '../look/body';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { NewAct } from './RoomActs';
import css from './rooms.module.css';

/** The negotiating text: its newest version, what changed, and what this side says of it. */
export function Drafts({ side }: { side: RoomLine }) {
  const t = useT();
  const name = useName();
  const { party } = useSession();
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
          <Clauses text={draft.text} />
          {draft.changes.length > 0 && (
            <>
              <h5>{t('rooms.changes')}</h5>
              <Changes changes={draft.changes} />
            </>
          )}
        </details>
      ))}
      {newest.number > 1 && <Between side={side} newest={newest.number} />}
      {side.mediator === party && !newest.bracketed && <Table draft={newest} />}
      {side.comments.length > 0 && (
        <>
          <h5>{t('rooms.comments')}</h5>
          <ul className={css['words']}>
            {side.comments.map((one) => (
              <li key={one.entry} className={css['word']}>
                <span>
                  <strong>{name(one.by)}</strong> · <Foreign text={one.clause} /> ({one.version}){' '}
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

/** A text clause by clause, what is not agreed in brackets, with whose wish it is where that may be said. */
function Clauses({ text }: { text: unknown }) {
  const name = useName();
  return (
    <ol className={css['clauses']}>
      {objectsOfList(membersOf(text)?.['clauses']).map((clause, i) => {
        const lang = textOf(clause['lang']);
        const [heading, wording] = [textOf(clause['heading']), textOf(clause['text'])];
        return (
          <li key={i}>
            <span className={css['number']}>
              <Foreign text={textOf(clause['id']) ?? ''} />
            </span>
            <div>
              {heading !== null && (
                <p>
                  <strong>
                    <Foreign text={heading} lang={lang} />
                  </strong>
                </p>
              )}
              {wording !== null && (
                <p className={css['text']}>
                  <Foreign text={wording} lang={lang} />
                </p>
              )}
              {objectsOfList(clause['brackets']).map((one, j) => {
                const by = textOf(one['by']);
                return (
                  <p key={j} className={css['bracket']}>
                    {'[ '}
                    <Foreign text={textOf(one['text']) ?? ''} lang={lang} />
                    {' ]'}
                    {by !== null && <span className={css['stays']}> {name(by)}</span>}
                  </p>
                );
              })}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Changes({ changes }: { changes: readonly ClauseChange[] }) {
  const t = useT();
  return (
    <ul className={css['words']}>
      {changes.map((one) => (
        <li key={`${one.id} ${one.lang ?? ''}`} className={css['word']}>
          <span>
            <Foreign text={one.id} /> · {wordOf(t, 'cease.change', one.change)}
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
  );
}

/** Any two versions beside each other. */
function Between({ side, newest }: { side: RoomLine; newest: number }) {
  const t = useT();
  const [from, setFrom] = useState(1);
  const [to, setTo] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  const numbers = Array.from({ length: newest }, (_, i) => i + 1);
  const choice = (label: string, chosen: number, onChoose: (number: number) => void) => (
    <label>
      {label}{' '}
      <select value={chosen} onChange={(e) => onChoose(Number(e.currentTarget.value))}>
        {numbers.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('rooms.between')}</summary>
      <div className="row">
        {choice(t('rooms.from'), from, setFrom)}
        {choice(t('rooms.to'), to ?? newest, setTo)}
      </div>
      {open && <Difference side={side} from={from} to={to ?? newest} />}
    </details>
  );
}

function Difference({ side, from, to }: { side: RoomLine; from: number; to: number }) {
  const t = useT();
  const known = useKnown(changesQuery(side, from, to));
  return (
    <>
      <Unknown of={[known]} what={t('rooms.between')} />
      {known.data?.length === 0 && <p className="dim">{t('rooms.no-difference')}</p>}
      <Changes changes={known.data ?? []} />
    </>
  );
}

/** From the text to one that can be signed, word for word: on a line that the mediator has with those who are to sign. */
function Table({ draft }: { draft: Draft }) {
  const t = useT();
  const name = useName();
  const { party } = useSession();
  const kind = useKinds().get('agreement.tabled');
  const lines = useLines();
  const [on, setOn] = useState('');
  const line = lines.find((one) => one.line === on);
  if (kind === undefined) return null;
  const text = membersOf(draft.text) ?? {};
  const body = {
    title: text['title'],
    clauses: objectsOfList(text['clauses']).map((clause) => ({
      kind: textOf(clause['kind']) ?? 'other',
      ...Object.fromEntries(['id', 'lang', 'heading', 'text'].map((member) => [member, clause[member]])),
    })),
  };
  return (
    <div className="column">
      <label>
        {t('rooms.table-on')}{' '}
        <select value={on} onChange={(e) => setOn(e.currentTarget.value)}>
          <option value="">…</option>
          {lines.map((one) => (
            <option key={one.line} value={one.line}>
              {one.parties
                .filter((each) => each !== party)
                .map(name)
                .join(', ')}
            </option>
          ))}
        </select>
      </label>
      {line !== undefined && (
        <NewAct
          key={line.line}
          line={line}
          kind="agreement.tabled"
          label={t('rooms.table')}
          start={valuesOfBody(fieldsOf(kind), body)}
        />
      )}
    </div>
  );
}
