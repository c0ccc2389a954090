import { useKnown } from '../api/known';
import { useUsualMark } from '../api/marks';
import { statusQuery, useLines } from '../api/queries';
import { useT } from '../messages';
import { NotMeant } from './Chips';
import { isPlayed } from './home';
import { LinkWord } from './LinkWord';
import { go, type Screen } from './route';
import css from './screen.module.css';
import { Unknown } from './Unknown';
import { useName } from './names';
import { plainOf } from './visible';

/** Which line a screen is about, and how its link stands: that is always in sight. */
export function LinePicker({ screen, line, tab = null }: { screen: Screen; line: string; tab?: string | null }) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  const mark = useUsualMark(line);
  const status = useKnown(statusQuery(line));
  const peers = status.data?.peers ?? [];
  return (
    <header className={css['picker']}>
      <h1>{t(`screen.${screen}`)}</h1>
      <select
        aria-label={t('look.line')}
        value={line}
        onChange={(e) => go({ screen, line: e.currentTarget.value, tab })}
      >
        {lines.map((one) => (
          <option key={one.line} value={one.line}>
            {plainOf(one.title || one.line)}
            {isPlayed(one.line) && ` · ${t('mark.exercise')}`}
            {lines.some((other) => other !== one && other.title === one.title) &&
              ` (${one.parties.map(name).join(', ')})`}
          </option>
        ))}
      </select>
      <NotMeant mark={mark} />
      {peers.map((peer) => (
        <LinkWord key={peer.party} peer={peer} />
      ))}
      <Unknown of={[status]} what={t('unknown.status')} />
    </header>
  );
}
