import { useT } from '../messages';
import { runShortcut } from './shortcuts';
import css from './shell.module.css';
import { startTour } from './tour';
import { startWall } from './wall';

/** What helps: the keys, what the signs mean, a tour of the page, and the wall. The document is the station's own: nothing is asked of the network. */
export function HelpMenu() {
  const t = useT();
  const close = (e: { currentTarget: HTMLElement }): void =>
    e.currentTarget.closest('details')?.removeAttribute('open');
  return (
    <details data-menu className={css['help']}>
      <summary aria-label={t('help.title')} title={t('help.title')}>
        ?
      </summary>
      <div className={css['sheet']}>
        {(
          [
            ['help.keys', () => void runShortcut('help')],
            ['help.tour', startTour],
            ['help.wall', startWall],
          ] as const
        ).map(([key, act]) => (
          <button
            key={key}
            type="button"
            className={css['plain']}
            onClick={(e) => {
              close(e);
              act();
            }}
          >
            {t(key)}
          </button>
        ))}
        <dl className={css['signs']}>
          {(['critical', 'serious', 'caution', 'normal', 'standby', 'off'] as const).map((level) => (
            <div key={level} data-level={level}>
              <dt>{t(`level.${level}`)}</dt>
              <dd>{t(`level.means.${level}`)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}
