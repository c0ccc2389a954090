import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { theLive } from './api/live';
import { linesQuery } from './api/queries';
import { Shell } from './look/Shell';
import { useRoute, type Screen } from './look/route';
import { useLanguage, useT } from './messages';
import { SignIn } from './session/SignIn';
import { SeatChoice } from './session/SeatChoice';
import { sessionQuery, useSession } from './session/session';
import { WatchScreen } from './watch/WatchScreen';

// The watch is what an officer needs at once; the other screens are fetched when they are first opened.
const screens: Record<Exclude<Screen, 'watch'>, ReturnType<typeof lazy>> = {
  contacts: lazy(async () => ({ default: (await import('./contacts/ContactsScreen')).ContactsScreen })),
  forms: lazy(async () => ({ default: (await import('./forms/FormsScreen')).FormsScreen })),
  map: lazy(async () => ({ default: (await import('./map/MapScreen')).MapScreen })),
  record: lazy(async () => ({ default: (await import('./record/RecordScreen')).RecordScreen })),
  handover: lazy(async () => ({ default: (await import('./handover/HandoverScreen')).HandoverScreen })),
  blind: lazy(async () => ({ default: (await import('./blind/BlindScreen')).BlindScreen })),
  account: lazy(async () => ({ default: (await import('./session/AccountScreen')).AccountScreen })),
  officers: lazy(async () => ({ default: (await import('./session/OfficersScreen')).OfficersScreen })),
};

export function App() {
  const t = useT();
  const language = useLanguage();
  const session = useQuery(sessionQuery);
  useEffect(() => { document.documentElement.lang = language; }, [language]);

  if (session.data === undefined) return <p className="empty" role="status">{session.isError ? t('shell.no-station') : t('shell.loading')}</p>;
  return session.data.user === null ? <SignIn session={session.data} /> : <SignedIn />;
}

function SignedIn() {
  const t = useT();
  const { screen } = useRoute();
  const { seat } = useSession();
  const lines = useQuery(linesQuery).data;
  const ids = lines?.map(line => line.line).join(' ');
  useEffect(() => { if (ids !== undefined) void theLive().start(ids === '' ? [] : ids.split(' ')); }, [ids]);

  const Chosen = screen === 'watch' ? WatchScreen : screens[screen];
  return <Shell><Suspense fallback={<p className="empty" role="status">{t('shell.loading')}</p>}>{seat === null ? <SeatChoice /> : <Chosen />}</Suspense></Shell>;
}
