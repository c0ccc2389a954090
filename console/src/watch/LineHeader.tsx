import { useQuery } from '@tanstack/react-query';
import { useKnown } from '../api/known';
import { lineQuery, statusQuery, trafficQuery, watchQuery } from '../api/queries';
import type { LineSummary, PeerStatus } from '../api/types';
import { go } from '../look/route';
import { Chip, NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { Stamp } from '../look/Stamp';
import { useT, wordOf } from '../messages';
import { Unknown } from '../look/Unknown';
import { LineActs } from './LineActs';
import { LinkWord } from '../look/LinkWord';
import { OwnFeedState } from './OwnFeedState';
import css from './watch.module.css';

export function LineHeader({ line }: { line: LineSummary }) {
  const t = useT();
  const name = useName();
  const detail = useQuery(lineQuery(line.line)).data;
  const known = {
    status: useKnown(statusQuery(line.line)),
    traffic: useKnown(trafficQuery(line.line)),
    watches: useKnown(watchQuery(line.line)),
  };
  const {
    status: { data: status },
    traffic: { data: traffic },
  } = known;
  const watches = known.watches.data ?? [];
  // What is too much between two clocks is for the parties of the line to say.
  const { clockWarn, clockFlag } = detail?.policy ?? {};
  const off = (peer: PeerStatus): number => Math.abs(peer.clockOffsetMs ?? 0) / 1000;
  const clockOff = clockWarn === undefined ? [] : (status?.peers.filter((peer) => off(peer) >= clockWarn) ?? []);
  return (
    <header className={css['lineHeader']}>
      <button
        type="button"
        className={css['back']}
        onClick={() => go({ screen: 'watch' })}
        aria-label={t('watch.back')}
      >
        ‹
      </button>
      <div className={css['lineHead']}>
        <h1>
          <Foreign text={line.title || line.line} />
        </h1>
        <div className={css['lineMeta']}>
          {status?.peers.map((peer) => (
            <LinkWord key={peer.party} peer={peer} />
          ))}
          {detail !== undefined && (
            <span className={`dim ${css['whose']}`}>
              <Foreign text={detail.parties.map((party) => party.name).join(' · ')} />
            </span>
          )}
          {watches
            .filter((watch) => watch.communicator !== null)
            .map((watch) => (
              <span key={watch.party} className="dim">
                <Foreign text={t('line.watch', { party: name(watch.party), name: watch.communicator ?? '' })} />
              </span>
            ))}
        </div>
        {status !== undefined && (status.forks > 0 || clockOff.length > 0) && (
          <div className={css['lineMeta']}>
            {status.forks > 0 && <strong className={css['act']}>{t('line.forked')}</strong>}
            {clockOff.map((peer) => (
              <Chip key={peer.party} tone={off(peer) >= (clockFlag ?? Infinity) ? 'serious' : 'caution'}>
                {t(off(peer) >= (clockFlag ?? Infinity) ? 'line.clock-flagged' : 'line.clock-off', {
                  party: name(peer.party),
                  seconds: ((peer.clockOffsetMs ?? 0) / 1000).toFixed(1),
                  flag: clockFlag ?? 0,
                })}
              </Chip>
            ))}
          </div>
        )}
        {status !== undefined && <OwnFeedState line={line.line} status={status} />}
        <Unknown of={[known.status, known.traffic, known.watches]} />
        {status?.suspensions?.map((one) => (
          <div key={one.by} className={css['ribbon']} data-level="serious" data-suspended={one.by}>
            <Chip tone="serious">{t('line.suspended-by', { party: name(one.by) })}</Chip>
            <span>
              <Stamp at={one.at} />{' '}
              <Foreign
                text={`${one.name} (${one.seat})${one.releasedBy === null ? '' : ` + ${one.releasedBy}`}: ${one.reason ?? t('line.no-reason')}`}
              />
            </span>
          </div>
        ))}
        {(status?.suspensions?.length ?? 0) > 0 && <p className={css['ribbon']}>{t('line.suspended-takes')}</p>}
        {traffic?.conditions.map((condition) => (
          <div
            key={condition.entry}
            className={css['ribbon']}
            data-level={
              condition.mark === 'exercise' ? 'standby' : condition.level === 'crisis' ? 'serious' : 'caution'
            }
          >
            <NotMeant mark={condition.mark} />
            <Chip
              tone={condition.level === 'crisis' ? 'serious' : condition.level === 'heightened' ? 'caution' : 'normal'}
            >
              {wordOf(t, 'condition', condition.level ?? 'normal')}
            </Chip>
            <span>
              {name(condition.party)}: <Foreign text={condition.reason ?? ''} />
            </span>{' '}
            <Stamp at={condition.since} />
          </div>
        ))}
      </div>
      <LineActs line={line.line} />
    </header>
  );
}
