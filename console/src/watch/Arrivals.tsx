import { useEffect } from 'react';
import { isReceipt } from '../api/facts';
import { theLive } from '../api/live';
import { useSession } from '../api/session';
import { announce } from '../look/announce';
import { kindWord } from '../look/labels';
import { useName } from '../look/names';
import { summaryOf } from '../look/summary';
import { useT } from '../messages';

/** Of a text, as much as is said of an arrival. */
const firstWords = 160;

/** Tells a screen reader, once, what another party's officers send. What rings is told by its alarm, and not twice. */
export function Arrivals() {
  const t = useT();
  const name = useName();
  const { party } = useSession();
  useEffect(
    () =>
      theLive().onEntry((entry) => {
        const from = entry.id.slice(0, entry.id.lastIndexOf('/'));
        const isAutomatic = (entry.body as { style?: string } | null)?.style === 'automatic';
        if (from === party || isReceipt(entry.kind) || isAutomatic || entry.kind === 'test.answered') return;
        if (entry.precedence === 'immediate' || entry.precedence === 'flash') return;
        const text = summaryOf(entry.kind, entry.body).text ?? '';
        announce(
          `${entry.mark === 'actual' ? '' : `${t(`mark.${entry.mark}`)}. `}${kindWord(t, entry.kind)}, ${name(from)}: ${text.slice(0, firstWords)}`,
        );
      }),
    [t, name, party],
  );
  return null;
}
