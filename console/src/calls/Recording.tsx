import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSession } from '../api/session';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { Age } from '../look/Stamp';
import { Status } from '../look/Status';
import { useT } from '../messages';
import { partyOf } from '../voice/live';
import { save } from '../voice/recorder';
import type { CallSession } from '../voice/session';
import css from './calls.module.css';

/** Nothing is recorded before every party on the call has consented on the record; while it is, everybody sees and hears it. */
export function Recording({ session }: { session: CallSession }) {
  const t = useT();
  const name = useName();
  const { party } = useSession();
  const act = useMutation({ mutationFn: (what: () => Promise<void>) => what() });
  const recording = session.view?.recording;
  if (recording === undefined) return null;
  const { consented, missing, running } = recording;
  const mayAnswer = session.officer.seat === 'watch' || session.officer.seat === 'principal';
  const weConsent = consented.includes(party);
  const asked = consented.length > 0;
  const button = (word: string, what: () => Promise<void>) => (
    <Button size="compact-sm" variant="default" loading={act.isPending} onClick={() => act.mutate(what)}>
      {word}
    </Button>
  );
  return (
    <div className={css['acts']} data-recording={running.length > 0}>
      {running.map((one) => (
        <span key={one.started} role="status" className={css['acts']}>
          <Status level="critical" word={t('calls.recorded-by', { party: name(partyOf(one.started)) })} />
          <span className="dim">
            <Age at={one.at} />
          </span>
        </span>
      ))}
      {asked && running.length === 0 && missing.length > 0 && weConsent && (
        <Status level="standby" word={t('calls.consent-missing', { parties: missing.map(name).join(', ') })} />
      )}
      {asked && !weConsent && (
        <Status level="serious" word={t('calls.consent-asked', { parties: consented.map(name).join(', ') })} />
      )}
      {asked && running.length === 0 && missing.length === 0 && <Status level="normal" word={t('calls.consent-all')} />}
      {mayAnswer && session.seat !== null && session.view?.state !== 'ringing' && (
        <>
          {!weConsent && button(t(asked ? 'calls.consent' : 'calls.ask-to-record'), () => session.consent(true))}
          {asked && !weConsent && button(t('calls.refuse-recording'), () => session.consent(false))}
          {weConsent &&
            missing.length === 0 &&
            !session.runningHere &&
            button(t('calls.record'), () => session.startRecording())}
          {session.runningHere && button(t('calls.end-recording'), () => session.endRecording())}
          {weConsent && button(t('calls.take-consent-back'), () => session.consent(false))}
        </>
      )}
      {session.recorded !== null && (
        <Button size="compact-sm" variant="subtle" onClick={() => session.recorded !== null && save(session.recorded)}>
          {t('calls.save-recording')}
        </Button>
      )}
      <Refusal error={act.error} />
    </div>
  );
}
