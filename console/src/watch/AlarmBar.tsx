import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, value } from '../api/client';
import { useKnown } from '../api/known';
import { alarmsQuery, useLines } from '../api/queries';
import type { AlarmView } from '../api/types';
import { NotMeant, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useKept } from '../look/kept';
import { useNow } from '../look/now';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import { Stamp } from '../look/Stamp';
import { Shape } from '../look/Status';
import { fullUtc } from '../look/time';
import { Unknown } from '../look/Unknown';
import { kindWord } from '../look/labels';
import { useT, wordOf } from '../messages';
import { mayQuiet, useOfficer } from '../api/session';
import { useSiren } from './siren';
import css from './watch.module.css';

/** Alarms shown in full; the others are counted. */
const shown = 4;

/** Alarms stand here, and sound, until an officer takes each down. Their matter stays where it is. */
export function AlarmBar() {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const lines = useLines();
  const known = useKnown(alarmsQuery);
  const now = useNow();
  const alarms = known.data ?? [];
  const [quiet, setQuiet] = useKept('quiet', false);
  const acute = alarms.filter((alarm) => alarm.level !== 'reminder');
  // An exercise is played with its sound; it is not shown as what must be dealt with at once.
  const critical = acute.some((alarm) => alarm.mark !== 'exercise');
  const ring = acute.length > 0 && !quiet;
  const blocked = useSiren(ring);
  const take = useMutation({
    mutationFn: (alarm: string) =>
      value<AlarmView>(
        api.POST('/api/v1/alarms/{alarm}/acknowledge', { params: { path: { alarm } }, body: { by: officer } as never }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: alarmsQuery.queryKey }),
  });
  if (alarms.length === 0)
    return known.unknown ? (
      <section className={css['alarms']} data-level="serious" aria-label={t('alarm.title')} role="alert">
        <Unknown of={[known]} what={t('unknown.alarms')} />
      </section>
    ) : null;
  return (
    <section
      className={css['alarms']}
      data-level={critical ? 'critical' : known.unknown ? 'serious' : 'caution'}
      aria-label={t('alarm.title')}
      role={acute.length > 0 ? 'alert' : 'status'}
    >
      <p className={css['alarmPrint']}>{t('alarm.printed', { count: alarms.length, at: fullUtc(now) })}</p>
      <Unknown of={[known]} what={t('unknown.alarms')} />
      <ul>
        {alarms.slice(0, shown).map((alarm) => (
          <li key={alarm.alarm}>
            <NotMeant mark={alarm.mark} />
            <Shape level={alarm.level === 'reminder' || alarm.mark === 'exercise' ? 'caution' : 'critical'} />
            <strong>{wordOf(t, 'alarm', alarm.level)}</strong>
            <PrecedenceChip precedence={alarm.precedence} now={alarm.level !== 'reminder'} />
            <span className={css['alarmWhat']}>
              {alarm.kind === null ? '' : kindWord(t, alarm.kind)} {alarm.entry ?? ''} ·{' '}
              <Foreign text={lines.find((line) => line.line === alarm.line)?.title ?? alarm.line} /> ·{' '}
              {wordOf(t, 'about', alarm.about)}
            </span>
            {alarm.level === 'deputy' && (
              <span>
                {t(alarm.for?.includes(officer.seat) && officer.seat !== 'watch' ? 'alarm.rose-to-you' : 'alarm.rose', {
                  seats: (alarm.for ?? [])
                    .filter((seat) => seat !== 'watch')
                    .map((seat) => wordOf(t, 'seat', seat))
                    .join(', '),
                })}
              </span>
            )}
            <Stamp at={alarm.raised} />
            {alarm.quieted != null && (
              <span className="dim">
                {t('alarm.quieted', { level: wordOf(t, 'alarm', alarm.quieted.level) })}{' '}
                <Foreign text={`${alarm.quieted.by.name} (${alarm.quieted.by.seat})`} /> <Stamp at={alarm.quieted.at} />
              </span>
            )}
            <span className={css['alarmActs']}>
              {alarm.entry !== null && (
                <button type="button" onClick={() => go({ screen: 'watch', line: alarm.line, entry: alarm.entry })}>
                  {t('alarm.show')}
                </button>
              )}
              <button
                type="button"
                className={css['takeDown']}
                disabled={!mayQuiet(officer.seat)}
                aria-disabled={take.isPending}
                title={mayQuiet(officer.seat) ? undefined : t('alarm.not-yours')}
                onClick={() => {
                  if (!take.isPending) take.mutate(alarm.alarm);
                }}
              >
                {t('alarm.take')}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <div className={css['alarmEnd']}>
        {alarms.length > shown && <span>{t('alarm.more', { count: alarms.length - shown })}</span>}
        {blocked && !quiet && <span>{t('alarm.blocked')}</span>}
        <button type="button" onClick={() => setQuiet(!quiet)} aria-pressed={quiet}>
          {quiet ? t('alarm.sound-off') : t('alarm.sound-on')}
        </button>
      </div>
      <Refusal error={take.error} />
    </section>
  );
}
