import { useQuery } from '@tanstack/react-query';
import { useTail } from '../api/live';
import { statusQuery, trafficQuery } from '../api/queries';
import { LinkWord } from '../look/LinkWord';
import { useName } from '../look/names';
import { useT, wordOf } from '../messages';

/** How a line stands, for who takes it over: its links, what is owed on it, its condition, and how much was said in this watch. */
export function LineState({ line, since }: { line: string; since: string | null }) {
  const t = useT();
  const name = useName();
  const status = useQuery(statusQuery(line)).data;
  const traffic = useQuery(trafficQuery(line)).data;
  const { entries } = useTail(line);
  const conditions = (traffic?.conditions ?? []).filter((one) => one.mark !== 'exercise');
  return (
    <p className="row">
      {status?.peers.map((peer) => (
        <LinkWord key={peer.party} peer={peer} />
      ))}
      {traffic !== undefined && (
        <span>
          {traffic.overdue > 0 && <strong>{t('line.overdue', { count: traffic.overdue })} · </strong>}
          {t('line.waiting', { count: traffic.waitingCount })} · {t('line.open', { count: traffic.open.length })}
        </span>
      )}
      {conditions.map((one) => (
        <strong key={one.entry}>
          {name(one.party)}: {wordOf(t, 'condition', one.level ?? 'normal')}
        </strong>
      ))}
      {since !== null && (
        <span className="dim">
          {t('handover.changed', { count: entries.filter((entry) => entry.at >= since).length })}
        </span>
      )}
    </p>
  );
}
