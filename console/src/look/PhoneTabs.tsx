import { useT } from '../messages';
import { useLines } from '../api/queries';
import { useHomeLine } from './home';
import { go, useRoute, type Screen } from './route';
import css from './shell.module.css';

/** On a phone: the lines, what is to do, the map, and everything else behind one sign. */
export function PhoneTabs({
  offered,
  icons,
  owed,
}: {
  offered: readonly Screen[];
  icons: Readonly<Record<string, string>>;
  owed: number;
}) {
  const t = useT();
  const { screen, line, tab } = useRoute();
  const home = useHomeLine(useLines());
  const others = offered.filter((name) => name !== 'watch' && name !== 'map');
  const tabs = [
    { id: 'watch', word: t('screen.watch'), icon: icons['watch'] ?? '', to: { screen: 'watch' as Screen }, badge: 0 },
    {
      id: 'duty',
      word: t('phone.duty'),
      icon: 'M4 6l2 2 3-4M4 13l2 2 3-4M12 7h8M12 14h8M4 20h16',
      to: { screen: 'watch' as Screen, tab: 'duty' },
      badge: owed,
    },
    {
      id: 'map',
      word: t('screen.map'),
      icon: icons['map'] ?? '',
      to: { screen: 'map' as Screen, line: line ?? home ?? null },
      badge: 0,
    },
  ];
  const current =
    screen === 'watch' ? (tab === 'duty' && line === null ? 'duty' : 'watch') : screen === 'map' ? 'map' : 'more';
  return (
    <nav className={css['nav']} aria-label={t('shell.screens')}>
      {tabs.map(({ id, word, icon, to, badge }) => (
        <a
          key={id}
          href={`/${to.screen}${id === 'duty' ? '?tab=duty' : ''}`}
          aria-current={current === id ? 'page' : undefined}
          onClick={(e) => {
            e.preventDefault();
            go(to);
          }}
        >
          <Sign path={icon} />
          <span>{word}</span>
          {badge > 0 && <small aria-hidden="true">{badge}</small>}
        </a>
      ))}
      <details data-menu className={css['more']}>
        <summary aria-current={current === 'more' ? 'page' : undefined}>
          <Sign path="M5 12h.01M12 12h.01M19 12h.01" />
          <span>{current === 'more' ? t(`screen.${screen}`) : t('phone.more')}</span>
        </summary>
        <div>
          {others.map((name) => (
            <a
              key={name}
              href={`/${name}`}
              aria-current={screen === name ? 'page' : undefined}
              onClick={(e) => {
                e.preventDefault();
                e.currentTarget.closest('details')?.removeAttribute('open');
                go({ screen: name, line: name === 'handover' || name === 'officers' ? null : (line ?? home ?? null) });
              }}
            >
              <Sign path={icons[name] ?? ''} />
              {t(`screen.${name}`)}
            </a>
          ))}
        </div>
      </details>
    </nav>
  );
}

function Sign({ path }: { path: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
