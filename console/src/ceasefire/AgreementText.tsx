import { useState } from 'react';
import { placeOf } from '../api/client';
import { useKnown } from '../api/known';
import { entryQuery } from '../api/queries';
import type { LineSummary } from '../api/types';
import { BodyView } from '../look/BodyView';
import { Chip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { choiceWord, kindWord, labelOf } from '../look/labels';
import { merged } from '../look/merged';
import { useName } from '../look/names';
import screen from '../look/screen.module.css';
import { Unknown } from '../look/Unknown';
import { directionOf, plainOf } from '../look/visible';
import { useT } from '../messages';
import css from './ceasefire.module.css';
import type { Agreement } from '../api/ceasefire';
import { clausesOf, languagesOf, membersBetween, pairsOf, restOf, type Change, type Clause } from './texts';

const kind = 'agreement.tabled';
const toneOf = (change: Change): 'normal' | 'caution' | 'serious' | 'dim' =>
  change === 'added' ? 'normal' : change === 'removed' ? 'serious' : change === 'changed' ? 'caution' : 'dim';

/** What an agreement says, in all of its languages; or beside another of its texts, clause by clause. */
export function AgreementText({ line, agreement }: { line: LineSummary; agreement: Agreement }) {
  const t = useT();
  const name = useName();
  const others = agreement.versions.filter((one) => one.hash !== agreement.hash);
  // What waits for a signature is read beside what holds, without being asked for.
  const waiting = agreement.versions.find((one) => one.hash === agreement.pending.at(-1));
  const [beside, setBeside] = useState<string>(waiting?.entry ?? '');
  if (agreement.text == null) return <p role="note">{t('cease.no-text')}</p>;
  return (
    <section aria-labelledby="cease-text" className="column">
      <div className={css['bar']}>
        <h3 id="cease-text">{t('cease.text')}</h3>
        {others.length > 0 && (
          <label>
            {t('cease.beside')}
            <select value={beside} onChange={(e) => setBeside(e.currentTarget.value)}>
              <option value="">{t('cease.alone')}</option>
              {[...others].reverse().map((one) => (
                <option key={one.hash} value={one.entry}>
                  {kindWord(t, one.kind)} · {name(placeOf(one.entry).party)} · {one.entry}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {beside === '' ? (
        <Alone text={agreement.text} />
      ) : (
        <Beside
          line={line}
          agreement={agreement}
          other={beside}
          later={
            agreement.versions.findIndex((one) => one.entry === beside) >
            agreement.versions.findIndex((one) => one.hash === agreement.hash)
          }
        />
      )}
    </section>
  );
}

/** Every clause, a column for each language, in its own direction. */
function Alone({ text }: { text: unknown }) {
  const t = useT();
  const languages = languagesOf(text);
  const clauses = clausesOf(text);
  const ids = [...new Set(clauses.map((one) => one.id))];
  return (
    <>
      {ids.length > 0 && (
        <div className={screen['tableBox']} tabIndex={0} role="group" aria-labelledby="cease-text">
          <table className={css['clauses']}>
            <thead>
              <tr>
                <th>{t('cease.clause')}</th>
                {languages.map(({ lang, decides }) => (
                  <th key={lang ?? ''}>
                    {lang === null ? t('cease.wording') : plainOf(lang)}{' '}
                    {decides && <Chip tone="normal">{t('cease.decides')}</Chip>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ids.map((id) => (
                <tr key={id}>
                  <td>
                    <Foreign text={id} />
                  </td>
                  {languages.map(({ lang }) => (
                    <td key={lang ?? ''} dir={directionOf(lang)} {...(lang === null ? {} : { lang })}>
                      {clauses
                        .filter((one) => one.id === id && (one.lang === null || one.lang === lang))
                        .map((one, i) => (
                          <Wording key={i} clause={one} />
                        ))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <BodyView kind={kind} body={restOf(text)} />
    </>
  );
}

function Wording({ clause }: { clause: Clause }) {
  const t = useT();
  return (
    <>
      <p>
        <strong>
          {clause.heading === null ? choiceWord(t, kind, 'kind', clause.kind) : <Foreign text={clause.heading} />}
        </strong>
      </p>
      <p>
        <Foreign text={clause.text} lang={clause.lang} />
      </p>
    </>
  );
}

/** Two texts beside each other: the earlier one first, each difference marked by a word and a stroke as well as by its ground. */
function Beside({
  line,
  agreement,
  other,
  later,
}: {
  line: LineSummary;
  agreement: Agreement;
  other: string;
  later: boolean;
}) {
  const t = useT();
  const name = useName();
  const [all, setAll] = useState(false);
  const known = useKnown(entryQuery(line.line, other));
  if (known.data === undefined)
    return known.unknown ? <Unknown of={[known]} what={other} /> : <p className="dim">{t('shell.loading')}</p>;
  const [then, now] = later ? [agreement.text, known.data.body] : [known.data.body, agreement.text];
  const shown = agreement.versions.find((one) => one.hash === agreement.hash)?.entry ?? agreement.agreement;
  const [first, second] = later ? [shown, other] : [other, shown];
  const pairs = pairsOf(then, now);
  const members = membersBetween(then, now);
  const changed = pairs.filter((pair) => pair.change !== 'same').length + members.length;
  const head = (entry: string) => (
    <p>
      {name(placeOf(entry).party)} <span className="mono dim">{entry}</span>
    </p>
  );
  return (
    <>
      <p role="status">{t('cease.differences', { count: changed })}</p>
      <label className="row">
        <input type="checkbox" checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />
        {t('cease.show-same')}
      </label>
      <div>
        <div className={`${css['pair']} ${css['pairHead']}`}>
          <span>{t('cease.clause')}</span>
          {head(first)}
          {head(second)}
        </div>
        {pairs
          .filter((pair) => all || pair.change !== 'same')
          .map(({ id, change, then: before, now: after }, i) => (
            <div key={i} className={css['pair']} data-change={change}>
              <div className={css['number']}>
                <strong>
                  <Foreign text={id} />
                </strong>
                {(after ?? before)?.lang != null && <Chip>{plainOf((after ?? before)?.lang ?? '')}</Chip>}
                <Chip tone={toneOf(change)}>{t(`cease.change.${change}`)}</Chip>
              </div>
              <Side clause={before} other={after} of="first" />
              <Side clause={after} other={before} of="second" />
            </div>
          ))}
        {members.map(({ name: member, change, then: before, now: after }) => (
          <div key={member} className={css['pair']} data-change={change}>
            <div className={css['number']}>
              <strong>{labelOf(t, kind, member)}</strong>
              <Chip tone={toneOf(change)}>{t(`cease.change.${change}`)}</Chip>
            </div>
            <div className={change === 'removed' ? css['drop'] : undefined}>
              <Member name={member} value={before} />
            </div>
            <div className={change === 'added' ? css['add'] : undefined}>
              <Member name={member} value={after} />
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

function Member({ name, value }: { name: string; value: unknown }) {
  const t = useT();
  return value === null || value === undefined ? (
    <span className="dim">{t('cease.nothing')}</span>
  ) : (
    <BodyView kind={kind} body={{ [name]: value }} />
  );
}

function Side({ clause, other, of }: { clause: Clause | null; other: Clause | null; of: 'first' | 'second' }) {
  const t = useT();
  if (clause === null) return <p className="dim">{t('cease.nothing')}</p>;
  const pieces =
    other === null
      ? null
      : merged(of === 'first' ? clause.text : other.text, of === 'first' ? other.text : clause.text);
  return (
    <div dir={directionOf(clause.lang)} {...(clause.lang === null ? {} : { lang: clause.lang })}>
      <p>
        <strong>
          {clause.heading === null ? choiceWord(t, kind, 'kind', clause.kind) : <Foreign text={clause.heading} />}
        </strong>
      </p>
      <p>
        {pieces === null ? (
          of === 'first' ? (
            <del>
              <Foreign text={clause.text} lang={clause.lang} />
            </del>
          ) : (
            <mark>
              <Foreign text={clause.text} lang={clause.lang} />
            </mark>
          )
        ) : (
          pieces
            .filter((piece) => piece.of === 'both' || piece.of === of)
            .map((piece, i) =>
              piece.of === 'both' ? (
                <Foreign key={i} text={piece.text} lang={clause.lang} />
              ) : piece.of === 'first' ? (
                <del key={i}>
                  <Foreign text={piece.text} lang={clause.lang} />
                </del>
              ) : (
                <mark key={i}>
                  <Foreign text={piece.text} lang={clause.lang} />
                </mark>
              ),
            )
        )}
      </p>
    </div>
  );
}
