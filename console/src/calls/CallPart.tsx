import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { sendAct } from '../api/acts';
import { useOfficer, useSession } from '../api/session';
import { announce } from '../look/announce';
import { NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { Refusal } from '../look/Refusal';
import { Siren, useSound } from '../look/sound';
import { Status } from '../look/Status';
import { Age } from '../look/Stamp';
import { useT, wordOf } from '../messages';
import css from './calls.module.css';
import { forget, goOn, join, useCurrent } from '../voice/current';
import { DeviceChoice } from './DeviceChoice';
import { InCall } from './InCall';
import { SoundCheck } from '../look/SoundCheck';
import { devicesOf, wantDevice, wantedDevice, type Device, type DeviceKind } from '../voice/devices';
import { partFor, ringOf, standingOf, type Standing } from '../voice/live';
import type { CallLive } from '../voice/types';

/** Of a call that is no longer in the list, the end is shown. `leftOut` counts, by opener, calls beyond an opener's share. */
export function CallPart({ calls, leftOut = [] }: { calls: CallLive[]; leftOut?: readonly [by: string, n: number][] }) {
  const t = useT();
  const officer = useOfficer();
  const { party } = useSession();
  const current = useCurrent();
  useEffect(() => goOn(officer), [officer]);
  const here = current !== null && !current.ended ? current : null;
  const shown = calls
    .map((call) => ({ call, standing: standingOf(call, party) }))
    .filter(
      ({ call, standing }) =>
        call.call !== here?.call && (standing !== 'open' || call.members.some((member) => member.here)),
    );
  useRing(shown.map(({ call }) => call));
  if (current === null && shown.length === 0 && leftOut.length === 0) return null;
  return (
    <section className={css['calls']} aria-label={t('calls.title')}>
      {shown.map(({ call, standing }) => (
        <Ringing key={`${call.line} ${call.call}`} call={call} standing={standing} busy={here !== null} />
      ))}
      {leftOut.length > 0 && (
        <p role="note">{t('cease.left-out', { what: leftOut.map(([by, n]) => `${by}: ${n}`).join(', ') })}</p>
      )}
      {here !== null && <InCall session={here} />}
      {current !== null && here === null && (
        <div className={css['card']} data-ended>
          <Status level="off" word={t('calls.over')} />
          <span className="dim">{current.call}</span>
          {current.view !== null && <HowItEnded state={current.view.state} />}
          <Refusal error={current.problem} />
          <Button size="compact-sm" variant="default" onClick={forget}>
            {t('calls.close')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Why a call is over that was not simply held. */
function HowItEnded({ state }: { state: string }) {
  const t = useT();
  if (state === 'broken off') return <Status level="critical" word={t('calls.broken-off')} />;
  if (state === 'unanswered') return <Status level="caution" word={t('calls.unanswered')} />;
  const unheld = ['busy', 'declined', 'withdrawn'];
  return unheld.includes(state) ? <Status level="caution" word={wordOf(t, 'state', state)} /> : null;
}

const ringer = new Siren();

/** Rings at every console of the watch until somebody answers, wherever that is. */
function useRing(calls: CallLive[]): void {
  const t = useT();
  const { mutedUntil, playedMuted } = useSound();
  const muted = mutedUntil > performance.now();
  const tone = ringOf(calls, useNow(), playedMuted);
  useEffect(() => {
    if (tone === null || muted) {
      ringer.stop();
      return undefined;
    }
    void ringer.start(tone);
    return () => ringer.stop();
  }, [tone, muted]);
  useEffect(() => {
    if (tone !== null) announce(t('calls.rings-now'));
  }, [tone, t]);
}

/** By what an officer will speak and hear: chosen while it rings. A browser names no device before it was allowed one. */
function Devices({ listens }: { listens: boolean }) {
  const [found, setFound] = useState<Record<DeviceKind, Device[]>>({ microphone: [], speaker: [] });
  const [chosen, setChosen] = useState({
    microphone: wantedDevice('microphone') ?? '',
    speaker: wantedDevice('speaker') ?? '',
  });
  useEffect(() => {
    const look = (): void =>
      void Promise.all([devicesOf('microphone'), devicesOf('speaker')]).then(([microphone, speaker]) =>
        setFound({ microphone, speaker }),
      );
    look();
    navigator.mediaDevices?.addEventListener('devicechange', look);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', look);
  }, []);
  return (
    <>
      {(['microphone', 'speaker'] as const)
        .filter((kind) => kind === 'speaker' || !listens)
        .map((kind) => (
          <DeviceChoice
            key={kind}
            kind={kind}
            devices={found[kind]}
            used={chosen[kind]}
            onChoose={(device) => {
              wantDevice(kind, device);
              setChosen((all) => ({ ...all, [kind]: device }));
            }}
          />
        ))}
      {!listens && <SoundCheck microphone={chosen.microphone} speaker={chosen.speaker} />}
    </>
  );
}

/** A call that waits for an answer here, or that we ring with. */
function Ringing({ call, standing, busy }: { call: CallLive; standing: Standing; busy: boolean }) {
  const t = useT();
  const name = useName();
  const officer = useOfficer();
  const sound = useSound();
  const { party } = useSession();
  const [listens, setListens] = useState(false);
  const answer = useMutation({
    mutationFn: (kind: string) => sendAct(call.line, { kind, body: {}, re: [call.call] }, officer),
  });
  const caller = call.members[0];
  const answers = officer.seat === 'watch' || officer.seat === 'principal';
  return (
    <div className={css['card']} data-rings={standing === 'rings' || standing === 'waits'} data-call={call.call}>
      <Status
        level={standing === 'rings' || standing === 'waits' ? 'serious' : 'standby'}
        word={t(
          standing === 'ringing-them'
            ? 'calls.ringing-them'
            : standing === 'rings'
              ? 'calls.rings'
              : standing === 'waits'
                ? 'calls.waits'
                : 'calls.goes-on',
        )}
      />
      <NotMeant mark={call.mark} />
      <strong>
        <Foreign text={caller === undefined ? name(call.opener) : `${caller.by.name} (${name(call.opener)})`} />
      </strong>
      {call.topic !== null && call.topic !== undefined && <Foreign text={call.topic} />}
      <span className="dim">
        <Age at={call.since} />
      </span>
      {!sound.armed && <Status level="critical" word={t('calls.not-armed')} />}
      {busy && <Status level="caution" word={t('calls.in-another')} />}
      <span className={css['acts']}>
        {!busy && (
          <Button
            size="compact-md"
            onClick={() => join(call.line, call.call, officer, listens ? 'listener' : partFor(call, party, officer))}
          >
            {t(standing === 'ringing-them' || standing === 'open' ? 'calls.join' : 'calls.answer')}
          </Button>
        )}
        {!busy && (
          <label className={css['listen']}>
            <input type="checkbox" checked={listens} onChange={(e) => setListens(e.currentTarget.checked)} />
            {t('calls.listen-only')}
          </label>
        )}
        {standing === 'rings' && answers && (
          <>
            <Button size="compact-sm" variant="default" onClick={() => answer.mutate('call.busy')}>
              {t('calls.busy')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => answer.mutate('call.declined')}>
              {t('calls.decline')}
            </Button>
          </>
        )}
        {standing === 'ringing-them' && answers && (
          <Button size="compact-sm" variant="default" onClick={() => answer.mutate('call.withdrawn')}>
            {t('calls.hang-up')}
          </Button>
        )}
      </span>
      {!busy && <Devices listens={listens} />}
      <Refusal error={answer.error} />
    </div>
  );
}
