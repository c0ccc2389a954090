import { useSyncExternalStore } from 'react';

export const screens = [
  'watch',
  'contacts',
  'forms',
  'map',
  'record',
  'usage',
  'handover',
  'blind',
  'ceasefire',
  'rooms',
  'officers',
  'account',
] as const;
export type Screen = (typeof screens)[number];

/** `/watch/LINE/us/3?tab=…`: the screen, the line, and what is chosen on it. */
export type Route = { screen: Screen; line: string | null; entry: string | null; tab: string | null };

/** Counts the times that the officer was led somewhere: by a link, an alarm, or the browser's own buttons; not what they open or close where they are. */
let jumps = 1;
export const jumpsSoFar = (): number => jumps;

/** A part of an address as it is meant; one that cannot be decoded as it stands: it then names no line and no entry. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function readRoute(path: string, query: string): Route {
  const [screen = '', line, party, seq] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return {
    screen: (screens as readonly string[]).includes(screen) ? (screen as Screen) : 'watch',
    line: line ?? null,
    entry: party !== undefined && seq !== undefined ? `${party}/${seq}` : null,
    tab: new URLSearchParams(query).get('tab'),
  };
}

export function pathOf({
  screen,
  line,
  entry,
  tab,
}: {
  screen: Screen;
  line?: string | null;
  entry?: string | null;
  tab?: string | null;
}): string {
  return `/${[screen, line, line ? entry : null].filter((part) => part).join('/')}${tab ? `?tab=${encodeURIComponent(tab)}` : ''}`;
}

const changed = 'parley-route';
let current = typeof location === 'undefined' ? readRoute('/', '') : readRoute(location.pathname, location.search);

function subscribe(listener: () => void): () => void {
  const update = (): void => {
    current = readRoute(location.pathname, location.search);
    listener();
  };
  const back = (): void => {
    jumps++;
    update();
  };
  addEventListener('popstate', back);
  addEventListener(changed, update);
  return () => {
    removeEventListener('popstate', back);
    removeEventListener(changed, update);
  };
}

export const useRoute = (): Route =>
  useSyncExternalStore(
    subscribe,
    () => current,
    () => current,
  );

export function go(to: Parameters<typeof pathOf>[0], replace = false): void {
  const path = pathOf(to);
  if (replace) history.replaceState(null, '', path);
  else {
    jumps++;
    history.pushState(null, '', path);
  }
  dispatchEvent(new Event(changed));
}

/** Families whose items are worked on at a screen that was made for them; every other one, known here or not, has its forms. */
const workedOnAt: Readonly<Record<string, Screen>> = {
  call: 'contacts',
  readout: 'contacts',
  watch: 'handover',
  blind: 'blind',
  agreement: 'ceasefire',
  order: 'ceasefire',
  incident: 'ceasefire',
  returnfire: 'ceasefire',
  observation: 'ceasefire',
  coverage: 'ceasefire',
  summary: 'ceasefire',
  message: 'watch',
  test: 'watch',
  condition: 'watch',
  line: 'watch',
};
/** Where an item of a family is worked on. */
export const screenOf = (family: string): Screen =>
  Object.hasOwn(workedOnAt, family) ? (workedOnAt[family] ?? 'forms') : 'forms';
