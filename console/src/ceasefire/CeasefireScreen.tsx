import { useState } from 'react';
import { useKnown } from '../api/known';
import { useUsualMark } from '../api/marks';
import { itemQuery, useLines } from '../api/queries';
import type { LineSummary, Mark } from '../api/types';
import { marks } from '../look/Chips';
import { LinePicker } from '../look/LinePicker';
import { NoLines } from '../look/NoLines';
import { go, useRoute } from '../look/route';
import { Tabs } from '../look/Tabs';
import { useT } from '../messages';
import { Agreements } from './Agreements';
import { Incidents } from './Incidents';
import { Monitoring } from './Monitoring';
import { Observations } from './Observations';
import { Tallies } from './Tallies';

const tabs = ['agreements', 'incidents', 'observations', 'tallies', 'coverage'] as const;
type Tab = (typeof tabs)[number];

/** Where an item of a family stands: an address that names an entry alone leads there. */
const tabOf: Readonly<Record<string, Tab>> = {
  agreement: 'agreements',
  order: 'agreements',
  incident: 'incidents',
  returnfire: 'incidents',
  observation: 'observations',
  coverage: 'coverage',
  summary: 'coverage',
};

/** Ceasefires of a line: their texts, what is alleged, what was observed, how it counts, and where nobody watched. */
export function CeasefireScreen() {
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  return line === undefined ? (
    <NoLines />
  ) : (
    <OfLine key={line.line} line={line} chosen={route.entry} asked={route.tab} />
  );
}

function OfLine({ line, chosen, asked }: { line: LineSummary; chosen: string | null; asked: string | null }) {
  const t = useT();
  const stated = tabs.find((one) => one === asked);
  const named = stated === undefined && chosen !== null;
  const { data: item, unknown } = useKnown({ ...itemQuery(line.line, chosen ?? 'none/0'), enabled: named });
  // An incident is not asked for among the agreements while it is not known to be one.
  const open = !named || item !== undefined || unknown;
  const tab = stated ?? (item === undefined ? undefined : tabOf[item.family]) ?? 'agreements';
  const usual = useUsualMark(line.line);
  const [wanted, setMark] = useState<Mark | null>(null);
  const mark = wanted ?? usual;
  const entry = item?.family === 'order' ? null : chosen;
  const ofMark = (
    <label>
      {t('composer.mark')}
      <select value={mark} onChange={(e) => setMark(e.currentTarget.value as Mark)}>
        {marks.map((one) => (
          <option key={one} value={one}>
            {t(`mark.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <LinePicker screen="ceasefire" line={line.line} tab={tab} />
      <Tabs
        label={t('screen.ceasefire')}
        tabs={tabs.map((name) => ({ name, label: t(`cease.tab.${name}`) }))}
        chosen={tab}
        onChoose={(name) => go({ screen: 'ceasefire', line: line.line, tab: name })}
      >
        {!open ? (
          <p className="empty">{t('shell.loading')}</p>
        ) : tab === 'agreements' ? (
          <Agreements line={line} chosen={entry} />
        ) : tab === 'incidents' ? (
          <Incidents line={line} chosen={entry} mark={mark} bar={ofMark} onMark={setMark} />
        ) : tab === 'observations' ? (
          <Observations line={line} mark={mark} bar={ofMark} onMark={setMark} />
        ) : tab === 'tallies' ? (
          <Tallies line={line} mark={mark} bar={ofMark} />
        ) : (
          <Monitoring line={line} mark={mark} bar={ofMark} />
        )}
      </Tabs>
    </>
  );
}
