import { useEffect, useRef } from 'react';

/** Everything that a key does, where it is told (`?`), in the order in which it is told. `g w` is one key after the other. */
export const shortcuts = [
  { id: 'help', keys: '?', group: 'anywhere' },
  { id: 'palette', keys: 'Ctrl+K', group: 'anywhere' },
  { id: 'acknowledge', keys: 'a', group: 'anywhere' },
  { id: 'search', keys: '/', group: 'anywhere' },
  { id: 'compose', keys: 'c', group: 'write' },
  { id: 'reply', keys: 'r', group: 'write' },
  { id: 'flash', keys: 'f', group: 'write' },
  { id: 'send', keys: 'Ctrl+Enter', group: 'write' },
  { id: 'leave', keys: 'Escape', group: 'write' },
  { id: 'next', keys: 'j', group: 'traffic' },
  { id: 'previous', keys: 'k', group: 'traffic' },
  { id: 'unread', keys: ']', group: 'traffic' },
  { id: 'newest', keys: '[', group: 'traffic' },
  { id: 'go-watch', keys: 'g w', group: 'go' },
  { id: 'go-contacts', keys: 'g c', group: 'go' },
  { id: 'go-forms', keys: 'g f', group: 'go' },
  { id: 'go-map', keys: 'g m', group: 'go' },
  { id: 'go-record', keys: 'g r', group: 'go' },
  { id: 'go-usage', keys: 'g u', group: 'go' },
  { id: 'go-handover', keys: 'g h', group: 'go' },
  { id: 'go-blind', keys: 'g b', group: 'go' },
  { id: 'go-ceasefire', keys: 'g e', group: 'go' },
  { id: 'go-rooms', keys: 'g i', group: 'go' },
] as const;
export type Shortcut = (typeof shortcuts)[number]['id'];

/** What a form or a field hears by itself. */
const heardElsewhere: ReadonlySet<Shortcut> = new Set(['send', 'leave']);

/** The next key of two comes within so many milliseconds. */
const between = 1_500;

/** What each shortcut does now: what was told last goes before. */
const acts = new Map<Shortcut, (() => void)[]>();

/** Where a letter stands on a keyboard, for who writes Cyrillic, Greek, Arabic or Hebrew: `а` is not `a`, and the key is the same. */
function letterOf(e: Pick<KeyboardEvent, 'key' | 'code'>): string {
  if (e.key.length !== 1 || e.key.charCodeAt(0) < 128) return e.key;
  return /^Key[A-Z]$/.test(e.code) ? e.code.slice(3).toLowerCase() : e.key;
}

/** What was pressed, as the table writes it. Shift is in the sign itself; who holds Alt means the browser. */
export function pressed(e: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | null {
  if (e.altKey) return null;
  const letter = letterOf(e);
  return e.ctrlKey || e.metaKey ? `Ctrl+${letter.length === 1 ? letter.toUpperCase() : letter}` : letter;
}

/** The shortcut that a press ends, given the presses before it; or that it may begin one. */
export function matched(before: string | null, press: string): { id: Shortcut } | { begins: string } | null {
  const all = shortcuts.filter(({ id }) => !heardElsewhere.has(id));
  const whole = before === null ? press : `${before} ${press}`;
  const found = all.find(({ keys }) => keys === whole) ?? all.find(({ keys }) => keys === press);
  if (found !== undefined) return { id: found.id };
  return all.some(({ keys }) => keys.startsWith(`${press} `)) ? { begins: press } : null;
}

const isTyping = (at: EventTarget | null): boolean =>
  at instanceof Element && at.closest('input, textarea, select, [contenteditable]') !== null;
/** A map and an open dialog have keys of their own. */
const hasOwnKeys = (at: EventTarget | null): boolean =>
  at instanceof Element && at.closest('dialog, [role=dialog], [role=application], [role=listbox]') !== null;

/** Hears the keys of the whole page, for the life of it. */
export function listenKeys(): () => void {
  let before: { begins: string; at: number } | null = null;
  const heard = (e: KeyboardEvent): void => {
    if (e.defaultPrevented || e.repeat || e.isComposing) return;
    const press = pressed(e);
    if (press === null) return;
    // Ctrl+K is heard also where something is typed.
    if (!press.startsWith('Ctrl+') && (isTyping(e.target) || hasOwnKeys(e.target))) return;
    // By when it was pressed: a page that is busy drawing a map hears the second key late, and it was in time.
    const begun = before !== null && e.timeStamp - before.at <= between ? before.begins : null;
    const found = matched(begun, press);
    before = null;
    if (found === null) return;
    if ('begins' in found) {
      before = { begins: found.begins, at: performance.now() };
      return;
    }
    const act = acts.get(found.id)?.at(-1);
    if (act === undefined) return;
    e.preventDefault();
    act();
  };
  addEventListener('keydown', heard);
  return () => removeEventListener('keydown', heard);
}

/** What a shortcut does as long as this is shown; null where it does nothing now. */
export function useShortcut(id: Shortcut, act: (() => void) | null): void {
  const newest = useRef(act);
  useEffect(() => {
    newest.current = act;
  });
  const isOn = act !== null;
  useEffect(() => {
    if (!isOn) return undefined;
    const run = (): void => newest.current?.();
    const there = acts.get(id) ?? [];
    acts.set(id, [...there, run]);
    return () =>
      void acts.set(
        id,
        (acts.get(id) ?? []).filter((one) => one !== run),
      );
  }, [id, isOn]);
}

/** Does it, as the key would; false where nothing hears it now. */
export function runShortcut(id: Shortcut): boolean {
  const act = acts.get(id)?.at(-1);
  act?.();
  return act !== undefined;
}
