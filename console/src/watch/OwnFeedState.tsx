import type { LineStatus } from '../api/types';
import { Chip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { Stamp } from '../look/Stamp';
import { useT } from '../messages';
import { SignOn } from './SignOn';
import css from './watch.module.css';

/** Of each peer, the attachment of ours that finds no room there, and the one of the peer's that finds none here. */
const untaken = (status: LineStatus) =>
  status.peers.flatMap((peer) =>
    (
      [
        ['there', peer.untakenThere],
        ['here', peer.untakenHere],
      ] as const
    ).flatMap(([where, of]) => (of === undefined || of === null ? [] : [{ party: peer.party, where, of }])),
  );

/** Somebody else writes with our key, or a peer has yet to show what it holds: nothing is signed. And peers of which two stations answer. */
export function OwnFeedState({ line, status }: { line: string; status: LineStatus }) {
  const t = useT();
  const own = status.ownFeed ?? null;
  const doubled = status.peers.filter((peer) => (peer.doubledSince ?? null) !== null);
  return (
    <>
      {own !== null && own.state !== 'ours' && (
        <div className={css['ownFeed']} data-own-feed={own.state}>
          <div className={css['lineMeta']} role="status">
            {own.state === 'own-feed-foreign' ? (
              <strong className={css['act']}>
                <Foreign text={own.sentence ?? t('about.own-feed-foreign')} />
              </strong>
            ) : (
              <Chip tone="serious">{t(`own.${own.state}`)}</Chip>
            )}
            {own.foreign != null && (
              <span className="dim">
                {t('own.found', { party: own.foreign.peer, held: own.foreign.held, proven: own.foreign.proven })}{' '}
                <Stamp at={own.foreign.at} />
              </span>
            )}
            {own.awaited.length > 0 && <span>{t('own.awaited', { parties: own.awaited.join(', ') })}</span>}
            {own.state === 'own-feed-foreign' && <span>{t('own.decide')}</span>}
          </div>
          <SignOn line={line} own={own} />
        </div>
      )}
      {own?.decided != null && own.state === 'ours' && (
        <div className={css['lineMeta']} data-own-feed="decided">
          <span className="dim">
            <Foreign
              text={t('own.decided', { first: own.decided.first.name, second: own.decided.second?.name ?? '' })}
            />{' '}
            <Stamp at={own.decided.at} />
            {own.decided.reason !== null && (
              <>
                : <Foreign text={own.decided.reason} />
              </>
            )}
          </span>
        </div>
      )}
      {doubled.map((peer) => (
        <div key={peer.party} className={css['lineMeta']} role="status" data-doubled={peer.party}>
          <strong className={css['act']}>{t('own.doubled', { party: peer.party })}</strong>{' '}
          <Stamp at={peer.doubledSince ?? ''} />
        </div>
      ))}
      {untaken(status).map(({ party, where, of }) => (
        <div
          key={`${party} ${where}`}
          className={css['lineMeta']}
          role="status"
          data-untaken={party}
          title={of.sentence}
        >
          <strong className={css['act']}>{t(`own.untaken-${where}`, { party, entry: of.entry })}</strong>{' '}
          <Stamp at={of.since} />
        </div>
      ))}
    </>
  );
}
