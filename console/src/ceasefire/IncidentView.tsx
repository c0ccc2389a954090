import { useKnown } from '../api/known';
import { placeOf } from '../api/client';
import { itemQuery } from '../api/queries';
import type { ItemView, LineSummary } from '../api/types';
import { BodyView, EntryBody } from '../look/BodyView';
import { Chip, NotMeant } from '../look/Chips';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { membersOf, textOf } from '../look/body';
import { choiceWord, kindWord } from '../look/labels';
import { useName } from '../look/names';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { Unknown } from '../look/Unknown';
import { useT, wordOf, type T } from '../messages';
import { Acts, Waiting, type Start } from './Acts';
import css from './ceasefire.module.css';
import { rungs } from './Incidents';
import { incidentQuery } from '../api/ceasefire';
import type { Account, Incident } from '../api/ceasefire';

/** The title by which an incident goes: alleged until the board closes (C-10). */
export const titleOf = (t: T, state: string, title: string): string =>
  state === 'closed'
    ? choiceWord(t, 'incident.found', 'result', title)
    : state === 'merged'
      ? t('cease.title.merged')
      : t('cease.title.alleged');

/** Who closes does so with the finding of the report. CEASEFIRE-26. */
function startOf(kind: string, incident: Incident): Start {
  const body = membersOf(incident.report?.body);
  return kind === 'incident.closed' && body !== null
    ? { values: { result: textOf(body['result']) ?? '', attribution: textOf(body['attribution']) ?? '' } }
    : { values: {} };
}

/** One incident under its number: every account side by side, the steps that it took, the finding apart from whom it is attributed to, and dissents, which stay. */
export function IncidentView({ line, entry }: { line: LineSummary; entry: string }) {
  const t = useT();
  const known = useKnown(incidentQuery(line.line, entry));
  const item = useKnown(itemQuery(line.line, entry));
  const incident = known.data;
  if (incident === undefined)
    return known.unknown ? <Unknown of={[known]} what={entry} /> : <p className="dim">{t('shell.loading')}</p>;
  const title = titleOf(t, incident.state, incident.title);
  const merged = incident.goesOnUnder !== incident.number;
  return (
    <article className="column" aria-label={`${incident.number} ${title}`}>
      <div className="row">
        <NotMeant mark={item.data?.mark} />
        <h2>
          <bdi dir="ltr" className="mono">
            {incident.number}
          </bdi>{' '}
          {title}
        </h2>
        <EntryLink line={line.line} entry={incident.number} />
        <Stamp at={incident.since} />
      </div>
      {merged && (
        <p role="note">
          <Status level="caution" word={t('cease.title.merged')} /> {t('cease.goes-on')}{' '}
          <button
            type="button"
            className={css['rowLink']}
            onClick={() => go({ screen: 'ceasefire', line: line.line, entry: incident.goesOnUnder, tab: 'incidents' })}
          >
            <bdi dir="ltr">{incident.goesOnUnder}</bdi>
          </button>
        </p>
      )}
      <Steps state={incident.state} />
      <Acts
        line={line}
        entry={incident.number}
        first={['incident.account_given']}
        startOf={(kind) => startOf(kind.kind, incident)}
      />
      <Waiting line={line.line} families={['incident']} about={incident.number} />
      <section aria-labelledby="cease-accounts">
        <h3 id="cease-accounts">{t('cease.accounts', { count: incident.accounts.length })}</h3>
        <div className={css['accounts']}>
          {incident.accounts.map((one) => (
            <AccountCard key={one.entry} line={line} account={one} />
          ))}
        </div>
      </section>
      <Unknown of={[item]} what={entry} />
      {item.data !== undefined && <Inquiries line={line} item={item.data} />}
      <Finding line={line} incident={incident} />
      {item.data !== undefined && <Board line={line} item={item.data} />}
      {incident.dissents.length > 0 && (
        <section aria-labelledby="cease-dissents">
          <h3 id="cease-dissents">{t('cease.dissents', { count: incident.dissents.length })}</h3>
          <div className={css['accounts']}>
            {incident.dissents.map((one) => (
              <AccountCard key={one.entry} line={line} account={one} grave />
            ))}
          </div>
        </section>
      )}
    </article>
  );
}

/** The ladder from the allegation to the end; none of its rungs is passed over but the response. */
function Steps({ state }: { state: string }) {
  const t = useT();
  const at = rungs.findIndex((one) => one === state);
  return (
    <ol className={css['steps']} aria-label={t('cease.steps')}>
      {rungs.map((rung, i) => (
        <li key={rung} data-reached={i <= at} aria-current={i === at ? 'step' : undefined}>
          {wordOf(t, 'state', rung)}
        </li>
      ))}
      {state === 'merged' && (
        <li data-reached aria-current="step">
          {wordOf(t, 'state', state)}
        </li>
      )}
    </ol>
  );
}

function AccountCard({ line, account, grave = false }: { line: LineSummary; account: Account; grave?: boolean }) {
  const t = useT();
  const name = useName();
  const body = membersOf(account.body);
  const reporter = textOf(body?.['reporter']);
  return (
    <section className={css['account']} data-grave={grave}>
      <header>
        <strong>{reporter === null ? name(account.party) : <Foreign text={name(reporter)} />}</strong>
        <EntryLink line={line.line} entry={account.entry} />
      </header>
      <p className="dim">
        {reporter !== null && reporter !== account.party && (
          <>{t('cease.carried-by', { party: name(account.party) })} · </>
        )}
        {kindWord(t, account.kind)} · <Stamp at={account.at} />
      </p>
      {account.body == null ? (
        <EntryBody line={line.line} entry={account.entry} />
      ) : (
        <BodyView kind={account.kind} body={account.body} />
      )}
    </section>
  );
}

const looked: ReadonlySet<string> = new Set([
  'incident.examined',
  'incident.inquired',
  'incident.responded',
  'incident.split',
  'incident.merged',
]);

/** What was looked into and answered, step after step. */
function Inquiries({ line, item }: { line: LineSummary; item: ItemView }) {
  const t = useT();
  const name = useName();
  const steps = item.entries.filter((one) => looked.has(one.kind));
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="cease-inquiries">
      <h3 id="cease-inquiries">{t('cease.inquiries')}</h3>
      <div className={css['accounts']}>
        {steps.map((one) => (
          <section key={one.entry} className={css['account']}>
            <header>
              <strong>{kindWord(t, one.kind)}</strong>
              <EntryLink line={line.line} entry={one.entry} />
            </header>
            <p className="dim">
              {name(placeOf(one.entry).party)} · <Stamp at={one.at} />
            </p>
            <EntryBody line={line.line} entry={one.entry} />
          </section>
        ))}
      </div>
    </section>
  );
}

/** Whether it happened, and who did it: two facts, of which either may be known alone. */
function Finding({ line, incident }: { line: LineSummary; incident: Incident }) {
  const t = useT();
  const name = useName();
  const report = incident.report;
  const body = membersOf(report?.body);
  const result = textOf(body?.['result']);
  const attribution = textOf(body?.['attribution']);
  return (
    <section aria-labelledby="cease-finding" className="column">
      <h3 id="cease-finding">{t('cease.report-word')}</h3>
      {report == null ? (
        <p className="dim">{t('cease.no-report')}</p>
      ) : (
        <>
          <div className={css['apart']}>
            <div>
              {t('cease.finding')}
              <strong>
                {result === null ? t('cease.not-here') : choiceWord(t, 'incident.found', 'result', result)}
              </strong>
            </div>
            <div>
              {t('cease.attribution')}
              <strong>
                {attribution === null ? t('cease.attributed-to-nobody') : <Foreign text={name(attribution)} />}
              </strong>
            </div>
          </div>
          <p>
            {name(report.party)} · <Stamp at={report.at} /> <EntryLink line={line.line} entry={report.entry} />
          </p>
          {textOf(body?.['text']) !== null && (
            <p>
              <Foreign text={textOf(body?.['text']) ?? ''} />
            </p>
          )}
          {incident.state !== 'closed' && <p role="note">{t('cease.not-closed')}</p>}
        </>
      )}
    </section>
  );
}

/** What each party has said in the board since it was convened last: closed, dissented, or nothing. */
function Board({ line, item }: { line: LineSummary; item: ItemView }) {
  const t = useT();
  const name = useName();
  const begun = item.entries.findLastIndex((one) => one.kind === 'incident.board_convened');
  const flagged = new Set((item.flags ?? []).map((one) => one.entry));
  if (begun < 0) return null;
  const since = item.entries.slice(begun).filter((one) => !flagged.has(one.entry));
  return (
    <section aria-labelledby="cease-board">
      <h3 id="cease-board">{t('cease.board')}</h3>
      <div className={screen['tableBox']}>
        <table className={screen['stacked']}>
          <tbody>
            {line.parties.map((party) => {
              const said = since.findLast(
                (one) =>
                  placeOf(one.entry).party === party &&
                  (one.kind === 'incident.closed' || one.kind === 'incident.dissented'),
              );
              return (
                <tr key={party}>
                  <th scope="row">{name(party)}</th>
                  <td>
                    {said === undefined ? (
                      <Chip>{t('cease.not-spoken')}</Chip>
                    ) : (
                      <Status
                        level={said.kind === 'incident.closed' ? 'normal' : 'caution'}
                        word={kindWord(t, said.kind)}
                      />
                    )}
                  </td>
                  <td>{said !== undefined && <Stamp at={said.at} />}</td>
                  <td>{said !== undefined && <EntryLink line={line.line} entry={said.entry} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="dim">{t(line.parties.length > 2 ? 'cease.board-of-more' : 'cease.board-of-two')}</p>
    </section>
  );
}
