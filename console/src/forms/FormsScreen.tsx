import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { Done } from '../api/acts';
import { useTail } from '../api/live';
import { draftsQuery, entryQuery, itemQuery, trafficQuery, useLines } from '../api/queries';
import type { DraftView, ItemMaterial, ItemView, LineSummary } from '../api/types';
import { Chip, NotMeant } from '../look/Chips';
import { Attachments } from '../look/Attachments';
import { attachmentsOf } from '../look/attachments';
import { Foreign } from '../look/Foreign';
import { LinePicker } from '../look/LinePicker';
import { go, useRoute } from '../look/route';
import screen from '../look/screen.module.css';
import { Age, Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { ageText } from '../look/time';
import { useT, wordOf, type Key } from '../messages';
import { mayWrite, useOfficer, useSession } from '../session/session';
import { summaryOf } from '../watch/summary';
import { actsOf, forms, openers, valuesOf, type FormName } from './definitions';
import { FormEditor } from './FormEditor';

const WorldMap = lazy(async () => ({ default: (await import('../map/WorldMap')).WorldMap }));
const families = ['clarification', 'notice', 'accident'];

/** Clarifications with their clocks, notices and accidents: what stands, and the forms to write the next. */
export function FormsScreen() {
  const t = useT();
  const route = useRoute();
  const lines = useLines();
  const line = lines.find(one => one.line === route.line) ?? lines[0];
  return line === undefined ? <p className="empty">{t('watch.no-lines')}</p> : <Forms key={line.line} line={line} chosen={route.entry} />;
}

type Writing = { name: FormName; about: string | null; item: ItemView | null; draft: DraftView | null };

function Forms({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const officer = useOfficer();
  const [writing, setWriting] = useState<Writing | null>(null);
  const open = (useQuery(trafficQuery(line.line)).data?.open ?? []).filter(item => families.includes(item.family)).sort((a, b) => Number(b.overdue) - Number(a.overdue) || (a.due ?? '9').localeCompare(b.due ?? '9'));
  const drafts = (useQuery(draftsQuery).data ?? []).filter(draft => draft.line === line.line && draft.kind !== null && draft.kind in forms);
  const { entries } = useTail(line.line);
  const earlier = useMemo(() => entries.filter(entry => (openers as readonly string[]).includes(entry.kind)).reverse().slice(0, 30), [entries]);
  const settled = earlier.filter(entry => !open.some(item => item.entry === entry.id));
  const shown = chosen ?? open[0]?.entry ?? settled[0]?.id ?? null;
  const choose = (entry: string): void => { setWriting(null); go({ screen: 'forms', line: line.line, entry }); };
  const [proposed, setProposed] = useState(false);
  const stop = (done?: Done): void => { setWriting(null); setProposed(done !== undefined && 'proposed' in done); };
  return (
    <>
      <LinePicker screen="forms" line={line.line} />
      <div className="scroll grow">
        <div className="column" style={{ padding: '14px 16px' }}>
          <div className="row">
            {openers.filter(name => mayWrite(officer.seat, name)).map((name, i) => <Button key={name} size="sm" variant={writing?.name === name || (writing === null && i === 0) ? 'filled' : 'default'} onClick={() => setWriting({ name, about: null, item: null, draft: null })}>{t(`kind.${name}`)}</Button>)}
          </div>
          {proposed && writing === null && <p role="status">{t('done.proposed')}</p>}
          <div className={screen['split']}>
            <div className="column">
              {drafts.length > 0 && <h2>{t('forms.drafts', { count: drafts.length })}</h2>}
              {drafts.map(draft => (
                <button key={draft.draft} type="button" className={screen['item']} aria-current={writing?.draft?.draft === draft.draft ? 'true' : undefined} onClick={() => setWriting({ name: draft.kind as FormName, about: (draft.content as { about?: string | null }).about ?? null, item: null, draft })}>
                  <span className="row"><Chip tone="caution">{t('forms.draft')}</Chip><strong>{wordOf(t, 'kind', draft.kind ?? '')}</strong></span>
                  <span className="dim"><Foreign text={draft.by?.name ?? ''} /> <Stamp at={draft.at} /></span>{draft.problem !== null && <span className="dim"><br /><Foreign text={draft.problem} /></span>}
                </button>
              ))}
              <h2>{t('duty.open', { count: open.length })}</h2>
              {open.map(item => (
                <button key={item.entry} type="button" className={screen['item']} aria-current={writing === null && item.entry === shown ? 'true' : undefined} onClick={() => choose(item.entry)}>
                  <span className="row spread"><NotMeant mark={item.mark} /><strong>{wordOf(t, 'family', item.family)}</strong><Chip tone={item.overdue ? 'serious' : 'caution'}>{wordOf(t, 'state', item.state)}</Chip></span>
                  <Foreign text={(item.concern ?? item.what ?? '').slice(0, 120)} /><br />
                  <span className="dim"><span className="mono">{item.entry}</span> {item.due !== null && (item.overdue ? <>{t('message.overdue-by')} <Age at={item.due} /></> : <>{t(item.family === 'notice' ? 'duty.ends' : 'forms.clock')} <Stamp at={item.due} /></>)}</span>
                </button>
              ))}
              {open.length === 0 && <p className="dim">{t('duty.nothing-open')}</p>}
              {settled.length > 0 && <h2>{t('forms.earlier')}</h2>}
              {settled.map(entry => (
                <button key={entry.id} type="button" className={screen['item']} aria-current={writing === null && entry.id === shown ? 'true' : undefined} onClick={() => choose(entry.id)}>
                  <strong>{wordOf(t, 'kind', entry.kind)}</strong> <span className="mono dim">{entry.id}</span><br /><span className="dim"><Stamp at={entry.at} /></span>
                </button>
              ))}
            </div>
            <div>
              {writing !== null
                ? <FormEditor key={`${writing.name} ${writing.about ?? ''} ${writing.draft?.draft ?? ''}`} line={line} name={writing.name} about={writing.about} start={writing.item === null ? {} : valuesOf(writing.item)} draft={writing.draft} onDone={stop} />
                : shown === null ? <p className="empty">{t('forms.nothing')}</p> : <Item key={shown} line={line} entry={shown} onWrite={(name, item) => setWriting({ name, about: item.entry, item, draft: null })} />}
            </div>
          </div>
        </div>
      </div>
    </>
  );
}

/** Material that stands with an entry: what is on the line can be saved and checked; of the rest, what was said. */
function Material({ line, material }: { line: string; material: ItemMaterial[] | undefined }) {
  const t = useT();
  if (material === undefined || material.length === 0) return null;
  const told = material.filter(one => !one.entry);
  return (
    <section aria-label={t('attach.material')}>
      <h3>{t('attach.material')}</h3>
      <Attachments line={line} notes={attachmentsOf({ material })} />
      {told.map((one, i) => <p key={i}><Foreign text={one.what} /> <span className="dim">{one.verification ? wordOf(t, 'verification', one.verification) : ''} {one.source ?? ''}</span></p>)}
    </section>
  );
}

/** An entry that stands by itself, such as a statement. */
function Told({ line, entry }: { line: LineSummary; entry: string }) {
  const t = useT();
  const told = useQuery(entryQuery(line.line, entry)).data;
  if (told === undefined) return <p className="dim">{t('shell.loading')}</p>;
  const { text, facts } = summaryOf(told.kind, told.body);
  return (
    <article className="column">
      <div className="row"><h2>{wordOf(t, 'kind', told.kind)} <span className="mono dim">{entry}</span></h2></div>
      <p>{t('message.by', { seat: told.by.seat, name: told.by.name })}{told.by.releasedBy === undefined ? '' : ` · ${t('message.released-by', { name: told.by.releasedBy.name })}`} · <Stamp at={told.at} /></p>
      <p><Foreign text={text ?? ''} lang={told.lang} /></p>
      {facts.map((fact, i) => <p key={i} className="mono dim"><Foreign text={fact} /></p>)}
      <Attachments line={line.line} notes={attachmentsOf(told.body)} />
      <div className="row"><Button size="compact-sm" variant="default" onClick={() => go({ screen: 'record', line: line.line, entry })}>{t('act.inspect')}</Button></div>
    </article>
  );
}

function Item({ line, entry, onWrite }: { line: LineSummary; entry: string; onWrite: (name: FormName, item: ItemView) => void }) {
  const t = useT();
  const officer = useOfficer();
  const session = useSession();
  const query = useQuery(itemQuery(line.line, entry));
  const item = query.data;
  if (item === undefined && query.isError) return <Told line={line} entry={entry} />;
  if (item === undefined) return <p className="dim">{t('shell.loading')}</p>;
  const acts = actsOf(item, item.opener === session.party).filter(name => mayWrite(officer.seat, name));
  const answer = item.answer;
  const position = item.place?.position ?? null;
  return (
    <article className="column">
      <div className="row"><NotMeant mark={item.mark} /><h2>{wordOf(t, 'family', item.family)} <span className="mono dim">{item.entry}</span></h2><Chip tone={item.overdue ? 'serious' : item.settled && item.state !== 'disputed' ? 'normal' : 'caution'}>{wordOf(t, 'state', item.state)}</Chip>{item.type !== undefined && <Chip>{t(`choice.${item.type}` as Key) ?? item.type}</Chip>}</div>
      {item.due !== null && <p>{item.overdue ? <Status level="serious" word={`${t('message.overdue-by')} ${ageText(Date.now() - Date.parse(item.due))}`} /> : <>{t(item.family === 'notice' ? 'duty.ends' : 'forms.clock')} <Stamp at={item.due} /></>}</p>}
      <p><Foreign text={item.concern ?? item.what ?? (item.family === 'claim' ? item.text : '') ?? ''} /></p>
      {item.source && <p className="dim">{t('formfield.source')}: <Foreign text={item.source} /></p>}
      {item.dissent?.map(one => <div key={one.entry} className={screen['card']}><strong>{t('forms.dissent', { party: one.party })} <span className="mono dim">{one.entry}</span></strong><p><Foreign text={one.text ?? ''} /></p>{one.source && <p className="dim">{t('formfield.source')}: <Foreign text={one.source} /></p>}</div>)}
      {(item.from !== undefined || item.until !== undefined) && <p>{item.from !== undefined && <Stamp at={item.from} />} – {item.until !== undefined && <Stamp at={item.until} />}</p>}
      {item.lateSeconds !== undefined && item.lateSeconds !== null && item.lateSeconds > 0 && <p><Status level="caution" word={t('forms.was-late', { age: ageText(item.lateSeconds * 1000) })} /></p>}
      {item.placeCheck?.differs === true && <p><Status level="serious" word={t('forms.place-differs', { place: `${item.placeCheck.nearest.name} (${item.placeCheck.nearest.country})`, km: (item.placeCheck.metres / 1000).toFixed(1) })} /></p>}
      {item.readBackMetres !== undefined && item.readBackMetres !== null && <p><Status level={item.readBackDiffers === true ? 'serious' : 'normal'} word={t('forms.read-back', { metres: Math.round(item.readBackMetres) })} /></p>}
      {answer !== undefined && answer !== null && (
        <dl className={screen['card']}>
          {(['purpose', 'designation', 'subordination', 'formations', 'equipment', 'note'] as const).map(name => (answer[name] ? <div key={name}><dt className="dim">{t(`formfield.${name}`)}</dt><dd><Foreign text={answer[name]} /></dd></div> : null))}
          {answer.endDate && <div><dt className="dim">{t('formfield.endDate')}</dt><dd><Stamp at={answer.endDate} /></dd></div>}
        </dl>
      )}
      {answer !== undefined && answer !== null && <Material line={line.line} material={answer.material} />}
      {item.meeting !== undefined && item.meeting !== null && <p>{t('forms.meeting')}: <Foreign text={item.meeting.where ?? ''} /> {item.meeting.at && <Stamp at={item.meeting.at} />} <Foreign text={item.meeting.note ?? ''} /></p>}
      {item.reason !== undefined && <p>{t('line.reason')}: <Foreign text={item.reason} /></p>}
      <div className="row">{acts.map((name, i) => <Button key={name} size="compact-sm" variant={i === 0 ? 'filled' : 'default'} onClick={() => onWrite(name, item)}>{t(`forms.do.${name}` as Key)}</Button>)}<Button size="compact-sm" variant="default" onClick={() => go({ screen: 'record', line: line.line, entry: item.entry })}>{t('act.inspect')}</Button></div>
      {item.place !== undefined && item.place !== null && (item.place.name || position !== null) && <p className="mono"><Foreign text={item.place.name ?? ''} /> {position !== null && `${Math.abs(position[1]).toFixed(3)}° ${position[1] < 0 ? 'S' : 'N'} ${Math.abs(position[0]).toFixed(3)}° ${position[0] < 0 ? 'W' : 'E'}`} {item.place.uncertaintyMetres ? `± ${item.place.uncertaintyMetres} m` : ''}</p>}
      {position !== null && <Suspense fallback={<p className="dim">{t('shell.loading')}</p>}><WorldMap height={300} objects={[{ id: item.entry, position, label: item.place?.name ?? item.entry, tone: 'standby', radiusMetres: item.place?.uncertaintyMetres ?? null }]} focus={position} chosen={item.entry} /></Suspense>}
      <h3>{t('forms.history')}</h3>
      <div className={screen['tableBox']}><table><tbody>{item.entries.map(one => <tr key={one.entry}><td className="mono">{one.entry}</td><td>{wordOf(t, 'kind', one.kind)}</td><td><Foreign text={one.by.name} /></td><td><Stamp at={one.at} /></td></tr>)}</tbody></table></div>
    </article>
  );
}
