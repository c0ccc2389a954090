import { hasText, measured, useT, type Key } from '../messages';
import { lengthText } from './length';
import { Position } from './Position';
import css from './look.module.css';
import { Stamp } from './Stamp';
import type { ToldVolume } from './volumes';

/** Where, how high and when: a row for each volume of a plan. */
export function VolumesView({ volumes }: { volumes: readonly ToldVolume[] }) {
  const t = useT();
  return (
    <ol className={css['memberList']}>
      {volumes.map((one, i) => (
        <li key={i}>
          <dl className={css['members']}>
            <div>
              <dt>{t('volume.area')}</dt>
              <dd>
                <Outline volume={one} />
              </dd>
            </div>
            <div>
              <dt>{t('volume.height')}</dt>
              <dd>
                <Heights volume={one} />
              </dd>
            </div>
            <div>
              <dt>{t('map.time')}</dt>
              <dd>
                <Times from={one.from} until={one.until} />
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ol>
  );
}

/** From when until when; an end that is left open is said. */
export function Times({ from, until }: { from: unknown; until: unknown }) {
  const t = useT();
  return (
    <>
      {from == null ? t('time.no-start') : <Stamp at={from} />} –{' '}
      {until == null ? t('time.no-end') : <Stamp at={until} />}
    </>
  );
}

function Outline({ volume: { circle, corners } }: { volume: ToldVolume }) {
  const t = useT();
  if (circle !== null)
    return (
      <>
        {t('volume.circle-of', { radius: lengthText(circle.radius) })}{' '}
        <Position longitude={circle.at[0]} latitude={circle.at[1]} />
      </>
    );
  return (
    <details>
      <summary>{t('volume.corners-of', { count: corners.length })}</summary>
      <ol>
        {corners.map(([longitude, latitude], i) => (
          <li key={i}>
            <Position longitude={longitude} latitude={latitude} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function Heights({ volume: { lower, upper, reference } }: { volume: ToldVolume }) {
  const t = useT();
  if (lower === null && upper === null) return <>{t('band.all')}</>;
  const key = `volume.reference.${reference ?? ''}`;
  return (
    <>
      {lower === null ? t('volume.from-ground') : measured(lower, 'm')} –{' '}
      {upper === null ? t('volume.without-top') : measured(upper, 'm')}
      {reference !== null && (
        <span className="dim">
          {' '}
          ({t('volume.reference')}: {hasText(key) ? t(key as Key) : reference})
        </span>
      )}
    </>
  );
}
