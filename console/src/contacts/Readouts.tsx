import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useKnown } from '../api/known';
import { chronologyQuery, itemQuery, trafficQuery, useWhole } from '../api/queries';
import type { ItemView, LineSummary } from '../api/types';
import { Chip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { InPart, isInPart, shortened } from '../look/InPart';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { allKnown, Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { useMayWrite } from '../api/kinds';
import { ReadoutEditor } from './ReadoutEditor';
import { ReadoutView } from './ReadoutView';

/** Readouts in draft first, then those of earlier calls; the chosen one beside the list. */
export function Readouts({ line, chosen }: { line: LineSummary; chosen: string | null }) {
  const t = useT();
  const may = useMayWrite();
  const [writing, setWriting] = useState(false);
  const traffic = useKnown(trafficQuery(line.line));
  const history = useKnown(chronologyQuery(line.line, null, ''));
  const drafting = useWhole(
    line.line,
    (traffic.data?.open ?? []).filter((item) => item.family === 'readout'),
  );
  const chronology = history.data;
  const known = new Set(drafting.map((item) => item.entry));
  const earlier = (chronology?.readouts ?? [])
    .filter((note) => note.line === line.line && !known.has(note.entry))
    .map((note) => note.entry);
  const settled = useQueries({
    queries: earlier.slice(-20).map((entry) => itemQuery(line.line, entry)),
    combine: (results) => results.flatMap((result) => (result.data === undefined ? [] : [result.data])),
  });
  const items = [...drafting, ...settled.reverse()].filter(
    (item, i, all) => all.findIndex((other) => other.entry === item.entry) === i,
  );
  const item: ItemView | undefined =
    items.find(
      (one) => one.entry === chosen || one.draft === chosen || one.entries.some((entry) => entry.entry === chosen),
    ) ?? items[0];
  return (
    <div className={screen['split']}>
      <div className="column">
        {may('readout.drafted') && (
          <Button size="sm" variant={writing ? 'default' : 'filled'} onClick={() => setWriting(!writing)}>
            {writing ? t('act.not-now') : t('readout.new')}
          </Button>
        )}
        {items.map((one) => (
          <button
            key={one.entry}
            type="button"
            className={screen['item']}
            aria-current={!writing && one.entry === item?.entry ? 'true' : undefined}
            onClick={() => {
              setWriting(false);
              go({ screen: 'contacts', line: line.line, entry: one.entry, tab: 'readouts' });
            }}
          >
            <span className="row spread">
              <Chip
                tone={
                  one.state === 'agreed' || one.state === 'released'
                    ? 'normal'
                    : one.state === 'drafting'
                      ? 'caution'
                      : 'dim'
                }
              >
                {wordOf(t, 'state', one.state)}
              </Chip>
              <span className="mono dim">{one.entry}</span>
            </span>
            <span className={screen['clip']}>
              <Foreign text={shortened(one.readout?.text ?? one.readout?.points?.[0]?.text ?? '', 100)} />
            </span>
            <span className="dim">
              <Stamp at={one.since} />
            </span>
          </button>
        ))}
        <Unknown of={[traffic, history]} what={t('contacts.readouts')} />
        {allKnown(traffic, history) && items.length === 0 && <p className="dim">{t('readout.none')}</p>}
      </div>
      <div>
        {writing ? (
          <ReadoutEditor
            line={line}
            item={null}
            contacts={chronology?.contacts ?? []}
            onDone={() => setWriting(false)}
          />
        ) : item === undefined ? null : isInPart(item) ? (
          <InPart line={line.line} item={item} />
        ) : item.state === 'drafting' ? (
          <ReadoutEditor key={item.entry} line={line} item={item} contacts={[]} onDone={() => {}} />
        ) : (
          <ReadoutView line={line} item={item} />
        )}
      </div>
    </div>
  );
}
