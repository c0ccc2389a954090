import { lazy, Suspense, useReducer, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react';
import { textsOfScreens, useT } from '../messages';
import { Boundary, CannotBeShown } from './Boundary';
import css from './look.module.css';
import { Status } from './Status';

/** A part of this page could not be fetched from the station: it can be asked for again. */
class NotFetched extends Error {}

/**
 * A part of the page that is fetched when it is first shown, with the words that such parts say. One that could not be
 * fetched says so where it would stand, and is asked for again at a press; the alarms and the other screens stay.
 */
export function fetched<P extends object>(
  load: () => Promise<ComponentType<P>>,
  screen = false,
): (props: P) => ReactNode {
  let part: LazyExoticComponent<ComponentType<P>> | null = null;
  const ask = async (): Promise<{ default: ComponentType<P> }> => {
    try {
      const [part] = await Promise.all([load(), textsOfScreens()]);
      return { default: part };
    } catch (e) {
      throw new NotFetched(String(e));
    }
  };
  return function Fetched(props: P) {
    const t = useT();
    const [, again] = useReducer((count: number) => count + 1, 0);
    const Part = (part ??= lazy(ask)) as ComponentType<P>;
    return (
      <Boundary
        fallback={(error, reset) =>
          error instanceof NotFetched ? (
            <Missing
              screen={screen}
              onAgain={() => {
                part = null;
                again();
                reset();
              }}
            />
          ) : (
            <CannotBeShown error={error} onAgain={reset} back={screen} />
          )
        }
      >
        <Suspense
          fallback={
            <p className="empty" role="status">
              {t('shell.loading')}
            </p>
          }
        >
          <Part {...props} />
        </Suspense>
      </Boundary>
    );
  };
}

function Missing({ screen, onAgain }: { screen: boolean; onAgain: () => void }) {
  const t = useT();
  return (
    <section role="alert" className={css['cannot']}>
      <Status level="serious" word={t(screen ? 'fetch.screen' : 'fetch.part')} />
      <p>{t('fetch.why')}</p>
      <div className="row">
        <button type="button" onClick={onAgain}>
          {t('cannot.again')}
        </button>
        <button type="button" onClick={() => location.reload()}>
          {t('cannot.reload')}
        </button>
      </div>
    </section>
  );
}
