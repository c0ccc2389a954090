import type { PeerStatus } from '../api/types';
import { linkLevel } from '../look/levels';
import { Age } from '../look/Stamp';
import { Status } from '../look/Status';
import { useT } from '../messages';
import css from './watch.module.css';

/** A peer's link: its state as level and word, and when it was last heard. */
export function LinkWord({ peer }: { peer: PeerStatus }) {
  const t = useT();
  return (
    <span className={css['link']}>
      <strong>{peer.party}</strong> <Status level={linkLevel(peer.state)} word={t(`link.${peer.state}`)} />{' '}
      <span className="dim">{peer.lastHeard === null ? t('link.never') : <>{t('link.heard')} <Age at={peer.lastHeard} /></>}</span>
    </span>
  );
}
