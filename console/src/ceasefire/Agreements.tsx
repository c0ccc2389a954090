import { useState } from 'react';
import { useKnown } from '../api/known';
import { useKinds, useMayWrite } from '../api/kinds';
import type { LineSummary } from '../api/types';
import { fieldsOf, leftOutOf, valuesOfBody } from '../entry/fields';
import { PartBoundary } from '../look/Boundary';
import { Foreign } from '../look/Foreign';
import { go } from '../look/route';
import look from '../look/look.module.css';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import type { Level } from '../look/levels';
import { Opener, Waiting, type Start } from './Acts';
import { AgreementView } from './AgreementView';
import { agreementsQuery } from '../api/ceasefire';
import { LeftOut } from './Pages';
import css from './ceasefire.module.css';

/** Largest text that is read from a file, in bytes: as much as an entry holds. */
const largestText = 48 * 1024;

const levels: Readonly<Record<string, Level>> = {
  'in force': 'normal',
  suspended: 'serious',
  tabled: 'standby',
  open: 'standby',
  'partly signed': 'caution',
};
export const levelOfState = (state: string): Level => levels[state] ?? 'off';

/** The agreements of a line, and the one that is looked at. */
export function Agreements({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const known = useKnown(agreementsQuery(line.line));
  const all = known.data?.items ?? [];
  const shown = chosen ?? all[0]?.agreement ?? null;
  return (
    <div className={`${screen['split']} ${css['split']}`}>
      <div className={screen['cards']} data-paper="no">
        <Unknown of={[known]} what={t('cease.tab.agreements')} />
        <NewText line={line} />
        <Opener line={line} kind="order.announced" label={t('cease.announce')} />
        {all.map((one) => (
          <button
            key={one.agreement}
            type="button"
            className={screen['item']}
            aria-current={one.agreement === shown ? 'true' : undefined}
            onClick={() => go({ screen: 'ceasefire', line: line.line, entry: one.agreement, tab: 'agreements' })}
          >
            <span className="row spread">
              <Status level={levelOfState(one.state)} word={wordOf(t, 'state', one.state)} />
              <bdi dir="ltr" className="mono dim">
                {one.agreement}
              </bdi>
            </span>
            <Foreign text={one.title ?? t('cease.no-text')} />
            {one.inForceFrom != null && (
              <span className="dim">
                <br />
                {t('cease.from')} <Stamp at={one.inForceFrom} />
              </span>
            )}
          </button>
        ))}
        <LeftOut of={known.data?.leftOut} />
        {allKnown(known) && all.length === 0 && <p className="dim">{t('cease.no-agreements')}</p>}
      </div>
      <div className="column">
        <Waiting line={line.line} families={['agreement', 'order']} />
        {shown !== null && (
          <PartBoundary key={shown} resetOn={shown}>
            <AgreementView line={line} entry={shown} />
          </PartBoundary>
        )}
      </div>
    </div>
  );
}

/** A new text: typed, or read from a file as our own command reads it. */
function NewText({ line }: { line: LineSummary }) {
  const t = useT();
  const kind = useKinds().get('agreement.tabled');
  const may = useMayWrite();
  const [start, setStart] = useState<(Start & { name: string }) | null>(null);
  const [problem, setProblem] = useState(false);
  if (kind === undefined || !may('agreement.tabled')) return null;
  const load = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      if (file.size > largestText) throw new Error('too long');
      const text: unknown = JSON.parse(await file.text());
      const fields = fieldsOf(kind);
      setStart({ name: file.name, values: valuesOfBody(fields, text), leftOut: leftOutOf(fields, text) });
      setProblem(false);
    } catch {
      setStart(null);
      setProblem(true);
    }
  };
  return (
    <>
      <Opener
        key={start?.name ?? ''}
        line={line}
        kind="agreement.tabled"
        label={t('cease.table')}
        {...(start === null ? {} : { start })}
      />
      <label className={look['filePick']}>
        {t('cease.from-file')}
        <input
          type="file"
          accept=".json,application/json"
          onChange={(e) => {
            void load(e.currentTarget.files?.[0]);
            e.currentTarget.value = '';
          }}
        />
      </label>
      {start !== null && <p role="status">{t('cease.file-read', { name: start.name })}</p>}
      {problem && <p role="alert">{t('cease.file-unreadable')}</p>}
    </>
  );
}
