import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { chronologyQuery, trafficQuery } from '../api/queries';
import type { Attempt, ItemView, LineSummary } from '../api/types';
import { Chip, NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Age, Stamp } from '../look/Stamp';
import { inZone } from '../look/time';
import { useT, wordOf } from '../messages';
import { mayWrite, useOfficer, useSession } from '../session/session';
import { CallActs } from './CallActs';
import css from './contacts.module.css';
import { NewCall } from './NewCall';
import { useZones } from './zones';

/** Requests for calls that wait for somebody, and every earlier one with how it ended. */
export function Calls({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const officer = useOfficer();
  const [asking, setAsking] = useState(false);
  const open = (useQuery(trafficQuery(line.line)).data?.open ?? []).filter(item => item.family === 'call');
  const attempts = [...(useQuery(chronologyQuery(line.line, null, '')).data?.attempts ?? [])].reverse();
  return (
    <div className="column">
      {mayWrite(officer.seat, 'call.requested') && <div className="row"><Button size="sm" variant={asking ? 'default' : 'filled'} onClick={() => setAsking(!asking)} aria-expanded={asking}>{asking ? t('act.not-now') : t('call.ask')}</Button></div>}
      {asking && <NewCall line={line} onDone={() => setAsking(false)} />}
      <h2>{t('call.open', { count: open.length })}</h2>
      {open.length === 0 && <p className="dim">{t('call.none-open')}</p>}
      <div className={screen['cards']}>{open.map(item => <Call key={item.entry} line={line} item={item} chosen={item.entry === chosen} />)}</div>
      <h2>{t('call.all')}</h2>
      <Attempts attempts={attempts} />
    </div>
  );
}

function Call({ line, item, chosen }: { line: LineSummary; item: ItemView; chosen: boolean }) {
  const t = useT();
  const session = useSession();
  const { zones } = useZones(line.line, line.parties, session.party);
  return (
    <article className={screen['card']} data-chosen={chosen} data-item={item.entry}>
      <div className="row">
        <NotMeant mark={item.mark} />
        <Chip tone={item.state === 'accepted' ? 'normal' : item.state === 'under way' ? 'standby' : 'caution'}>{wordOf(t, 'state', item.state)}</Chip>
        <strong><Foreign text={item.between?.map(p => `${p.rank ? `${p.rank}, ` : ''}${p.office} (${p.party})`).join(' ↔ ') ?? ''} /></strong>
        <span className="mono dim">{item.entry}</span>
        <span className="dim">{t('call.asked-by', { party: item.opener })} <Stamp at={item.entries[0]?.at ?? item.since} /></span>
      </div>
      {item.topic !== undefined && <p><Foreign text={item.topic} /></p>}
      {item.windows !== undefined && item.windows.length > 0 && (
        <table className={css['windows']}>
          <thead><tr><th>UTC</th>{zones.map(zone => <th key={zone.name}>{zone.name} · {zone.zone}</th>)}</tr></thead>
          <tbody>{item.windows.map(window => (
            <tr key={window.from}>
              <td><Stamp at={window.from} /> – <Stamp at={window.until} short /></td>
              {zones.map(zone => <td key={zone.name}>{inZone(window.from, zone.zone) ?? '?'} – {inZone(window.until, zone.zone) ?? '?'}</td>)}
            </tr>
          ))}</tbody>
        </table>
      )}
      {item.due !== null && <p className="dim">{item.overdue ? <>{t('message.overdue-by')} <Age at={item.due} /></> : <>{t('call.expires')} <Stamp at={item.due} /></>}</p>}
      <CallActs line={line} item={item} />
    </article>
  );
}

const tones: Record<string, 'normal' | 'serious' | 'caution' | 'standby' | 'dim'> = {
  held: 'normal', accepted: 'normal', declined: 'serious', 'subject refused': 'serious', 'no answer': 'serious', countered: 'caution', waiting: 'caution', 'under way': 'standby',
};

export function Attempts({ attempts }: { attempts: Attempt[] }) {
  const t = useT();
  if (attempts.length === 0) return <p className="dim">{t('call.none')}</p>;
  return (
    <div className={screen['tableBox']}>
      <table>
        <thead><tr><th>{t('call.asked')}</th><th>{t('call.by')}</th><th>{t('call.between')}</th><th>{t('call.topic')}</th><th>{t('call.outcome')}</th><th>{t('call.delivered')}</th></tr></thead>
        <tbody>
          {attempts.map(attempt => (
            <tr key={`${attempt.line} ${attempt.entry}`}>
              <td><Stamp at={attempt.at} /><br /><button type="button" className={css['entry']} onClick={() => go({ screen: 'record', line: attempt.line, entry: attempt.entry })}>{attempt.entry}</button></td>
              <td>{attempt.by}</td>
              <td><Foreign text={attempt.between.map(p => p.office).join(' ↔ ')} /></td>
              <td>{attempt.topic !== null && <Foreign text={attempt.topic} />}</td>
              <td><Chip tone={tones[attempt.outcome] ?? 'dim'}>{wordOf(t, 'state', attempt.outcome)}</Chip>{attempt.answeredAt !== null && <><br /><Stamp at={attempt.answeredAt} /></>}</td>
              <td>{attempt.deliveredAt === null ? <Chip tone="serious">{t('call.not-delivered')}</Chip> : <Stamp at={attempt.deliveredAt} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
