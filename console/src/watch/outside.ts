import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { consoleQuery } from '../api/queries';
import type { AlarmView } from '../api/types';
import { isPlayed, soundOf, sounds } from '../look/alarms';
import { plainOf } from '../look/visible';
import { useT } from '../messages';

/** Reaches an officer whose eyes are not on this page: the title and the sign of its tab, and notices of the system. */
export function useTellOutside(acute: readonly AlarmView[]): void {
  const t = useT();
  const told = useRef(new Set<string>());
  const meant = acute.filter((alarm) => !isPlayed(alarm) && alarm.rings);
  const words = useQuery(consoleQuery).data?.noticeWords === true;
  const count = meant.length;
  const first = meant[0] ?? acute[0];
  const word = first === undefined ? null : t(`precedence.${first.precedence}`).toUpperCase();
  useEffect(() => {
    document.title = count > 0 && word !== null ? `(${count}) ${word} – Parley` : 'Parley';
    document
      .querySelector<HTMLLinkElement>('link[rel=icon]')
      ?.setAttribute('href', count > 0 ? '/assets/parley-alarm.svg' : '/assets/parley.svg');
    return () => {
      document.title = 'Parley';
    };
  }, [count, word]);
  useEffect(() => {
    for (const alarm of acute) {
      if (!sounds(alarm) || told.current.has(soundOf(alarm))) continue;
      told.current.add(soundOf(alarm));
      if (!('Notification' in globalThis) || Notification.permission !== 'granted') continue;
      try {
        // Its words stay on the station's own page, unless the operator decided otherwise: what a system shows of a
        // notice, and keeps, nobody here decides.
        const played = isPlayed(alarm) ? `${t('mark.exercise').toUpperCase()}: ` : '';
        const notice = new Notification(`${played}${t(`precedence.${alarm.precedence}`).toUpperCase()} – Parley`, {
          body: words && alarm.text != null ? plainOf(alarm.text) : t('notice.body'),
          tag: alarm.alarm,
          requireInteraction: true,
        });
        notice.onclick = () => window.focus();
      } catch {
        // Some browsers let only a worker notify; the alarm stands and sounds here all the same.
      }
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the language does not make an alarm new
  }, [acute]);
}
