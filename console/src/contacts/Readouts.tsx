import { Button } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { chronologyQuery, itemQuery, trafficQuery } from '../api/queries';
import type { ItemView, LineSummary } from '../api/types';
import { Chip } from '../look/Chips';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { useT, wordOf } from '../messages';
import { mayWrite, useOfficer } from '../session/session';
import { ReadoutEditor } from './ReadoutEditor';
import { ReadoutView } from './ReadoutView';

/** Readouts in draft first, then those of earlier calls; the chosen one beside the list. */
export function Readouts({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const officer = useOfficer();
  const [writing, setWriting] = useState(false);
  const drafting = (useQuery(trafficQuery(line.line)).data?.open ?? []).filter(item => item.family === 'readout');
  const chronology = useQuery(chronologyQuery(line.line, null, '')).data;
  const known = new Set(drafting.map(item => item.entry));
  const earlier = (chronology?.readouts ?? []).filter(note => note.line === line.line && !known.has(note.entry)).map(note => note.entry);
  const settled = useQueries({ queries: earlier.slice(-20).map(entry => itemQuery(line.line, entry)), combine: results => results.flatMap(result => (result.data === undefined ? [] : [result.data])) });
  const items = [...drafting, ...settled.reverse()].filter((item, i, all) => all.findIndex(other => other.entry === item.entry) === i);
  const item: ItemView | undefined = items.find(one => one.entry === chosen || one.draft === chosen || one.entries.some(entry => entry.entry === chosen)) ?? items[0];
  return (
    <div className={screen['split']}>
      <div className="column">
        {mayWrite(officer.seat, 'readout.drafted') && <Button size="sm" variant={writing ? 'default' : 'filled'} onClick={() => setWriting(!writing)}>{writing ? t('act.not-now') : t('readout.new')}</Button>}
        {items.map(one => (
          <button key={one.entry} type="button" className={screen['item']} aria-current={!writing && one.entry === item?.entry ? 'true' : undefined} onClick={() => { setWriting(false); go({ screen: 'contacts', line: line.line, entry: one.entry, tab: 'readouts' }); }}>
            <span className="row spread"><Chip tone={one.state === 'agreed' || one.state === 'released' ? 'normal' : one.state === 'drafting' ? 'caution' : 'dim'}>{wordOf(t, 'state', one.state)}</Chip><span className="mono dim">{one.entry}</span></span>
            <span className="dim"><Stamp at={one.since} /></span>
          </button>
        ))}
        {items.length === 0 && <p className="dim">{t('readout.none')}</p>}
      </div>
      <div>
        {writing ? <ReadoutEditor line={line} item={null} contacts={chronology?.contacts ?? []} onDone={() => setWriting(false)} />
          : item === undefined ? null : item.state === 'drafting' ? <ReadoutEditor key={`${item.entry} ${item.draft ?? ''}`} line={line} item={item} contacts={[]} onDone={() => {}} /> : <ReadoutView line={line} item={item} />}
      </div>
    </div>
  );
}
