import { useSession } from '../api/session';
import { useKept } from '../look/kept';
import { testTone, useSound } from '../look/sound';
import { Shape } from '../look/Status';
import { startTour } from '../look/tour';
import { useT } from '../messages';
import css from '../look/extra.module.css';

/** What an officer who sits here for the first time does first. It goes by itself when all of it is done, and can be put away. */
export function FirstSteps() {
  const t = useT();
  const session = useSession();
  const sound = useSound();
  const [state, setState] = useKept<{ heard: boolean; away: boolean }>(
    `first-steps.${session.user.name}`,
    { heard: false, away: false },
    {
      read: (stored) =>
        typeof stored === 'object' && stored !== null
          ? { heard: 'heard' in stored && stored.heard === true, away: 'away' in stored && stored.away === true }
          : null,
    },
  );
  const steps = [
    { id: 'seat', done: session.seat !== null },
    { id: 'passkey', done: session.user.passkeys > 0 },
    { id: 'sound', done: sound.armed && state.heard },
  ] as const;
  if (state.away || steps.every(({ done }) => done)) return null;
  return (
    <section className={css['first']} aria-label={t('first.title')}>
      <h2>{t('first.title')}</h2>
      <ol>
        {steps.map(({ id, done }) => (
          <li key={id} data-done={done}>
            <Shape level={done ? 'normal' : 'off'} />
            <span className="grow">
              {t(`first.${id}`)}
              <span className="visually-hidden"> {t(done ? 'first.done' : 'first.not-done')}</span>
            </span>
            {id === 'sound' && !done && (
              <button
                type="button"
                onClick={() => {
                  void testTone();
                  setState({ ...state, heard: true });
                }}
              >
                {t('first.try-tone')}
              </button>
            )}
          </li>
        ))}
      </ol>
      <div className="row">
        <button type="button" onClick={startTour}>
          {t('help.tour')}
        </button>
        <button type="button" onClick={() => setState({ ...state, away: true })}>
          {t('first.away')}
        </button>
      </div>
    </section>
  );
}
