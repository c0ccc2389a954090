import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Done } from '../api/acts';
import { NoLines } from '../look/NoLines';
import { Refused } from '../api/client';
import { useTail } from '../api/live';
import { useKnown } from '../api/known';
import { draftsQuery, entryQuery, itemQuery, trafficQuery, useLines } from '../api/queries';
import type { DraftView, EntryView, ItemMaterial, ItemView, LineSummary } from '../api/types';
import { BodyView, EntryBody } from '../look/BodyView';
import { ClearOwn } from '../look/ClearOwn';
import { PartBoundary } from '../look/Boundary';
import { membersOf, positionOf, textOf } from '../look/body';
import { Chip, NotMeant } from '../look/Chips';
import { Attachments } from '../look/Attachments';
import { attachmentsOf } from '../look/attachments';
import { fetched } from '../look/Fetched';
import { Foreign } from '../look/Foreign';
import { InPart, InPartChip, shortened } from '../look/InPart';
import { LinePicker } from '../look/LinePicker';
import { useNow } from '../look/now';
import { go, screenOf, useRoute } from '../look/route';
import screen from '../look/screen.module.css';
import { Age, Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { ageText } from '../look/time';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { aboutKinds, actsOf, kindsQuery, standingEntry, useKinds, type Kind, type Kinds } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import { startOf } from '../entry/fields';
import { actWord, choiceWord, kindWord, labelOf } from '../look/labels';
import { summaryOf } from '../look/summary';
import { FormEditor } from '../entry/FormEditor';
import { openersOf } from '../look/openers';
import { FamilySign } from './FamilySign';
import { Replacing } from '../entry/Replacing';

const WorldMap = fetched(async () => (await import('../world/WorldMap')).WorldMap);

/** What stands of every family that no other screen works on, clarifications with their clocks first; and the forms of every kind that the station knows. */
export function FormsScreen() {
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  return line === undefined ? (
    <NoLines />
  ) : (
    <Forms key={line.line} line={line} chosen={route.entry} asked={route.tab} />
  );
}

type Writing = { kind: Kind; about: string | null; item: ItemView | null; draft: DraftView | null };

/** @param asked The kind whose form was asked for from elsewhere. */
function Forms({ line, chosen, asked }: { line: LineSummary; chosen: string | null; asked: string | null }) {
  const t = useT();
  const officer = useOfficer();
  const [writing, setWriting] = useState<Writing | null>(null);
  const traffic = useKnown(trafficQuery(line.line));
  const open = (traffic.data?.open ?? [])
    .filter((item) => screenOf(item.family) === 'forms')
    .sort((a, b) => Number(b.overdue) - Number(a.overdue) || (a.due ?? '9').localeCompare(b.due ?? '9'));
  const known = useKnown(kindsQuery);
  const kinds = useKinds();
  const openers = openersOf(kinds, officer.seat);
  const kept = useKnown(draftsQuery);
  const drafts = (kept.data ?? []).filter(
    (draft) => draft.line === line.line && draft.kind !== null && kinds.get(draft.kind)?.body != null,
  );
  const mine = (kept.data ?? []).filter((draft) => draft.line === line.line && draft.by?.name === officer.name);
  const hidden = mine.filter((draft) => !drafts.includes(draft)).length;
  const { entries } = useTail(line.line);
  const earlier = useMemo(
    () =>
      entries
        .filter((entry) => isWorkedOnHere(kinds, entry.kind))
        .reverse()
        .slice(0, 30),
    [entries, kinds],
  );
  const settled = earlier.filter((entry) => !open.some((item) => item.entry === entry.id));
  const shown = chosen ?? open[0]?.entry ?? settled[0]?.id ?? null;
  const choose = (entry: string): void => {
    setWriting(null);
    go({ screen: 'forms', line: line.line, entry });
  };
  const askedFor = asked === null ? undefined : kinds.get(asked);
  useEffect(() => {
    if (askedFor === undefined) return;
    setWriting({ kind: askedFor, about: null, item: null, draft: null });
    // Asked for once: who leaves the form and comes back is not led into it again.
    go({ screen: 'forms', line: line.line }, true);
  }, [askedFor, line.line]);
  const [proposed, setProposed] = useState(false);
  // The answer to one form may come when the officer writes another already: that one stays open.
  const current = useRef(writing);
  useEffect(() => {
    current.current = writing;
  });
  const stop = (ended: Writing, done?: Done): void => {
    setProposed(done !== undefined && 'proposed' in done);
    if (current.current !== ended) return;
    // What was put on the record stands there next, and nothing of others that could be answered by the same press.
    if (done !== undefined && 'sent' in done && ended.about === null)
      go({ screen: 'forms', line: line.line, entry: done.sent.id });
    setWriting(null);
  };
  return (
    <>
      <LinePicker screen="forms" line={line.line} />
      <div className="scroll grow">
        <div className="column" style={{ padding: '14px 16px' }}>
          <div className={screen['openers']}>
            {openers.here.map((kind) => (
              <button
                key={kind.kind}
                type="button"
                className={screen['opener']}
                aria-pressed={writing?.kind === kind}
                onClick={() => setWriting({ kind, about: null, item: null, draft: null })}
              >
                <FamilySign family={kind.family} />
                {actWord(t, kind.kind) === kindWord(t, kind.kind) ? kindWord(t, kind.kind) : actWord(t, kind.kind)}
              </button>
            ))}
            <OtherKinds
              label={t('forms.other')}
              kinds={openers.elsewhere}
              word={(kind) => kindWord(t, kind)}
              onChoose={(kind) => setWriting({ kind, about: null, item: null, draft: null })}
            />
          </div>
          <Unknown of={[known]} what={t('unknown.kinds')} />
          {proposed && writing === null && <p role="status">{t('done.proposed')}</p>}
          <div className={screen['split']}>
            <div className="column">
              <Unknown of={[kept]} what={t('unknown.drafts')} />
              {drafts.length > 0 && <h2>{t('forms.drafts', { count: drafts.length })}</h2>}
              {drafts.map((draft) => (
                <button
                  key={draft.draft}
                  type="button"
                  className={screen['item']}
                  aria-current={writing?.draft?.draft === draft.draft ? 'true' : undefined}
                  onClick={() => {
                    const kind = kinds.get(draft.kind ?? '');
                    if (kind === undefined) return;
                    setWriting({ kind, about: textOf(membersOf(draft.content)?.['about']), item: null, draft });
                  }}
                >
                  <span className="row">
                    <Chip tone="caution">{t('forms.draft')}</Chip>
                    <strong>{kindWord(t, draft.kind ?? '')}</strong>
                  </span>
                  <span className="dim">
                    <Foreign text={draft.by?.name ?? ''} /> <Stamp at={draft.at} />
                  </span>
                  {draft.problem !== null && (
                    <span className="dim">
                      <br />
                      <Foreign text={draft.problem} />
                    </span>
                  )}
                </button>
              ))}
              <ClearOwn
                what="drafts"
                ids={mine.map((draft) => draft.draft)}
                note={hidden === 0 ? undefined : t('clear.no-form', { count: hidden })}
              />
              <h2>{t('duty.open', { count: allKnown(traffic) || open.length > 0 ? open.length : '?' })}</h2>
              <Unknown of={[traffic]} what={t('unknown.traffic')} />
              {open.map((item) => (
                <button
                  key={item.entry}
                  type="button"
                  className={screen['item']}
                  aria-current={writing === null && item.entry === shown ? 'true' : undefined}
                  onClick={() => choose(item.entry)}
                >
                  <span className="row spread">
                    <NotMeant mark={item.mark} />
                    <strong>{wordOf(t, 'family', item.family)}</strong>
                    <Chip tone={item.overdue ? 'serious' : 'caution'}>{wordOf(t, 'state', item.state)}</Chip>
                  </span>
                  <Foreign text={shortened(titleOf(item, entries), 120)} /> <InPartChip item={item} />
                  <br />
                  <span className="dim">
                    <span className="mono">{item.entry}</span>{' '}
                    {item.due !== null &&
                      (item.overdue ? (
                        <>
                          {t('message.overdue-by')} <Age at={item.due} />
                        </>
                      ) : (
                        <>
                          {t(item.family === 'notice' ? 'duty.ends' : 'forms.clock')} <Stamp at={item.due} />
                        </>
                      ))}
                  </span>
                </button>
              ))}
              {allKnown(traffic) && open.length === 0 && <p className="dim">{t('duty.nothing-open')}</p>}
              {settled.length > 0 && <h2>{t('forms.earlier')}</h2>}
              {settled.map((entry) => (
                <button
                  key={entry.id}
                  type="button"
                  className={screen['item']}
                  aria-current={writing === null && entry.id === shown ? 'true' : undefined}
                  onClick={() => choose(entry.id)}
                >
                  <strong>{kindWord(t, entry.kind)}</strong> <span className="mono dim">{entry.id}</span>
                  <br />
                  <span className="dim">
                    <Stamp at={entry.at} />
                  </span>
                </button>
              ))}
            </div>
            <div>
              {writing !== null ? (
                writing.about !== null && writing.kind.replaces === 'supersedes' ? (
                  <Replacing
                    key={`${writing.kind.kind} ${writing.about} ${writing.draft?.draft ?? ''}`}
                    line={line}
                    kind={writing.kind}
                    about={writing.about}
                    draft={writing.draft}
                    onDone={(done) => stop(writing, done)}
                  />
                ) : (
                  <FormEditor
                    key={`${writing.kind.kind} ${writing.about ?? ''} ${writing.draft?.draft ?? ''}`}
                    line={line}
                    kind={writing.kind}
                    about={writing.about}
                    start={writing.item === null ? {} : startOf(writing.kind, writing.item)}
                    draft={writing.draft}
                    onDone={(done) => stop(writing, done)}
                  />
                )
              ) : shown === null ? (
                <p className="empty">{t('forms.nothing')}</p>
              ) : (
                <PartBoundary key={shown}>
                  <Item
                    line={line}
                    entry={shown}
                    onWrite={(kind, about, item) => setWriting({ kind, about, item, draft: null })}
                  />
                </PartBoundary>
              )}
            </div>
          </div>
        </div>
      </div>
    </>
  );
}

/** True for an entry that begins something which is worked on here. */
const isWorkedOnHere = (kinds: Kinds, name: string): boolean => {
  const kind = kinds.get(name);
  return kind !== undefined && !kind.continues && screenOf(kind.family) === 'forms';
};

/** What an item is about: the station's word, else what its newest entry at hand that says something does. */
function titleOf(item: ItemView, entries: readonly EntryView[]): string {
  if (item.concern ?? item.what ?? item.text) return item.concern ?? item.what ?? item.text ?? '';
  const first = entries.find((one) => one.id === item.entry);
  const name = textOf(membersOf(first?.body)?.['name']);
  return name ?? (first === undefined ? '' : (summaryOf(first.kind, first.body).text ?? ''));
}

/** Kinds that are not offered as buttons: many, and seldom wanted here. */
function OtherKinds({
  label,
  kinds,
  word,
  onChoose,
}: {
  label: string;
  kinds: readonly Kind[];
  word: (kind: string) => string;
  onChoose: (kind: Kind) => void;
}) {
  if (kinds.length === 0) return null;
  return (
    <NativeSelect
      aria-label={label}
      size="sm"
      value=""
      onChange={(e) => {
        const chosen = kinds.find((kind) => kind.kind === e.currentTarget.value);
        if (chosen !== undefined) onChoose(chosen);
      }}
      data={[{ value: '', label }, ...kinds.map(({ kind }) => ({ value: kind, label: word(kind) }))]}
    />
  );
}

/** Material that stands with an entry: what is on the line can be saved and checked; of the rest, what was said. */
function Material({ line, material }: { line: string; material: readonly ItemMaterial[] | undefined }) {
  const t = useT();
  if (material === undefined || material.length === 0) return null;
  const told = material.filter((one) => !one.entry);
  return (
    <section aria-label={t('attach.material')}>
      <h3>{t('attach.material')}</h3>
      <Attachments line={line} notes={attachmentsOf({ material })} />
      {told.map((one, i) => (
        <p key={i}>
          <Foreign text={one.what} />{' '}
          <span className="dim">
            {one.verification ? choiceWord(t, '', 'verification', one.verification) : ''} {one.source ?? ''}
          </span>
        </p>
      ))}
    </section>
  );
}

/** An entry that stands by itself, such as a statement. */
export function Told({
  line,
  entry,
  onWrite,
}: {
  line: LineSummary;
  entry: string;
  onWrite?: (kind: Kind, about: string, item: ItemView | null) => void;
}) {
  const t = useT();
  const kinds = useKinds();
  const officer = useOfficer();
  const session = useSession();
  const known = useKnown(entryQuery(line.line, entry));
  const told = known.data;
  if (told === undefined)
    return known.unknown ? <Unknown of={[known]} what={entry} /> : <p className="dim">{t('shell.loading')}</p>;
  const { text, facts } = summaryOf(told.kind, told.body);
  return (
    <article className="column">
      <div className="row">
        <h2>
          {kindWord(t, told.kind)} <span className="mono dim">{entry}</span>
        </h2>
      </div>
      <p>
        {t('message.by', { seat: told.by.seat, name: told.by.name })}
        {told.by.releasedBy === undefined
          ? ''
          : ` · ${t('message.released-by', { name: told.by.releasedBy.name })}`} · <Stamp at={told.at} />
      </p>
      <p>
        <Foreign text={text ?? ''} lang={told.lang} />
      </p>
      {facts.map((fact, i) => (
        <p key={i} className="mono dim">
          <Foreign text={fact} />
        </p>
      ))}
      <BodyView kind={told.kind} body={told.body} lang={told.lang} rest />
      <Attachments line={line.line} notes={attachmentsOf(told.body)} />
      <div className="row">
        {onWrite !== undefined &&
          aboutKinds(kinds, officer.seat, told.kind, entry.startsWith(`${session.party}/`)).map((kind) => (
            <Button key={kind.kind} size="compact-sm" variant="default" onClick={() => onWrite(kind, entry, null)}>
              {actWord(t, kind.kind)}
            </Button>
          ))}
        <Button size="compact-sm" variant="default" onClick={() => go({ screen: 'record', line: line.line, entry })}>
          {t('act.inspect')}
        </Button>
      </div>
    </article>
  );
}

function Item({
  line,
  entry,
  onWrite,
}: {
  line: LineSummary;
  entry: string;
  onWrite: (kind: Kind, about: string, item: ItemView | null) => void;
}) {
  const t = useT();
  const kinds = useKinds();
  const officer = useOfficer();
  const session = useSession();
  const now = useNow();
  const query = useQuery(itemQuery(line.line, entry));
  const item = query.data;
  if (item === undefined && query.error instanceof Refused && query.error.status === 404)
    return <Told line={line} entry={entry} onWrite={onWrite} />;
  if (item === undefined && query.isError) return <Unknown of={[{ unknown: true, at: 0 }]} what={entry} />;
  if (item === undefined) return <p className="dim">{t('shell.loading')}</p>;
  const acts = actsOf(kinds, officer.seat, item);
  const standing = standingEntry(kinds, item);
  const answer = item.answer;
  const position = positionOf(item.place?.position);
  return (
    <article className="column">
      <div className="row">
        <NotMeant mark={item.mark} />
        <h2>
          {wordOf(t, 'family', item.family)} <span className="mono dim">{item.entry}</span>
        </h2>
        <Chip tone={item.overdue ? 'serious' : item.settled && item.state !== 'disputed' ? 'normal' : 'caution'}>
          {wordOf(t, 'state', item.state)}
        </Chip>
        {item.type != null && <Chip>{choiceWord(t, item.family, 'type', item.type)}</Chip>}
      </div>
      {item.due !== null && (
        <p>
          {item.overdue ? (
            <Status level="serious" word={`${t('message.overdue-by')} ${ageText(now - Date.parse(item.due))}`} />
          ) : (
            <>
              {t(item.family === 'notice' ? 'duty.ends' : 'forms.clock')} <Stamp at={item.due} />
            </>
          )}
        </p>
      )}
      <InPart line={line.line} item={item} />
      <p>
        <Foreign text={item.concern ?? item.what ?? (item.family === 'claim' ? item.text : '') ?? ''} />
      </p>
      {item.source && (
        <p className="dim">
          {labelOf(t, 'claim.made', 'source')}: <Foreign text={item.source} />
        </p>
      )}
      {item.dissent?.map((one) => (
        <div key={one.entry} className={screen['card']}>
          <strong>
            {t('forms.dissent', { party: one.party })} <span className="mono dim">{one.entry}</span>
          </strong>
          <p>
            <Foreign text={one.text ?? ''} />
          </p>
          {one.source && (
            <p className="dim">
              {labelOf(t, 'claim.made', 'source')}: <Foreign text={one.source} />
            </p>
          )}
        </div>
      ))}
      {(item.from != null || item.until != null) && (
        <p>
          {item.from != null && <Stamp at={item.from} />} – {item.until != null && <Stamp at={item.until} />}
        </p>
      )}
      {item.lateSeconds !== undefined && item.lateSeconds !== null && item.lateSeconds > 0 && (
        <p>
          <Status level="caution" word={t('forms.was-late', { age: ageText(item.lateSeconds * 1000) })} />
        </p>
      )}
      {item.placeCheck?.differs === true && (
        <p>
          <Status
            level="serious"
            word={t('forms.place-differs', {
              place: `${item.placeCheck.nearest.name} (${item.placeCheck.nearest.country})`,
              km: (item.placeCheck.metres / 1000).toFixed(1),
            })}
          />
        </p>
      )}
      {item.readBackMetres !== undefined && item.readBackMetres !== null && (
        <p>
          <Status
            level={item.readBackDiffers === true ? 'serious' : 'normal'}
            word={t('forms.read-back', { metres: Math.round(item.readBackMetres) })}
          />
        </p>
      )}
      {answer !== undefined && answer !== null && (
        <dl className={screen['card']}>
          {(['purpose', 'designation', 'subordination', 'formations', 'equipment', 'note'] as const).map((name) =>
            answer[name] ? (
              <div key={name}>
                <dt className="dim">{labelOf(t, 'clarification.answered', name)}</dt>
                <dd>
                  <Foreign text={answer[name]} />
                </dd>
              </div>
            ) : null,
          )}
          {answer.endDate && (
            <div>
              <dt className="dim">{labelOf(t, 'clarification.answered', 'endDate')}</dt>
              <dd>
                <Stamp at={answer.endDate} />
              </dd>
            </div>
          )}
        </dl>
      )}
      {answer !== undefined && answer !== null && <Material line={line.line} material={answer.material} />}
      {item.meeting !== undefined && item.meeting !== null && (
        <p>
          {t('forms.meeting')}: <Foreign text={item.meeting.where ?? ''} />{' '}
          {item.meeting.at && <Stamp at={item.meeting.at} />} <Foreign text={item.meeting.note ?? ''} />
        </p>
      )}
      {item.reason != null && (
        <p>
          {t('line.reason')}: <Foreign text={item.reason} />
        </p>
      )}
      <section aria-label={t('body.whole')}>
        <h3>
          {t('body.whole')} <span className="mono dim">{standing}</span>
        </h3>
        <EntryBody line={line.line} entry={standing} />
      </section>
      <div className="row">
        {acts.map((kind, i) => (
          <Button
            key={kind.kind}
            size="compact-sm"
            // To take one's own word back is never what is proposed first.
            variant={i === 0 && kind.replaces !== 'cancels' && !kind.kind.endsWith('.withdrawn') ? 'filled' : 'default'}
            onClick={() => onWrite(kind, item.entry, item)}
          >
            {actWord(t, kind.kind)}
          </Button>
        ))}
        <OtherKinds
          label={t('forms.about-it')}
          kinds={aboutKinds(kinds, officer.seat, item.family, item.opener === session.party)}
          word={(kind) => actWord(t, kind)}
          onChoose={(kind) => onWrite(kind, item.entry, item)}
        />
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => go({ screen: 'record', line: line.line, entry: item.entry })}
        >
          {t('act.inspect')}
        </Button>
      </div>
      {item.place !== undefined && item.place !== null && (item.place.name || position !== null) && (
        <p className="mono">
          <Foreign text={item.place.name ?? ''} />{' '}
          {position !== null &&
            `${Math.abs(position[1]).toFixed(3)}° ${position[1] < 0 ? 'S' : 'N'} ${Math.abs(position[0]).toFixed(3)}° ${position[0] < 0 ? 'W' : 'E'}`}{' '}
          {item.place.uncertaintyMetres ? `± ${item.place.uncertaintyMetres} m` : ''}
        </p>
      )}
      {position !== null && (
        <WorldMap
          height={300}
          objects={[
            {
              id: item.entry,
              position,
              label: item.place?.name ?? item.entry,
              tone: 'standby',
              radiusMetres: item.place?.uncertaintyMetres ?? null,
            },
          ]}
          focus={position}
          chosen={item.entry}
        />
      )}
      <h3>{t('forms.history')}</h3>
      <div className={screen['tableBox']}>
        <table className={screen['stacked']}>
          <tbody>
            {item.entries.map((one) => (
              <tr key={one.entry}>
                <td className="mono">{one.entry}</td>
                <td>{kindWord(t, one.kind)}</td>
                <td>
                  <Foreign text={one.by.name} />
                </td>
                <td>
                  <Stamp at={one.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}
