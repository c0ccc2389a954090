import { useQueries, useQuery } from '@tanstack/react-query';
import { stationQuery } from '../api/queries';
import { Foreign } from '../look/Foreign';
import screen from '../look/screen.module.css';
import { useT, wordOf } from '../messages';
import { useSession } from '../api/session';
import { ownPlansQuery, type Compared, type OwnPlan, type Pick, type Profile } from './checks';

/** Our own plans on the line and in the journal: what of them is compared. */
export function useOwnPlans(line: string): OwnPlan[] {
  const session = useSession();
  const journal = useQuery(stationQuery).data?.journal;
  return useQueries({
    queries: [line, ...(typeof journal === 'string' ? [journal] : [])].map(ownPlansQuery),
    combine: (results) =>
      results
        .flatMap((result) => result.data ?? [])
        .filter((plan) => plan.owner === session.party && plan.role === 'activity'),
  });
}

export const keyOf = (plan: Pick): string => `${plan.line} ${plan.entry}`;

export function PlanChoice({
  plans,
  left,
  onChange,
}: {
  plans: OwnPlan[];
  left: readonly string[];
  onChange: (left: string[]) => void;
}) {
  const t = useT();
  return (
    <fieldset className={screen['card']}>
      <legend>{t('blind.own')}</legend>
      <p className="dim">{t('blind.own-stays')}</p>
      {plans.length === 0 && <p>{t('blind.no-plans')}</p>}
      {plans.map((plan) => {
        const key = keyOf(plan);
        return (
          <label key={key} className="row">
            <input
              type="checkbox"
              checked={!left.includes(key)}
              onChange={(e) => onChange(e.currentTarget.checked ? left.filter((one) => one !== key) : [...left, key])}
            />
            <span>
              {plan.entry} {plan.name !== null && <Foreign text={plan.name} />}{' '}
              <span className="dim">{wordOf(t, 'state', plan.state)}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** What is asked of the station: null for everything that stands. */
export const picksOf = (plans: OwnPlan[], left: readonly string[]): Pick[] | null =>
  left.length === 0
    ? null
    : plans.filter((plan) => !left.includes(keyOf(plan))).map(({ line, entry }) => ({ line, entry }));

/** The profile in plain units: what two people release. */
export function ProfileCard({ profile }: { profile: Profile }) {
  const t = useT();
  const degrees = (value: number): string => `${Math.round(value * 1e5) / 1e5}°`;
  const rows: [string, string][] = [
    [
      t('blind.area'),
      `${degrees(profile.south)} … ${degrees(profile.north)} N, ${degrees(profile.west)} … ${degrees(profile.east)} E`,
    ],
    [
      t('blind.cells'),
      t('blind.cells-are', {
        metres: Math.round(profile.cellMetres[0]),
        layer: Math.round(profile.layerMetres),
        minutes: Math.round(profile.slotSeconds / 6) / 10,
      }),
    ],
    [t('blind.band'), t('blind.band-is', { floor: profile.floorMetres, ceiling: profile.ceilingMetres })],
    [t('blind.window'), `${profile.from.slice(0, 16)}Z – ${profile.until.slice(0, 16)}Z`],
    [
      t('blind.apart'),
      t('blind.apart-is', {
        metres: profile.separationMetres,
        height: profile.separationHeightMetres,
        seconds: profile.separationSeconds,
      }),
    ],
  ];
  return (
    <dl className={screen['card']}>
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt className="dim">{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

export function ComparedList({ compared, found }: { compared: Compared[]; found: boolean }) {
  const t = useT();
  return (
    <ul className={screen['card']} style={{ paddingInlineStart: 28 }} aria-label={t('blind.compared')}>
      {compared.map((one, i) => (
        <li key={one.entry ?? i}>
          {one.entry ?? t('blind.given')} {one.name !== null && <Foreign text={one.name} />}:{' '}
          {t('blind.own-cells', { count: one.cells })}
          {found && <>, {t('blind.shared-cells', { count: one.shared })}</>}
          {!one.whole && (
            <>
              <br />
              <strong>{t('blind.not-whole')}</strong>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
