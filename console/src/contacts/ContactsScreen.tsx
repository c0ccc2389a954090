import { useLines } from '../api/queries';
import { PartBoundary } from '../look/Boundary';
import { LinePicker } from '../look/LinePicker';
import { go, useRoute } from '../look/route';
import { Tabs } from '../look/Tabs';
import { NoLines } from '../look/NoLines';
import { useT } from '../messages';
import { Calendar } from './Calendar';
import { Calls } from './Calls';
import { Chronology } from './Chronology';
import { Readouts } from './Readouts';

const tabs = ['calls', 'calendar', 'readouts', 'chronology'] as const;

/** Who was asked to speak with whom, when they can, what was said of it, and how it went over time. */
export function ContactsScreen() {
  const t = useT();
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  const tab = tabs.find((name) => name === route.tab) ?? 'calls';
  if (line === undefined) return <NoLines />;
  return (
    <>
      <LinePicker screen="contacts" line={line.line} tab={tab} />
      <Tabs
        label={t('screen.contacts')}
        chosen={tab}
        tabs={tabs.map((name) => ({ name, label: t(`contacts.${name}`) }))}
        onChoose={(name) => go({ screen: 'contacts', line: line.line, tab: name })}
      >
        <PartBoundary resetOn={`${line.line} ${tab} ${route.entry ?? ''}`}>
          {tab === 'calls' && <Calls key={line.line} line={line} chosen={route.entry} />}
          {tab === 'calendar' && <Calendar key={line.line} line={line} />}
          {tab === 'readouts' && <Readouts key={line.line} line={line} chosen={route.entry} />}
          {tab === 'chronology' && <Chronology key={line.line} line={line} />}
        </PartBoundary>
      </Tabs>
    </>
  );
}
