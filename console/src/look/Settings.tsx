import { useQueryClient } from '@tanstack/react-query';
import { useSession } from '../api/session';
import { endSession, takeSeat } from '../api/signing';
import { languages, setLanguage, useLanguage, useT, type Language } from '../messages';
import { undoTimes, useUndoTime } from './pending';
import { go } from './route';
import css from './shell.module.css';
import { applySize, densities, textSizes, useSize, type Density, type TextSize } from './size';
import { Stamp } from './Stamp';
import { applyLook, looks, useLook, type Look } from './theme';

/** The officer's own menu: the seat, how this browser shows the console, and the way out. */
export function Settings() {
  const t = useT();
  const look = useLook();
  const size = useSize();
  const language = useLanguage();
  const session = useSession();
  const queries = useQueryClient();
  const [undo, setUndo] = useUndoTime();
  return (
    <details data-menu className={css['settings']}>
      <summary>
        <span className={css['officer']}>{session.user.name}</span>{' '}
        <span className="dim">
          {session.seat === null ? t('seat.none') : t(`seat.${session.seat}` as 'seat.watch')}
        </span>
      </summary>
      <div className={css['sheet']}>
        {session.user.seats.length > 1 && (
          <label>
            {t('settings.seat')}
            <select value={session.seat ?? ''} onChange={(e) => void takeSeat(queries, e.currentTarget.value)}>
              {session.seat === null && <option value="">{t('seat.none')}</option>}
              {session.user.seats.map((seat) => (
                <option key={seat} value={seat}>
                  {t(`seat.${seat}` as 'seat.watch')}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t('settings.look')}
          <select value={look} onChange={(e) => applyLook(e.currentTarget.value as Look)}>
            {looks.map((name) => (
              <option key={name} value={name}>
                {t(`look.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('settings.text')}
          <select value={size.text} onChange={(e) => applySize({ text: e.currentTarget.value as TextSize })}>
            {textSizes.map((name) => (
              <option key={name} value={name}>
                {t(`text-size.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('settings.density')}
          <select value={size.density} onChange={(e) => applySize({ density: e.currentTarget.value as Density })}>
            {densities.map((name) => (
              <option key={name} value={name}>
                {t(`density.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('settings.language')}
          <select value={language} onChange={(e) => void setLanguage(e.currentTarget.value as Language)}>
            {Object.entries(languages).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('settings.undo')}
          <select value={undo} onChange={(e) => setUndo(Number(e.currentTarget.value))}>
            {undoTimes.map((seconds) => (
              <option key={seconds} value={seconds}>
                {seconds === 0 ? t('settings.undo-none') : t('settings.undo-for', { seconds })}
              </option>
            ))}
          </select>
        </label>
        {session.until !== null && (
          <span className="dim">
            {t('settings.until')} <Stamp at={session.until} />
          </span>
        )}
        <button
          type="button"
          className={css['plain']}
          onClick={(e) => {
            e.currentTarget.closest('details')?.removeAttribute('open');
            go({ screen: 'account' });
          }}
        >
          {t('settings.passkeys')}
        </button>
        <button type="button" className={css['plain']} onClick={() => void endSession(queries)}>
          {t('settings.sign-out')}
        </button>
      </div>
    </details>
  );
}
