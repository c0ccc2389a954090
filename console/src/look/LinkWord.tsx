import { useStale } from '../api/live';
import type { PeerStatus } from '../api/types';
import { linkLevel } from './levels';
import { useName } from './names';
import { Age } from './Stamp';
import { Status } from './Status';
import { useT } from '../messages';
import css from './look.module.css';

/** A peer's link: its state as level and word, and when it was last heard. */
export function LinkWord({ peer }: { peer: PeerStatus }) {
  const t = useT();
  const stale = useStale();
  const name = useName();
  const unread =
    peer.heartbeatsUnreadable !== undefined && peer.heartbeatsUnreadable !== null && peer.state === 'unattended';
  const word = t(unread ? 'link.unreadable' : `link.${peer.state}`);
  return (
    <span className={css['link']}>
      <strong>{name(peer.party)}</strong>{' '}
      <Status level={stale ? 'off' : linkLevel(peer.state)} word={stale ? t('stale.was', { state: word }) : word} />{' '}
      <span className="dim">
        {peer.lastHeard === null ? (
          t('link.never')
        ) : (
          <>
            {t('link.heard')} <Age at={peer.lastHeard} />
          </>
        )}
      </span>
    </span>
  );
}
