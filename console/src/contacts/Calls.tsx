import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useKnown } from '../api/known';
import { chronologyQuery, itemQuery, trafficQuery, useWhole } from '../api/queries';
import type { Attempt, Contact, ItemView, LineSummary, Mark } from '../api/types';
import { EntryBody } from '../look/BodyView';
import { EntryLink } from '../look/EntryLink';
import { EntryBoundary } from '../look/Boundary';
import { Chip, MarkChip, NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { InPart, isInPart } from '../look/InPart';
import { useName } from '../look/names';
import screen from '../look/screen.module.css';
import { Age, Stamp } from '../look/Stamp';
import { ageText, inZone } from '../look/time';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { useMayWrite } from '../api/kinds';
import { useUsualMark } from '../api/marks';
import { useOfficer, useSession } from '../api/session';
import { SoundCheck } from '../look/SoundCheck';
import { callTheirWatch, useCurrent } from '../voice/current';
import { wantedDevice } from '../voice/devices';
import { Refusal } from '../look/Refusal';
import { CallActs } from './CallActs';
import css from './contacts.module.css';
import { NewCall } from './NewCall';
import { useZones } from '../look/zones';

/** Calls that are offered to be logged: of a long record, the latest. */
const mostToLog = 20;

/** Requests for calls that wait for somebody, and every earlier one with how it ended. */
export function Calls({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const may = useMayWrite();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const traffic = useKnown(trafficQuery(line.line));
  const chronology = useKnown(chronologyQuery(line.line, null, ''));
  const open = useWhole(
    line.line,
    (traffic.data?.open ?? []).filter((item) => item.family === 'call'),
  );
  // What the other side alone says of a call: ours makes it a fact of both. // TRAFFIC-52
  const toLog = (chronology.data?.contacts ?? [])
    .filter(
      (one) =>
        one.line === line.line &&
        !one.confirmed &&
        !one.saidBy.includes(session.party) &&
        one.between.some((p) => p.party === session.party),
    )
    .reverse()
    .slice(0, mostToLog);
  const attempts = [...(chronology.data?.attempts ?? [])].reverse();
  return (
    <div className="column">
      {may('call.requested') && (
        <div className="row">
          <Button
            size="sm"
            variant={asking ? 'default' : 'filled'}
            onClick={() => setAsking(!asking)}
            aria-expanded={asking}
          >
            {asking ? t('act.not-now') : t('call.ask')}
          </Button>
          {may('call.opened') && <CallTheirWatch line={line} />}
        </div>
      )}
      {asking && <NewCall line={line} onDone={() => setAsking(false)} />}
      <h2>{t('call.open', { count: allKnown(traffic) || open.length > 0 ? open.length : '?' })}</h2>
      <Unknown of={[traffic]} what={t('unknown.traffic')} />
      {allKnown(traffic) && open.length === 0 && <p className="dim">{t('call.none-open')}</p>}
      <div className={screen['cards']}>
        {open.map((item) => (
          <EntryBoundary key={item.entry} line={line.line} entry={item.entry} raw={item}>
            <Call line={line} item={item} chosen={item.entry === chosen} />
          </EntryBoundary>
        ))}
      </div>
      {toLog.length > 0 && <h2>{t('call.to-log', { count: toLog.length })}</h2>}
      <div className={screen['cards']}>
        {toLog.map((contact) => (
          <EntryBoundary key={contact.entry} line={line.line} entry={contact.entry} raw={contact}>
            <Logged line={line} contact={contact} chosen={chosen} />
          </EntryBoundary>
        ))}
      </div>
      <h2>{t('call.all')}</h2>
      <Unknown of={[chronology]} what={t('unknown.chronology')} />
      {(allKnown(chronology) || attempts.length > 0) && <Attempts attempts={attempts} here={line.line} />}
    </div>
  );
}

/** One watch calls the other: it rings at once, and no request comes before it (R5). */
function CallTheirWatch({ line }: { line: LineSummary }) {
  const t = useT();
  const officer = useOfficer();
  const current = useCurrent();
  const usual = useUsualMark(line.line);
  const calling = useMutation({ mutationFn: (mark: Mark) => callTheirWatch(line.line, mark, officer) });
  // In an exercise one goes on with it; what is meant can be called all the same, and each button says which it is.
  const marks: readonly Mark[] = usual === 'actual' ? ['actual'] : [usual, 'actual'];
  return (
    <>
      {marks.map((mark) => (
        <Button
          key={mark}
          size="sm"
          variant="default"
          loading={calling.isPending}
          disabled={current !== null && !current.ended}
          onClick={() => calling.mutate(mark)}
          rightSection={marks.length > 1 && <MarkChip mark={mark} />}
        >
          {t('calls.call-watch')}
        </Button>
      ))}
      <SoundCheck microphone={wantedDevice('microphone') ?? ''} speaker={wantedDevice('speaker') ?? ''} />
      <Refusal error={calling.error} />
    </>
  );
}

function Call({ line, item, chosen }: { line: LineSummary; item: ItemView; chosen: boolean }) {
  const t = useT();
  const name = useName();
  const session = useSession();
  // A column that says what the first one says helps nobody.
  const zones = useZones(line.line, line.parties, session.party).zones.filter(({ zone }) => zone !== 'UTC');
  return (
    <article className={screen['card']} data-chosen={chosen} data-item={item.entry}>
      <div className="row">
        <NotMeant mark={item.mark} />
        <Chip tone={item.state === 'accepted' ? 'normal' : item.state === 'under way' ? 'standby' : 'caution'}>
          {wordOf(t, 'state', item.state)}
        </Chip>
        <strong>
          <Foreign
            text={
              item.between?.map((p) => `${p.rank ? `${p.rank}, ` : ''}${p.office} (${name(p.party)})`).join(' ↔ ') ?? ''
            }
          />
        </strong>
        <span className="mono dim">{item.entry}</span>
        <span className="dim">
          {t('call.asked-by', { party: name(item.opener) })} <Stamp at={item.entries[0]?.at ?? item.since} />
        </span>
      </div>
      <InPart line={line.line} item={item} />
      {item.topic != null && (
        <p>
          <Foreign text={item.topic} />
        </p>
      )}
      {item.windows != null && item.windows.length > 0 && (
        <table className={css['windows']}>
          <thead>
            <tr>
              <th>UTC</th>
              {zones.map((zone) => (
                <th key={zone.name}>
                  {name(zone.name)} · {zone.zone}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {item.windows.map((window) => (
              <tr key={window.from}>
                <td>
                  <Stamp at={window.from} /> – <Stamp at={window.until} short />
                </td>
                {zones.map((zone) => (
                  <td key={zone.name}>
                    {inZone(window.from, zone.zone) ?? '?'} – {inZone(window.until, zone.zone) ?? '?'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {item.unshown !== true && item.entries[0] !== undefined && <EntryBody line={line.line} entry={item.entry} rest />}
      {item.due !== null && (
        <p className="dim">
          {item.overdue ? (
            <>
              {t('message.overdue-by')} <Age at={item.due} />
            </>
          ) : (
            <>
              {t('call.expires')} <Stamp at={item.due} />
            </>
          )}
        </p>
      )}
      {!isInPart(item) && <CallActs line={line} item={item} />}
    </article>
  );
}

/** A call that the other side logged, with what it says of it, and our own log beside. */
function Logged({ line, contact, chosen }: { line: LineSummary; contact: Contact; chosen: string | null }) {
  const t = useT();
  const name = useName();
  const known = useKnown(itemQuery(line.line, contact.entry));
  const item = known.data;
  if (item === undefined)
    return known.unknown ? <Unknown of={[known]} what={contact.entry} /> : <p className="dim">{t('shell.loading')}</p>;
  return (
    <article
      className={screen['card']}
      data-chosen={item.entry === chosen || contact.entry === chosen}
      data-item={item.entry}
      data-logged={contact.entry}
    >
      <div className="row">
        <NotMeant mark={contact.mark} />
        <Chip tone="caution">{t('chronology.one-side', { party: contact.saidBy.map(name).join(', ') })}</Chip>
        <strong>
          <Foreign text={contact.between.map((p) => `${p.office} (${name(p.party)})`).join(' ↔ ')} />
        </strong>
        <span className="mono dim">{contact.entry}</span> <Stamp at={contact.at} />
      </div>
      <EntryBody line={line.line} entry={contact.entry} />
      <CallActs line={line} item={item} />
    </article>
  );
}

const tones: Record<string, 'normal' | 'serious' | 'caution' | 'standby' | 'dim'> = {
  held: 'normal',
  accepted: 'normal',
  declined: 'serious',
  'subject refused': 'serious',
  'no answer': 'serious',
  countered: 'caution',
  waiting: 'caution',
  'under way': 'standby',
};

export function Attempts({ attempts, here }: { attempts: Attempt[]; here: string }) {
  const t = useT();
  const name = useName();
  if (attempts.length === 0) return <p className="dim">{t('call.none')}</p>;
  return (
    <div className={screen['tableBox']}>
      <table>
        <thead>
          <tr>
            <th>{t('call.asked')}</th>
            <th>{t('call.by')}</th>
            <th>{t('call.between')}</th>
            <th>{t('call.topic')}</th>
            <th>{t('call.outcome')}</th>
            <th>{t('call.delivered')}</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <tr key={`${attempt.line} ${attempt.entry}`}>
              <td>
                <Stamp at={attempt.at} />
                {attempt.datedAhead === true && (
                  <>
                    {' '}
                    <Chip tone="caution">{t('chronology.dated-ahead', { party: name(attempt.by) })}</Chip>
                  </>
                )}
                <br />
                <EntryLink line={attempt.line} entry={attempt.entry} here={here} />
              </td>
              <td>{name(attempt.by)}</td>
              <td>
                <Foreign text={attempt.between.map((p) => p.office).join(' ↔ ')} />
              </td>
              <td>{attempt.topic !== null && <Foreign text={attempt.topic} />}</td>
              <td>
                <Chip tone={tones[attempt.outcome] ?? 'dim'}>{wordOf(t, 'state', attempt.outcome)}</Chip>
                {attempt.answeredAt !== null && (
                  <>
                    <br />
                    {t('call.answered')} <Stamp at={attempt.answeredAt} />
                  </>
                )}
                <Expired attempt={attempt} />
              </td>
              <td>
                {attempt.deliveredAt === null ? (
                  <Chip tone="serious">{t('call.not-delivered')}</Chip>
                ) : (
                  <Stamp at={attempt.deliveredAt} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How long there was to answer what nobody answered: its author chose the time. TRAFFIC-110 */
function Expired({ attempt }: { attempt: Attempt }) {
  const t = useT();
  if (attempt.outcome !== 'no answer' || attempt.deliveredProof.length === 0) return null;
  const left = Date.parse(attempt.expires) - Math.min(...attempt.deliveredProof.map((proof) => Date.parse(proof.at)));
  return (
    <>
      <br />
      {left > 0 ? t('chronology.expired-after', { age: ageText(left) }) : t('chronology.expired-before')}
    </>
  );
}
