import { useEffect } from 'react';
import { useLines } from '../api/queries';
import { go, useRoute } from '../look/route';
import { useT } from '../messages';
import { Composer } from './Composer';
import { Duty } from './Duty';
import { LineList } from './LineList';
import { LineHeader } from './LineHeader';
import { Traffic } from './Traffic';
import css from './watch.module.css';

export function WatchScreen() {
  const t = useT();
  const route = useRoute();
  const lines = useLines();
  const chosen = lines.find(line => line.line === route.line);
  const first = lines[0]?.line;
  useEffect(() => {
    // On a wide screen there is always a line in sight; a phone begins with the list.
    if (route.line === null && first !== undefined && matchMedia('(min-width: 821px)').matches) go({ screen: 'watch', line: first }, true);
  }, [route.line, first]);

  return (
    <div className={css['watch']} data-chosen={chosen !== undefined}>
      <section className={css['lines']} aria-label={t('watch.lines')}><LineList lines={lines} chosen={chosen?.line ?? null} /></section>
      <section className={css['centre']} aria-label={t('watch.traffic')}>
        {chosen === undefined ? <p className="empty">{lines.length === 0 ? t('watch.no-lines') : t('watch.choose')}</p> : (
          <>
            <LineHeader line={chosen} />
            <Traffic key={chosen.line} line={chosen.line} chosen={route.entry} />
            <Composer key={`c-${chosen.line}`} line={chosen} />
          </>
        )}
      </section>
      <section className={css['duty']} aria-label={t('watch.duty')}><Duty lines={lines} /></section>
    </div>
  );
}
