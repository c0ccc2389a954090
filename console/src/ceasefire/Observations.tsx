import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useKnown } from '../api/known';
import { useMayWrite } from '../api/kinds';
import type { LineSummary, Mark } from '../api/types';
import { Download } from '../look/Download';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { choiceWord } from '../look/labels';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import look from '../look/look.module.css';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, type T } from '../messages';
import { sectorText, type Observation } from '../world/sectors';
import { Opener } from './Acts';
import css from './ceasefire.module.css';
import { askedOf, Filters, type Filter } from './Filters';
import { importLog, type Imported } from './importing';
import { NotCounted, OtherMarks, Pages, usePages } from './Pages';
import { observationTableQuery, type Asked } from '../api/ceasefire';

const pageSize = 100;
const forms = ['csv', 'geojson', 'acled', 'ucdp'] as const;
const kind = 'observation.reported';
const seen = ['explosion', 'impact', 'outgoing', 'airburst', 'projectile', 'burst', 'shot', 'tracer', 'flare'] as const;

/** `about 50`. */
const countText = (t: T, { count, qualifier }: Observation): string =>
  qualifier == null || qualifier === 'exact'
    ? String(count ?? '?')
    : `${choiceWord(t, kind, 'qualifier', qualifier)} ${count ?? '?'}`;

/** What observers wrote, raw: a table of very many, and files in and out. */
export function Observations({
  line,
  mark,
  bar,
  onMark,
}: {
  line: LineSummary;
  mark: Mark;
  bar: ReactNode;
  onMark: (mark: Mark) => void;
}) {
  const t = useT();
  const name = useName();
  const [typed, setTyped] = useState<Asked>({});
  const asked = askedOf(typed, mark);
  const pages = usePages(JSON.stringify(asked));
  const known = useKnown(observationTableQuery(line.line, asked, pages.after, pageSize));
  const table = known.data;
  const filters: Filter[] = [
    { name: 'reporter', label: 'member.reporter' },
    { name: 'accused', label: 'member.accused' },
    {
      name: 'kind',
      label: 'member.observation.what',
      choices: seen.map((word) => ({ word, text: choiceWord(t, kind, 'what', word) })),
    },
    { name: 'place', label: 'cease.sector' },
  ];
  return (
    <div className="column">
      <Opener line={line} kind={kind} label={t('cease.report-observations')} />
      <Import line={line} mark={mark} />
      <Filters filters={filters} values={typed} onChange={setTyped}>
        {bar}
        <button type="button" onClick={() => print()}>
          {t('usage.print')}
        </button>
      </Filters>
      <Unknown of={[known]} what={t('cease.tab.observations')} />
      <NotCounted of={table?.notCounted} />
      {table !== undefined && table.rows.length > 0 && (
        <div className={screen['tableBox']} tabIndex={0} role="group" aria-label={t('cease.tab.observations')}>
          <table>
            <thead>
              <tr>
                <th>{t('cease.number')}</th>
                <th>{t('member.reporter')}</th>
                <th>{t('cease.began')}</th>
                <th>{t('cease.sector')}</th>
                <th>{t('member.observation.what')}</th>
                <th>{t('cease.where')}</th>
                <th>{t('member.accused')}</th>
              </tr>
            </thead>
            <tbody>
              {table.rows.map(({ entry, observation }) => (
                <tr key={`${entry} ${observation.reporter} ${observation.id}`}>
                  <td>
                    <Foreign text={observation.id ?? ''} />
                    <br />
                    <EntryLink line={line.line} entry={entry} />
                  </td>
                  <td>
                    <Foreign text={name(observation.reporter ?? '')} />
                    <br />
                    <span className="dim">
                      {observation.means != null && choiceWord(t, kind, 'means', observation.means)}
                    </span>
                  </td>
                  <td>
                    <Stamp at={observation.start} />
                  </td>
                  <td>{observation.place?.name != null && <Foreign text={observation.place.name} />}</td>
                  <td>
                    <strong>{countText(t, observation)}</strong> {choiceWord(t, kind, 'what', observation.what ?? '')}
                    {observation.weapon != null && <>, {choiceWord(t, kind, 'weapon', observation.weapon)}</>}
                    {observation.note != null && (
                      <>
                        <br />
                        <span className="dim">
                          <Foreign text={observation.note} />
                        </span>
                      </>
                    )}
                  </td>
                  <td>
                    <bdi dir="ltr">{sectorText(observation)}</bdi>
                  </td>
                  <td>
                    {observation.accused == null ? (
                      <span className="dim">{t('cease.nobody')}</span>
                    ) : (
                      <Foreign text={name(observation.accused)} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {table !== undefined && (
        <Pages pages={pages} shown={table.rows.length} total={table.total} next={table.next ?? null} />
      )}
      {allKnown(known) && table?.rows.length === 0 && (
        <>
          <p className="dim">{t('cease.no-observations')}</p>
          <OtherMarks
            mark={mark}
            onMark={onMark}
            question={(other) => observationTableQuery(line.line, { mark: other }, '', 1)}
          />
        </>
      )}
      <section aria-label={t('cease.exports')}>
        <h3>{t('cease.exports')}</h3>
        <p className="row">
          {forms.map((form) => (
            <Download
              key={form}
              path={`/api/v1/lines/${line.line}/observations?form=${form}&mark=${mark}`}
              otherwise={form === 'geojson' ? 'observations.geojson' : `observations-${form}.csv`}
            >
              {t(`cease.form.${form}`)}
            </Download>
          ))}
        </p>
      </section>
    </div>
  );
}

/** A log of observers as a file. Rows that make no sense are named, all others are taken; the same file again doubles nothing. */
function Import({ line, mark }: { line: LineSummary; mark: Mark }) {
  const t = useT();
  const may = useMayWrite();
  const queries = useQueryClient();
  const [told, setTold] = useState<Imported | null>(null);
  const load = useMutation({
    mutationFn: (file: File) => importLog(line.line, file, mark),
    onSuccess: (done) => {
      setTold(done);
      void queries.invalidateQueries({ queryKey: ['observation-table', line.line] });
      void queries.invalidateQueries({ queryKey: ['tally', line.line] });
    },
  });
  if (!may(kind)) return null;
  return (
    <section aria-label={t('cease.import')} className="column">
      <label className={look['filePick']}>
        {t('cease.import')}
        <input
          type="file"
          accept=".csv,text/csv"
          disabled={load.isPending}
          onChange={(e) => {
            const file = e.currentTarget.files?.[0];
            e.currentTarget.value = '';
            setTold(null);
            if (file !== undefined) load.mutate(file);
          }}
        />
      </label>
      {load.isPending && <p role="status">{t('cease.importing')}</p>}
      <Refusal error={load.error} />
      {told !== null && (
        <>
          <p role="status">
            {t('cease.imported', {
              imported: told.imported,
              doubled: told.doubled,
              refused: told.refused.length + told.refusedMore,
            })}
          </p>
          {told.refused.length > 0 && (
            <ul className={css['warnings']} aria-label={t('cease.refused-rows')}>
              {told.refused.slice(0, 200).map(({ row, reason }) => (
                <li key={row}>
                  {t('cease.row', { row })} <Foreign text={reason} lang="en" />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}
