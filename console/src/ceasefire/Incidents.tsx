import { useState, type ReactNode } from 'react';
import { useKnown } from '../api/known';
import type { LineSummary, Mark } from '../api/types';
import { PartBoundary } from '../look/Boundary';
import { Chip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { choiceWord } from '../look/labels';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { Opener, Waiting } from './Acts';
import css from './ceasefire.module.css';
import { askedOf, Filters, type Filter } from './Filters';
import { IncidentView, titleOf } from './IncidentView';
import { NotCounted, OtherMarks, Pages, usePages } from './Pages';
import { incidentTableQuery, type Asked } from '../api/ceasefire';
import { ReturnFires } from './ReturnFires';

const pageSize = 100;
export const rungs = ['alleged', 'preliminary', 'field inquiry', 'report', 'board', 'response', 'closed'] as const;

/** What is alleged on a line, as a table of very many; and one of them with every account of it. */
export function Incidents({
  line,
  chosen,
  mark,
  bar,
  onMark,
}: {
  line: LineSummary;
  chosen: string | null;
  mark: Mark;
  bar: ReactNode;
  onMark: (mark: Mark) => void;
}) {
  const t = useT();
  const name = useName();
  const [typed, setTyped] = useState<Asked>({});
  const asked = askedOf(typed, mark);
  const pages = usePages(JSON.stringify(asked));
  const known = useKnown(incidentTableQuery(line.line, asked, pages.after, pageSize));
  const table = known.data;
  const filters: Filter[] = [
    {
      name: 'state',
      label: 'handover.state',
      choices: [...rungs, 'merged'].map((word) => ({ word, text: wordOf(t, 'state', word) })),
    },
    { name: 'accused', label: 'member.accused' },
    { name: 'reporter', label: 'cease.whose-account' },
    { name: 'kind', label: 'member.observation.what' },
    { name: 'place', label: 'cease.sector' },
  ];
  if (chosen !== null)
    return (
      <div className="column">
        <div className={css['bar']}>
          <button type="button" onClick={() => go({ screen: 'ceasefire', line: line.line, tab: 'incidents' })}>
            ‹ {t('cease.all-incidents')}
          </button>
        </div>
        <PartBoundary key={chosen} resetOn={chosen}>
          <IncidentView line={line} entry={chosen} />
        </PartBoundary>
      </div>
    );
  return (
    <div className="column">
      <Opener line={line} kind="incident.reported" label={t('cease.report')} />
      <ReturnFires line={line} />
      <Waiting line={line.line} families={['incident', 'returnfire']} />
      <Filters filters={filters} values={typed} onChange={setTyped}>
        {bar}
        <button type="button" onClick={() => print()}>
          {t('usage.print')}
        </button>
      </Filters>
      <Unknown of={[known]} what={t('cease.tab.incidents')} />
      <NotCounted of={table?.notHeld} />
      {table !== undefined && table.rows.length > 0 && (
        <div className={screen['tableBox']} tabIndex={0} role="group" aria-label={t('cease.tab.incidents')}>
          <table>
            <thead>
              <tr>
                <th>{t('cease.number')}</th>
                <th>{t('handover.state')}</th>
                <th>{t('cease.began')}</th>
                <th>{t('cease.sector')}</th>
                <th>{t('cease.what')}</th>
                <th>{t('member.accused')}</th>
                <th>{t('cease.whose-account')}</th>
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr key={row.number}>
                  <td>
                    <button
                      type="button"
                      className={css['rowLink']}
                      onClick={() => go({ screen: 'ceasefire', line: line.line, entry: row.number, tab: 'incidents' })}
                    >
                      <bdi dir="ltr">{row.number}</bdi>
                    </button>
                    {row.goesOnUnder !== row.number && (
                      <>
                        <br />
                        <span className="dim">
                          → <bdi dir="ltr">{row.goesOnUnder}</bdi>
                        </span>
                      </>
                    )}
                  </td>
                  <td>
                    <strong>{titleOf(t, row.state, row.title)}</strong>
                    <br />
                    {wordOf(t, 'state', row.state)}{' '}
                    {row.dissents > 0 && <Chip tone="caution">{t('cease.dissents', { count: row.dissents })}</Chip>}
                  </td>
                  <td>
                    <Stamp at={row.from} />
                  </td>
                  <td>{row.place != null && <Foreign text={row.place} />}</td>
                  <td>
                    {row.what == null ? (
                      <span className="dim">{t('cease.not-here')}</span>
                    ) : (
                      <Foreign text={row.what} />
                    )}{' '}
                    {row.kinds.map((kind) => (
                      <Chip key={kind}>{choiceWord(t, 'observation.reported', 'what', kind)}</Chip>
                    ))}
                  </td>
                  <td>
                    {row.accused.length === 0 ? (
                      <span className="dim">{t('cease.nobody')}</span>
                    ) : (
                      <Foreign text={row.accused.map(name).join(', ')} />
                    )}
                  </td>
                  <td>
                    <Foreign text={row.reporters.map(name).join(', ')} />
                    <br />
                    <span className="dim">{t('cease.accounts-count', { count: row.accounts })}</span>
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
          <p className="dim">{t('cease.no-incidents')}</p>
          <OtherMarks
            mark={mark}
            onMark={onMark}
            question={(other) => incidentTableQuery(line.line, { mark: other }, '', 1)}
          />
        </>
      )}
    </div>
  );
}
