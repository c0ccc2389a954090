import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useKnown } from '../api/known';
import { placeOf } from '../api/client';
import { useKinds, type Kind } from '../api/kinds';
import { entryQuery } from '../api/queries';
import { useSession } from '../api/session';
import type { LineSummary } from '../api/types';
import { fieldsOf, leftOutOf, valuesOfBody } from '../entry/fields';
import { Chip } from '../look/Chips';
import { Download } from '../look/Download';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { choiceWord, kindWord } from '../look/labels';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { readUtc } from '../look/time';
import { Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { UtcField } from '../look/UtcField';
import { measured, useT, wordOf } from '../messages';
import { Acts, type Start } from './Acts';
import { levelOfState } from './Agreements';
import { AgreementText } from './AgreementText';
import css from './ceasefire.module.css';
import { Lacking } from './CheckedText';
import { Orders } from './Orders';
import { agreementQuery } from '../api/ceasefire';
import type { Agreement } from '../api/ceasefire';
import { languagesOf } from './texts';

/** States after which nothing of it is settled any more. */
const over: ReadonlySet<string> = new Set(['ended', 'denounced', 'declined']);
/** Acts that move an agreement on: to sign and to consent are such until this party has signed all that it can. */
export function onwardOf(agreement: Pick<Agreement, 'signatories'>, own: string): readonly string[] {
  const ours = agreement.signatories.filter((one) => one.party === own);
  return ours.length > 0 && ours.every((one) => one.state === 'signed')
    ? ['agreement.opened']
    : ['agreement.opened', 'agreement.signed', 'agreement.consented'];
}

/** What an act begins with: the hash of the text that is read here, and the text where another is put in its place. */
function startOf(kind: Kind, agreement: Agreement, own: string): Start {
  const hash = agreement.pending.at(-1) ?? agreement.hash ?? '';
  // The entry that brought the text: whoever releases it reads that one, and not what was tabled first.
  const about = agreement.versions.find((one) => one.hash === hash)?.entry ?? agreement.agreement;
  switch (kind.kind) {
    // What is signed is the text that is read here, and never a hash that was typed before another came.
    case 'agreement.signed':
      return {
        values: { capacity: agreement.signatories.find((one) => one.party === own)?.capacity ?? '' },
        fixed: { hash },
        about,
      };
    case 'agreement.opened':
    case 'agreement.consented':
    case 'agreement.declined':
      return { values: {}, fixed: { hash }, about };
    case 'agreement.countered':
    case 'agreement.amended': {
      const fields = fieldsOf(kind);
      return { values: valuesOfBody(fields, agreement.text), leftOut: leftOutOf(fields, agreement.text) };
    }
    default:
      return { values: {} };
  }
}

/** One agreement: whether it is in force, who signed what, what it says, what changed, and which forces have the order. */
export function AgreementView({ line, entry }: { line: LineSummary; entry: string }) {
  const t = useT();
  const { party: own } = useSession();
  const [typed, setTyped] = useState('');
  const at = typed.trim() === '' ? null : readUtc(typed);
  const now = useKnown(agreementQuery(line.line, entry));
  const asOf = useKnown({ ...agreementQuery(line.line, entry, at), enabled: at !== null });
  const shown = at === null ? now : asOf;
  const agreement = shown.data;
  return (
    <article className="column" aria-label={plainOf(agreement?.title ?? entry)}>
      {agreement === undefined ? (
        <Unknown of={[shown]} what={at === null ? entry : t('cease.not-then', { entry })} />
      ) : (
        <Head line={line} agreement={agreement} past={at !== null} />
      )}
      <div className={css['bar']}>
        <UtcField label={t('cease.as-of')} value={typed} onChange={setTyped} />
        {typed !== '' && (
          <button type="button" onClick={() => setTyped('')}>
            {t('cease.now')}
          </button>
        )}
        <button type="button" onClick={() => print()}>
          {t('usage.print')}
        </button>
      </div>
      {now.data !== undefined && at === null && (
        <Acts
          line={line}
          entry={now.data.agreement}
          first={onwardOf(now.data, own)}
          startOf={(kind) => startOf(kind, now.data ?? ({} as Agreement), own)}
        />
      )}
      {agreement !== undefined && (
        <>
          {/* What an agreement that is over did not settle is nothing that anybody could settle yet. */}
          {!over.has(agreement.state) && <Lacking missing={agreement.missing} warnings={agreement.warnings} />}
          <Signatures line={line} agreement={agreement} />
          <Orders line={line} agreement={agreement.agreement} />
          <AgreementText key={agreement.hash ?? ''} line={line} agreement={agreement} />
          <Versions line={line} agreement={agreement} />
          <Exports line={line} agreement={agreement} at={at} />
        </>
      )}
    </article>
  );
}

/** `3 d 04:12:09` until then. */
function countdown(milliseconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const s = Math.max(0, Math.ceil(milliseconds / 1000));
  const days = Math.floor(s / 86_400);
  return `${days > 0 ? `${measured(days, 'd')} ` : ''}${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function Head({ line, agreement, past }: { line: LineSummary; agreement: Agreement; past: boolean }) {
  const t = useT();
  const now = useNow();
  const from = agreement.inForceFrom == null ? null : Date.parse(agreement.inForceFrom);
  const coming = from !== null && from > now;
  return (
    <>
      <div className="row">
        <h2>
          <Foreign text={agreement.title ?? t('cease.no-text')} />
        </h2>
        <EntryLink line={line.line} entry={agreement.agreement} />
        {past && <Chip tone="caution">{t('cease.past')}</Chip>}
      </div>
      <dl className={css['facts']}>
        <div>
          <dt>{t('handover.state')}</dt>
          <dd>
            <Status level={levelOfState(agreement.state)} word={wordOf(t, 'state', agreement.state)} />
            {agreement.waitsFor != null && (
              <>
                <br />
                {t('cease.waits-for', { what: wordOf(t, 'cease.waits', agreement.waitsFor) })}
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{coming ? t('cease.until-effect') : t('cease.from')}</dt>
          <dd>
            {from === null ? (
              '–'
            ) : (
              <>
                {coming && !past && (
                  <span className={css['count']} role="timer" aria-live="off">
                    {countdown(from - now)}
                    <br />
                  </span>
                )}
                <Stamp at={agreement.inForceFrom} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('cease.ends')}</dt>
          <dd>{agreement.ends == null ? t('cease.no-end') : <Stamp at={agreement.ends} />}</dd>
        </div>
      </dl>
      {agreement.hash != null && (
        <p className={css['hash']}>
          {t('cease.hash')} <bdi dir="ltr">{agreement.hash}</bdi>
        </p>
      )}
      {agreement.pending.length > 0 && (
        <p role="note">
          <Status level="caution" word={t('cease.pending', { count: agreement.pending.length })} />
        </p>
      )}
    </>
  );
}

const signed: Readonly<Record<string, 'normal' | 'standby' | 'caution' | 'serious' | 'off'>> = {
  signed: 'normal',
  declined: 'serious',
  conditional: 'caution',
  'not on this text': 'caution',
  delivered: 'standby',
  read: 'standby',
};

function Signatures({ line, agreement }: { line: LineSummary; agreement: Agreement }) {
  const t = useT();
  const name = useName();
  if (agreement.signatories.length === 0) return null;
  return (
    <section aria-labelledby="cease-signatures">
      <h3 id="cease-signatures">{t('cease.signatories')}</h3>
      <div className={screen['tableBox']} tabIndex={0} role="group" aria-labelledby="cease-signatures">
        <table className={screen['stacked']}>
          <thead>
            <tr>
              <th>{t('inspect.party')}</th>
              <th>{t('member.capacity')}</th>
              <th>{t('member.scope')}</th>
              <th>{t('handover.state')}</th>
              <th>{t('cease.note')}</th>
              <th>{t('cease.entry')}</th>
            </tr>
          </thead>
          <tbody>
            {agreement.signatories.map((one) => (
              <tr key={`${one.party} ${one.capacity} ${one.scope}`}>
                <td>{name(one.party)}</td>
                <td>{choiceWord(t, 'agreement.signed', 'capacity', one.capacity)}</td>
                <td>{one.scope === 'whole' ? t('cease.whole') : <Foreign text={one.scope} />}</td>
                <td>
                  <Status level={signed[one.state] ?? 'off'} word={wordOf(t, 'cease.signed', one.state)} />
                </td>
                <td>{one.note != null && <Foreign text={one.note} />}</td>
                <td>{one.entry != null && <SignedBy line={line.line} entry={one.entry} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Who put a signature on the record, who released it, and when. */
function SignedBy({ line, entry }: { line: string; entry: string }) {
  const t = useT();
  const told = useQuery(entryQuery(line, entry)).data;
  return (
    <>
      <EntryLink line={line} entry={entry} />
      {told !== undefined && (
        <>
          <br />
          <Foreign text={`${told.by.name} (${wordOf(t, 'seat', told.by.seat)})`} />
          {told.by.releasedBy != null && (
            <>
              {' · '}
              {t('message.released-by', {
                name: `${told.by.releasedBy.name} (${wordOf(t, 'seat', told.by.releasedBy.seat)})`,
              })}
            </>
          )}
          <br />
          <Stamp at={told.at} />
        </>
      )}
    </>
  );
}

/** Every text that counted, by its hash. */
function Versions({ line, agreement }: { line: LineSummary; agreement: Agreement }) {
  const t = useT();
  const name = useName();
  return (
    <section aria-labelledby="cease-versions">
      <h3 id="cease-versions">{t('cease.versions')}</h3>
      <div className={screen['tableBox']} tabIndex={0} role="group" aria-labelledby="cease-versions">
        <table className={screen['stacked']}>
          <tbody>
            {[...agreement.versions].reverse().map((one) => (
              <tr key={one.hash}>
                <td>
                  {kindWord(t, one.kind)}
                  <br />
                  <span className="dim">{name(placeOf(one.entry).party)}</span>
                </td>
                <td>
                  <Stamp at={one.at} />
                </td>
                <td>
                  <Foreign text={one.title} />
                  <br />
                  <bdi dir="ltr" className={css['hash']}>
                    {one.hash}
                  </bdi>
                </td>
                <td>
                  {one.hash === agreement.hash && <Chip tone="normal">{t('cease.shown')}</Chip>}{' '}
                  {agreement.pending.includes(one.hash) && <Chip tone="caution">{t('cease.is-pending')}</Chip>}{' '}
                  <EntryLink line={line.line} entry={one.entry} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {agreement.enclosures.length > 0 && (
        <>
          <h3>{t('cease.enclosures')}</h3>
          <ul>
            {agreement.enclosures.map((one) => (
              <li key={`${one.part} ${one.id}`}>
                <Foreign text={one.title ?? one.id} />{' '}
                <Status
                  level={one.state === 'as stated' ? 'normal' : one.state === 'other bytes' ? 'serious' : 'caution'}
                  word={wordOf(t, 'cease.enclosure', one.state)}
                />{' '}
                {one.entry != null && <EntryLink line={line.line} entry={one.entry} />}
                <br />
                <bdi dir="ltr" className={css['hash']}>
                  {one.hash}
                </bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Exports({ line, agreement, at }: { line: LineSummary; agreement: Agreement; at: string | null }) {
  const t = useT();
  const kinds = useKinds();
  const path = `/api/v1/lines/${line.line}/agreements/${agreement.agreement}/document?`;
  const then: Record<string, string> = at === null ? {} : { at };
  const file = `agreement-${agreement.agreement.replace('/', '-')}`;
  if (kinds.size === 0 || agreement.text == null) return null;
  return (
    <section aria-labelledby="cease-exports">
      <h3 id="cease-exports">{t('cease.exports')}</h3>
      <p className="row">
        <Download path={path + String(new URLSearchParams({ form: 'print', ...then }))} otherwise={`${file}.html`}>
          {t('cease.sheet')}
        </Download>
        {languagesOf(agreement.text).map(({ lang }) => (
          <Download
            key={lang ?? ''}
            path={path + String(new URLSearchParams({ form: 'akn', ...(lang === null ? {} : { lang }), ...then }))}
            otherwise={`${file}${lang === null ? '' : `-${lang}`}.xml`}
          >
            Akoma Ntoso{lang === null ? '' : ` (${plainOf(lang)})`}
          </Download>
        ))}
      </p>
      <p className="dim">{t('cease.proof')}</p>
    </section>
  );
}
