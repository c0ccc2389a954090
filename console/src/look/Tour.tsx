import { useEffect, useRef, useState } from 'react';
import { useLines } from '../api/queries';
import { theLive } from '../api/live';
import { useT } from '../messages';
import { compose } from './compose';
import css from './extra.module.css';
import { useHomeLine } from './home';
import { go } from './route';
import { setTour, stops, useTour } from './tour';

/** A line on which an exercise goes on, else the one that screens open on: to practise on. */
function usePractice(): string | undefined {
  const lines = useLines();
  const home = useHomeLine(lines);
  const played = lines.find(
    (one) =>
      theLive()
        .tail(one.line)
        .entries.findLast((entry) => entry.kind === 'message.sent')?.mark === 'exercise',
  );
  return played?.line ?? home;
}

/** Leads through the page a part at a time; the last one writes a FLASH that is marked as an exercise, for the officer to hold, or not. */
export function Tour() {
  const t = useT();
  const at = useTour();
  const line = usePractice();
  const stop = at === null ? undefined : stops[at];
  const card = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState<DOMRect | null>(null);
  useEffect(() => {
    if (stop === undefined) return undefined;
    if (location.pathname.split('/')[1] !== stop.screen) go({ screen: stop.screen, line: line ?? null });
    if (stop.id === 'practise' && line !== undefined) compose({ line, precedence: 'flash', mark: 'exercise' });
    card.current?.focus();
    const look = (): void => setFrame(document.querySelector(stop.part)?.getBoundingClientRect() ?? null);
    look();
    // A screen that is fetched first, or a bar that grows, is found a moment later.
    const again = setInterval(look, 300);
    return () => clearInterval(again);
  }, [stop, line]);
  if (stop === undefined || at === null) return null;
  const last = at === stops.length - 1;
  return (
    <>
      {frame !== null && (
        <div
          className={css['spot']}
          aria-hidden="true"
          style={{ left: frame.left, top: frame.top, width: frame.width, height: frame.height }}
        />
      )}
      <div
        ref={card}
        className={css['tour']}
        role="dialog"
        aria-label={t('help.tour')}
        tabIndex={-1}
        onKeyDown={(e) => {
          if (e.key === 'Escape') setTour(null);
        }}
      >
        <p className="dim">{t('tour.step', { at: at + 1, of: stops.length })}</p>
        <h2>{t(`tour.${stop.id}`)}</h2>
        <p>{t(`tour.${stop.id}-what`)}</p>
        <div className="row spread">
          <button type="button" onClick={() => setTour(null)}>
            {t(last ? 'tour.done' : 'tour.leave')}
          </button>
          <span className="row">
            {at > 0 && (
              <button type="button" onClick={() => setTour(at - 1)}>
                {t('tour.back')}
              </button>
            )}
            {!last && (
              <button type="button" className={css['lead']} onClick={() => setTour(at + 1)}>
                {t('tour.next')}
              </button>
            )}
          </span>
        </div>
      </div>
    </>
  );
}
