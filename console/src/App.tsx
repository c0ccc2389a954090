import { useQuery } from '@tanstack/react-query';
import { useEffect, type ComponentType } from 'react';
import { theLive } from './api/live';
import { kindsQuery } from './api/kinds';
import { linesQuery } from './api/queries';
import { PartBoundary } from './look/Boundary';
import { fetched } from './look/Fetched';
import { Shell } from './look/Shell';
import { pathOf, useRoute, type Screen } from './look/route';
import { useT } from './messages';
import { Keyboard } from './keys/Keyboard';
import { LinkScreen, tokenOf } from './session/LinkScreen';
import { SignIn } from './session/SignIn';
import { PasskeyBanner } from './session/Passkeys';
import { SeatChoice } from './session/SeatChoice';
import { DrawnFor, isSignedIn, sessionQuery, useSession } from './api/session';
import { AlarmBar } from './watch/AlarmBar';
import { Arrivals } from './watch/Arrivals';
import { CallGate } from './calls/CallGate';
import { AlarmsLeft } from './watch/AlarmsLeft';
import { WatchScreen } from './watch/WatchScreen';

// The watch is what an officer needs at once; the other screens are fetched when they are first opened.
const screens: Record<Screen, ComponentType> = {
  watch: WatchScreen,
  contacts: fetched(async () => (await import('./contacts/ContactsScreen')).ContactsScreen, true),
  forms: fetched(async () => (await import('./forms/FormsScreen')).FormsScreen, true),
  map: fetched(async () => (await import('./map/MapScreen')).MapScreen, true),
  record: fetched(async () => (await import('./record/RecordScreen')).RecordScreen, true),
  usage: fetched(async () => (await import('./usage/UsageScreen')).UsageScreen, true),
  handover: fetched(async () => (await import('./handover/HandoverScreen')).HandoverScreen, true),
  blind: fetched(async () => (await import('./blind/BlindScreen')).BlindScreen, true),
  ceasefire: fetched(async () => (await import('./ceasefire/CeasefireScreen')).CeasefireScreen, true),
  rooms: fetched(async () => (await import('./rooms/RoomsScreen')).RoomsScreen, true),
  account: fetched(async () => (await import('./session/AccountScreen')).AccountScreen, true),
  officers: fetched(async () => (await import('./session/OfficersScreen')).OfficersScreen, true),
};

export function App() {
  const t = useT();
  const session = useQuery(sessionQuery);
  useRoute();
  const link = tokenOf(location);

  if (session.data === undefined)
    return (
      <p className="empty" role="status">
        {session.isError ? t('shell.no-station') : t('shell.loading')}
      </p>
    );
  if (link !== null) return <LinkScreen token={link} session={session.data} />;
  return isSignedIn(session.data) ? (
    <DrawnFor value={session.data}>
      <SignedIn />
    </DrawnFor>
  ) : (
    <>
      <AlarmsLeft />
      <SignIn session={session.data} />
    </>
  );
}

function SignedIn() {
  const t = useT();
  const route = useRoute();
  const { seat } = useSession();
  const lines = useQuery(linesQuery).data;
  const kinds = useQuery(kindsQuery);
  const ids = lines?.map((line) => line.line).join(' ');
  useEffect(() => {
    if (ids !== undefined) void theLive().start(ids === '' ? [] : ids.split(' '));
  }, [ids]);

  const Chosen = screens[route.screen];
  return (
    <Shell
      alarms={
        <>
          <Keyboard />
          <Arrivals />
          <AlarmBar />
          <CallGate />
        </>
      }
      notices={<PasskeyBanner />}
    >
      <PartBoundary key={route.screen} back resetOn={pathOf(route)}>
        {/* What the kinds are is waited for once, and not insisted on: where that is not known, the screens say so. */}
        {seat === null ? (
          <SeatChoice />
        ) : kinds.isPending && kinds.failureCount === 0 ? (
          <p role="status">{t('shell.loading')}</p>
        ) : (
          <Chosen />
        )}
      </PartBoundary>
    </Shell>
  );
}
