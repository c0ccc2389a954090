import { useLines } from '../api/queries';
import { useSession } from '../api/session';
import { useT } from '../messages';
import { useName } from './names';
import { useNow } from './now';
import { useRoute } from './route';
import css from './shell.module.css';
import { clock, dateTimeGroup, inZone } from './time';
import { useZones } from './zones';

/** UTC in large, and beneath it what the clocks of the capitals show, where these are known and other than UTC. */
export function Clocks() {
  const t = useT();
  const now = useNow();
  const name = useName();
  const session = useSession();
  const route = useRoute();
  const lines = useLines();
  const line = lines.find((one) => one.line === route.line) ?? lines[0];
  const { zones } = useZones(line?.line ?? '', line?.parties ?? [session.party], session.party);
  const local = zones.filter(({ zone }) => zone !== 'UTC').slice(0, 3);
  return (
    <div className={css['clock']} aria-label="UTC" title={t('clock.how')}>
      <span>{clock(now)}</span>
      <small>
        {local.length === 0
          ? dateTimeGroup(now)
          : local.map(({ name: party, zone }) => (
              <span key={party} title={`${name(party)} · ${zone}`}>
                {party.toUpperCase()} {inZone(now, zone)?.slice(-5) ?? '?'}
              </span>
            ))}
      </small>
    </div>
  );
}
