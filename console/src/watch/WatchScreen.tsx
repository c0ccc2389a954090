import { useEffect, useRef } from 'react';
import { useLines } from '../api/queries';
import { PartBoundary } from '../look/Boundary';
import { go, useRoute } from '../look/route';
import { useHomeLine } from '../look/home';
import { NoLines } from '../look/NoLines';
import { useT } from '../messages';
import { Composer } from './Composer';
import { Duty } from './Duty';
import { FirstSteps } from './FirstSteps';
import { LineList } from './LineList';
import { LineHeader } from './LineHeader';
import { PaneEdge } from './PaneEdge';
import { Traffic } from './Traffic';
import css from './watch.module.css';

export function WatchScreen() {
  const t = useT();
  const route = useRoute();
  const lines = useLines();
  const chosen = lines.find((line) => line.line === route.line);
  const first = useHomeLine(lines);
  const screen = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a wide screen there is always a line in sight; a phone begins with the list.
    if (route.line === null && first !== undefined && matchMedia('(min-width: 821px)').matches)
      go({ screen: 'watch', line: first }, true);
  }, [route.line, first]);

  return (
    <div
      ref={screen}
      className={css['watch']}
      data-chosen={chosen !== undefined}
      data-tab={route.line === null ? (route.tab ?? undefined) : undefined}
    >
      <section className={css['lines']} data-tour="lines" aria-label={t('watch.lines')}>
        <PaneEdge pane="lines" of={screen} label={t('pane.lines')} />
        <PartBoundary>
          <LineList lines={lines} chosen={chosen?.line ?? null} />
        </PartBoundary>
      </section>
      <section className={css['centre']} data-tour="traffic" aria-label={t('watch.traffic')}>
        {chosen === undefined ? (
          lines.length === 0 ? (
            <NoLines />
          ) : (
            <p className="empty" role="status">
              {t(route.line === null ? 'watch.choose' : 'watch.no-line')}
            </p>
          )
        ) : (
          <>
            <PartBoundary key={`h-${chosen.line}`}>
              <LineHeader line={chosen} />
            </PartBoundary>
            <PartBoundary key={chosen.line}>
              <Traffic line={chosen.line} chosen={route.entry} asked={route} />
            </PartBoundary>
            <PartBoundary key={`c-${chosen.line}`}>
              <Composer line={chosen} />
            </PartBoundary>
          </>
        )}
      </section>
      <section className={css['duty']} data-tour="duty" aria-label={t('watch.duty')}>
        <PaneEdge pane="duty" of={screen} label={t('pane.duty')} />
        <PartBoundary>
          <FirstSteps />
        </PartBoundary>
        <PartBoundary>
          <Duty lines={lines} />
        </PartBoundary>
      </section>
    </div>
  );
}
