import { useEffect, type ReactNode } from 'react';
import { useLines } from '../api/queries';
import { useT } from '../messages';
import { PartBoundary } from './Boundary';
import { behindDialog } from './Dialog';
import { useSession } from '../api/session';
import { Announcer } from './Announcer';
import { Foreign } from './Foreign';
import { keepFocus } from './focus';
import { useHomeLine } from './home';
import { closeMenus } from './menus';
import { useTellNames } from './names';
import { useNow } from './now';
import { usePrinting } from './print';
import { fullUtc } from './time';
import { go, screens, useRoute, type Screen } from './route';
import { PhoneTabs } from './PhoneTabs';
import css from './shell.module.css';
import { ClockBanner, StaleBanner, StationBanner } from './StaleBanner';
import { TitleBar } from './TitleBar';
import { Tour } from './Tour';
import { Undo } from './Undo';
import { useOwed } from './owed';
import { useNarrow } from './narrow';
import { useWall } from './wall';
import { fetched } from './Fetched';

const Wall = fetched(async () => (await import('./Wall')).Wall, true);

/** What stands around every screen: the title bar with the worst state, the alarms, how old everything is, and the way elsewhere. */
export function Shell({
  alarms,
  notices,
  children,
}: {
  /** What stands on every screen until somebody has seen to it. */
  alarms: ReactNode;
  /** What an officer is told of the own account. */
  notices: ReactNode;
  children: ReactNode;
}) {
  const t = useT();
  const { screen } = useRoute();
  useEffect(keepFocus, []);
  useEffect(closeMenus, []);
  useTellNames();
  return (
    <div className={css['shell']}>
      <a className={css['skip']} href="#main">
        {t('shell.skip')}
      </a>
      {screen === 'watch' && (
        <a className={css['skip']} href="#write">
          {t('shell.skip-to-write')}
        </a>
      )}
      <Announcer />
      <PaperHead />
      <div {...behindDialog}>
        <PartBoundary>
          <TitleBar />
        </PartBoundary>
      </div>
      <StaleBanner />
      <ClockBanner />
      <PartBoundary>
        <StationBanner />
      </PartBoundary>
      <div data-tour="alarms">
        <PartBoundary>{alarms}</PartBoundary>
      </div>
      <PartBoundary>{notices}</PartBoundary>
      <PartBoundary>
        <Undo />
      </PartBoundary>
      <Tour />
      {useWall() && (
        <PartBoundary>
          <Wall />
        </PartBoundary>
      )}
      <div {...behindDialog} className={css['middle']}>
        <PartBoundary>
          <Navigation />
        </PartBoundary>
        <main id="main" data-tour="main" tabIndex={-1} className={css['main']} aria-label={t(`screen.${screen}`)}>
          {children}
        </main>
      </div>
    </div>
  );
}

/** At the head of what is printed: whose station it was, what, by whom and when. */
function PaperHead() {
  const t = useT();
  const session = useSession();
  const now = useNow();
  const { screen, line } = useRoute();
  const title = useLines().find((one) => one.line === line)?.title;
  // On a screen it is not in the page at all: nobody finds by it what cannot be seen.
  if (!usePrinting()) return null;
  return (
    <p className={css['paperHead']}>
      <strong>{session.partyName}</strong> · {t(`screen.${screen}`)}
      {title !== undefined && (
        <>
          {' '}
          · <Foreign text={title} />
        </>
      )}{' '}
      · {t('paper.printed', { name: session.user.name, at: fullUtc(now) })}
    </p>
  );
}

const icons: Record<Exclude<Screen, 'account'>, string> = {
  watch: 'M4 5h16v11H4zM8 20h8M12 16v4',
  contacts: 'M5 4h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2',
  forms: 'M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3',
  map: 'M9 4 3 6v14l6-2 6 2 6-2V4l-6 2zM9 4v14M15 6v14',
  record: 'M4 6h16M4 12h16M4 18h10',
  usage: 'M4 20V10M10 20V4M16 20v-7M22 20H2',
  handover: 'M4 8h13l-4-4M20 16H7l4 4',
  blind: 'M3 12a6 6 0 1 0 12 0 6 6 0 1 0-12 0M9 12a6 6 0 1 0 12 0 6 6 0 1 0-12 0',
  ceasefire: 'M6 3h9l4 4v14H6zM9 17c1-3 2-3 2.500-1s1.500 1 2-0.500M9 9h6',
  rooms: 'M2 5h8v14H2zM14 5h8v14h-8zM10 12h4M12 10l2 2-2 2',
  officers: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2 21a7 7 0 0 1 14 0M17 8h5M19.5 5.500v5',
};

function Navigation() {
  const t = useT();
  const { screen, line } = useRoute();
  const session = useSession();
  const home = useHomeLine(useLines());
  const narrow = useNarrow();
  const owed = useOwed();
  const offered = screens.filter(
    (name) =>
      name !== 'account' && (name !== 'officers' || session.seat === 'administrator' || session.seat === 'auditor'),
  );
  const badge = (name: Screen): number => (name === 'watch' ? owed : 0);
  if (narrow) return <PhoneTabs offered={offered} icons={icons} owed={owed} />;
  return (
    <nav className={css['nav']} aria-label={t('shell.screens')}>
      {offered.map((name, i) => {
        const to = {
          screen: name,
          line: name === 'handover' || name === 'officers' ? null : (line ?? home ?? null),
        };
        return (
          <a
            key={name}
            href={`/${name}`}
            aria-current={name === screen ? 'page' : undefined}
            data-screen={name}
            accessKey={String(i + 1)}
            onClick={(e) => {
              e.preventDefault();
              go(to);
            }}
          >
            <svg
              viewBox="0 0 24 24"
              width="20"
              height="20"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.8"
              aria-hidden="true"
            >
              <path d={icons[name as 'watch']} />
            </svg>
            <span>{t(`screen.${name}`)}</span>
            {badge(name) > 0 && <small aria-hidden="true">{badge(name)}</small>}
          </a>
        );
      })}
    </nav>
  );
}
