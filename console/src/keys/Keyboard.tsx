import { useEffect, useState } from 'react';
import { useLines } from '../api/queries';
import { go, useRoute, type Screen } from '../look/route';
import { PartBoundary } from '../look/Boundary';
import { compose } from '../look/compose';
import { Help } from './Help';
import { listenKeys, useShortcut, type Shortcut } from '../look/shortcuts';
import { Palette } from './Palette';

const ways: readonly (readonly [Shortcut, Screen])[] = [
  ['go-watch', 'watch'],
  ['go-contacts', 'contacts'],
  ['go-forms', 'forms'],
  ['go-map', 'map'],
  ['go-record', 'record'],
  ['go-usage', 'usage'],
  ['go-handover', 'handover'],
  ['go-blind', 'blind'],
  ['go-ceasefire', 'ceasefire'],
  ['go-rooms', 'rooms'],
];

/** The keys that work on every screen, what they are, and what can be found by them. */
export function Keyboard() {
  const [open, setOpen] = useState<'help' | 'palette' | null>(null);
  const { line } = useRoute();
  const lines = useLines();
  const on = line ?? lines[0]?.line ?? null;
  useEffect(listenKeys, []);
  useShortcut('help', () => setOpen('help'));
  useShortcut('palette', () => setOpen(open === 'palette' ? null : 'palette'));
  useShortcut('search', () => go({ screen: 'record', line: on, tab: 'search' }));
  const write = (precedence: 'routine' | 'flash'): void => {
    if (on === null) return;
    go({ screen: 'watch', line: on });
    compose({ line: on, precedence });
  };
  useShortcut('compose', () => write('routine'));
  useShortcut('flash', () => write('flash'));
  return (
    <PartBoundary>
      {ways.map(([id, screen]) => (
        <Way key={id} id={id} to={() => go({ screen, line: screen === 'handover' ? null : on })} />
      ))}
      {open === 'help' && <Help onClose={() => setOpen(null)} />}
      {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
    </PartBoundary>
  );
}

function Way({ id, to }: { id: Shortcut; to: () => void }) {
  useShortcut(id, to);
  return null;
}
