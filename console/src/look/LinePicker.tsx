import { useQuery } from '@tanstack/react-query';
import { statusQuery, useLines } from '../api/queries';
import { useT } from '../messages';
import { LinkWord } from '../watch/LinkWord';
import { go, type Screen } from './route';
import css from './screen.module.css';
import { plainOf } from './visible';

/** Which line a screen is about, and how its link stands: that is always in sight. */
export function LinePicker({ screen, line, tab = null }: { screen: Screen; line: string; tab?: string | null }) {
  const t = useT();
  const lines = useLines();
  const peers = useQuery(statusQuery(line)).data?.peers ?? [];
  return (
    <header className={css['picker']}>
      <h1>{t(`screen.${screen}`)}</h1>
      <select aria-label={t('look.line')} value={line} onChange={e => go({ screen, line: e.currentTarget.value, tab })}>
        {lines.map(one => <option key={one.line} value={one.line}>{plainOf(one.title || one.line)}</option>)}
      </select>
      {peers.map(peer => <LinkWord key={peer.party} peer={peer} />)}
    </header>
  );
}
