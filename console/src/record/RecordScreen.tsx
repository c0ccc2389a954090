import { useLines } from '../api/queries';
import { PartBoundary } from '../look/Boundary';
import { LinePicker } from '../look/LinePicker';
import { go, useRoute } from '../look/route';
import { Tabs } from '../look/Tabs';
import { NoLines } from '../look/NoLines';
import { useT } from '../messages';
import { EntryList } from './EntryList';
import { ExportPanel } from './ExportPanel';
import { Quarantine } from './Quarantine';

const tabs = ['entries', 'export', 'faults'] as const;

/** Every entry of a line with its proof; the record as evidence; and what was refused or contradicts itself. */
export function RecordScreen() {
  const t = useT();
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  const tab = tabs.find((name) => name === route.tab) ?? 'entries';
  if (line === undefined) return <NoLines />;
  return (
    <>
      <LinePicker screen="record" line={line.line} tab={tab} />
      <Tabs
        label={t('screen.record')}
        chosen={tab}
        tabs={tabs.map((name) => ({ name, label: t(`record.${name}`) }))}
        onChoose={(name) => go({ screen: 'record', line: line.line, tab: name })}
      >
        <PartBoundary resetOn={`${line.line} ${tab}`}>
          {tab === 'entries' && (
            <EntryList
              key={line.line}
              line={line.line}
              parties={line.parties}
              chosen={route.entry}
              seeking={route.tab === 'search'}
            />
          )}
          {tab === 'export' && <ExportPanel key={line.line} line={line.line} />}
          {tab === 'faults' && <Quarantine key={line.line} line={line.line} />}
        </PartBoundary>
      </Tabs>
    </>
  );
}
