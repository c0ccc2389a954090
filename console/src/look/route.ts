import { useSyncExternalStore } from 'react';

export const screens = ['watch', 'contacts', 'forms', 'map', 'record', 'handover', 'blind', 'officers', 'account'] as const;
export type Screen = (typeof screens)[number];

/** `/watch/LINE/us/3?tab=…`: the screen, the line, and what is chosen on it. */
export type Route = { screen: Screen; line: string | null; entry: string | null; tab: string | null };

export function readRoute(path: string, query: string): Route {
  const [screen = '', line, party, seq] = path.split('/').filter(part => part !== '').map(decodeURIComponent);
  return {
    screen: (screens as readonly string[]).includes(screen) ? (screen as Screen) : 'watch',
    line: line ?? null,
    entry: party !== undefined && seq !== undefined ? `${party}/${seq}` : null,
    tab: new URLSearchParams(query).get('tab'),
  };
}

export function pathOf({ screen, line, entry, tab }: { screen: Screen; line?: string | null; entry?: string | null; tab?: string | null }): string {
  return `/${[screen, line, line ? entry : null].filter(part => part).join('/')}${tab ? `?tab=${encodeURIComponent(tab)}` : ''}`;
}

const changed = 'parley-route';
let current = typeof location === 'undefined' ? readRoute('/', '') : readRoute(location.pathname, location.search);

function subscribe(listener: () => void): () => void {
  const update = (): void => {
    current = readRoute(location.pathname, location.search);
    listener();
  };
  addEventListener('popstate', update);
  addEventListener(changed, update);
  return () => {
    removeEventListener('popstate', update);
    removeEventListener(changed, update);
  };
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, () => current, () => current);

export function go(to: Parameters<typeof pathOf>[0], replace = false): void {
  const path = pathOf(to);
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new Event(changed));
}
