import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSession } from '../api/session';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import type { Level } from '../look/levels';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { Refusal } from '../look/Refusal';
import { Status } from '../look/Status';
import { useT, type T } from '../messages';
import css from './calls.module.css';
import { CallText } from './CallText';
import { DeviceChoice } from './DeviceChoice';
import { Recording } from './Recording';
import { partyOf } from '../voice/live';
import type { CallSession, Heard } from '../voice/session';
import { qualityOf, type Hearing } from '../voice/hearing';

const levels: Record<Hearing, Level> = {
  waiting: 'standby',
  connecting: 'standby',
  heard: 'normal',
  silent: 'normal',
  muted: 'caution',
  held: 'caution',
  'no-packets': 'serious',
  undecryptable: 'critical',
  gone: 'off',
  key: 'critical',
};
/** Of these it is said since when: a line that is dead must not look like one that is quiet. */
const timed: ReadonlySet<Hearing> = new Set(['no-packets', 'undecryptable', 'held', 'muted', 'waiting', 'connecting']);

/** The call that this page is in: who is on it, what is heard of them, and the words. */
export function InCall({ session }: { session: CallSession }) {
  const t = useT();
  useNow();
  const { view, mic } = session;
  // Who came back under a newer joining stands there once.
  const others = session.others.filter(
    (one) =>
      one.member.here ||
      !session.others.some(
        (other) =>
          other.member.at > one.member.at &&
          other.member.by.name === one.member.by.name &&
          partyOf(other.member.joined) === partyOf(one.member.joined),
      ),
  );
  const talksMuted = !session.speaks && mic.track !== null && mic.isSpokenTo;
  usePushToTalk(session);
  return (
    <div className={css['card']} data-in-call={session.call} data-state={view?.state ?? ''}>
      <div className={css['head']}>
        <Status
          level={session.held ? 'caution' : 'normal'}
          word={t(
            session.seat === null
              ? 'calls.joining'
              : session.held
                ? 'calls.held-by-us'
                : view?.state === 'ringing'
                  ? 'calls.ringing-them'
                  : 'calls.in-call',
          )}
        />
        {view?.topic != null && <Foreign text={view.topic} />}
        <span className="dim mono">{session.call}</span>
      </div>
      <ul className={css['members']} aria-label={t('calls.who')}>
        <li>
          <strong>{t('calls.you')}</strong>
          {mic.problem !== null && session.part !== 'listener' ? (
            <Status level="critical" word={t(`calls.mic-${mic.problem}`)} />
          ) : session.part === 'listener' ? (
            <Status level="standby" word={t('calls.you-listen')} />
          ) : (
            <>
              <Status
                level={session.speaks ? 'normal' : 'caution'}
                word={t(session.held ? 'calls.you-held' : session.muted ? 'calls.you-muted' : 'calls.you-open')}
              />
              <Meter level={mic.level} label={t('calls.your-level')} />
            </>
          )}
          {talksMuted && (
            <span role="alert">
              <Status level="serious" word={t('calls.talks-muted')} />
            </span>
          )}
        </li>
        {others.map((one) => (
          <Other key={one.member.joined} session={session} one={one} />
        ))}
      </ul>
      <Recording session={session} />
      <div className={css['acts']}>
        <Button
          size="compact-sm"
          variant={session.muted ? 'filled' : 'default'}
          aria-pressed={session.muted}
          disabled={mic.track === null}
          onClick={() => void session.setMuted(!session.muted)}
        >
          {t(session.muted ? 'calls.unmute' : 'calls.mute')}
        </Button>
        <Button
          size="compact-sm"
          variant={session.held ? 'filled' : 'default'}
          aria-pressed={session.held}
          onClick={() => void session.setHeld(!session.held)}
        >
          {t(session.held ? 'calls.resume' : 'calls.hold')}
        </Button>
        <Button size="compact-sm" className={css['leave']} onClick={() => void session.leave()}>
          {t('calls.leave')}
        </Button>
        {session.part !== 'listener' && (
          <DeviceChoice
            kind="microphone"
            devices={mic.microphones}
            used={mic.device}
            onChoose={(device) => void session.speakBy(device)}
          />
        )}
        <DeviceChoice
          kind="speaker"
          devices={mic.speakers}
          used={mic.speaker}
          onChoose={(device) => void session.hearBy(device)}
        />
        {session.replaced !== null && (
          <span role="status">
            <Status
              level={session.replaced === 'away' ? 'serious' : 'normal'}
              word={t(session.replaced === 'away' ? 'calls.device-away' : 'calls.device-back')}
            />
          </span>
        )}
        <span className="dim">{t('calls.push')}</span>
      </div>
      <CallText line={session.line} call={session.call} />
      <Refusal error={session.problem} />
    </div>
  );
}

function Other({ session, one }: { session: CallSession; one: Heard }) {
  const t = useT();
  const name = useName();
  const { member, hearing } = one;
  const leg = session.view?.legs.find((found) => found.with === member.joined);
  const seconds = Math.floor((performance.now() - one.since) / 1_000);
  const roundTrip = one.link.watched.last?.roundTrip ?? null;
  return (
    <li
      data-member={member.joined}
      data-hearing={hearing}
      data-path={leg?.path ?? 'none'}
      data-open={leg?.open ?? false}
    >
      <strong>
        <Foreign text={`${member.by.name} (${name(partyOf(member.joined))})`} />
      </strong>
      {member.part !== 'speaker' && <span className="dim">{partWord(t, member.part)}</span>}
      <Status level={levels[hearing]} word={t(`calls.hearing-${hearing}`)} />
      {timed.has(hearing) && seconds > 1 && <span className="dim">{t('calls.for-seconds', { seconds })}</span>}
      <Meter level={one.level} label={t('calls.their-level')} />
      {leg !== undefined && leg.open && (
        <span className="dim">
          {t(`calls.path-${pathOf(leg.path)}`)}
          {roundTrip !== null && ` · ${t('calls.round-trip', { milliseconds: Math.round(roundTrip * 1_000) })}`}
          {` · ${t(`calls.quality-${qualityOf(one.link.watched)}`)}`}
        </span>
      )}
      {leg !== undefined && !leg.open && leg.why !== null && <span className="dim">{whyWord(t, leg.why ?? '')}</span>}
      <Admission session={session} one={one} />
      {member.deaf !== null && <Status level="caution" word={t('calls.they-no-microphone')} />}
      <Words session={session} one={one} />
    </li>
  );
}

const paths = ['udp', 'link', 'both', 'here', 'none'] as const;
const pathOf = (path: string): (typeof paths)[number] => paths.find((one) => one === path) ?? 'none';
const whys = ['waiting', 'unsealed', 'unadmitted', 'key', 'ended', 'suspended', 'gone'] as const;
const whyWord = (t: T, why: string): string => {
  const known = whys.find((one) => one === why);
  return known === undefined ? why : t(`calls.why-${known}`);
};
const parts = ['interpreter', 'second officer', 'listener'] as const;
const partWord = (t: T, part: string): string => {
  const known = parts.find((one) => one === part);
  return known === undefined ? part : t(`calls.part-${known}`);
};

/** Whether this party's officers hear somebody else who joined: the principal says so, or the watch where none is on the call. */
function Admission({ session, one }: { session: CallSession; one: Heard }) {
  const t = useT();
  const { party } = useSession();
  const said = useMutation({ mutationFn: (out: boolean) => session.admit(one.member.joined, out) });
  const { member } = one;
  const needsNone = member.part === 'listener' || isHolder(session, member.joined);
  if (needsNone) return null;
  const isIn = member.admittedBy.includes(party);
  const seat = session.officer.seat;
  const isPrincipalsWord = session.view?.members.some(
    (other) => partyOf(other.joined) === party && other.by.seat === 'principal',
  );
  const maySay = seat === 'principal' || (seat === 'watch' && isPrincipalsWord !== true);
  return (
    <>
      {!isIn && <Status level="caution" word={t('calls.not-admitted')} />}
      {maySay && (
        <Button size="compact-sm" variant="default" loading={said.isPending} onClick={() => said.mutate(isIn)}>
          {t(isIn ? 'calls.send-out' : 'calls.admit')}
        </Button>
      )}
      <Refusal error={said.error} />
    </>
  );
}

/** Who holds the call for their party: the first of its officers who joined to speak. CALL-15 */
function isHolder(session: CallSession, joined: string): boolean {
  const members = session.view?.members ?? [];
  const one = members.find((member) => member.joined === joined);
  const holder = members.find((member) => partyOf(member.joined) === partyOf(joined) && member.part === 'speaker');
  return one !== undefined && holder?.by.name === one.by.name && holder.by.seat === one.by.seat;
}

/** The four words, and what the officers say of them. They are read aloud: nobody is believed for a voice. */
function Words({ session, one }: { session: CallSession; one: Heard }) {
  const t = useT();
  const own = session.seat?.joined ?? '';
  const said = useMutation({ mutationFn: (matched: boolean) => session.sayWords(one.member.joined, matched) });
  if (one.words === null) return null;
  // Of these two and no others: with whom nothing was compared, nothing is said to be the same.
  const matched = session.view?.words.some(
    (word) => word.matched && word.party === partyOf(own) && word.own === own && word.other === one.member.joined,
  );
  const mayAnswer = session.officer.seat !== 'interpreter';
  return (
    <div className={css['words']}>
      <span className="dim">{t('calls.read-words')}</span>
      <strong className={css['four']} data-words lang="en" dir="ltr">
        {one.words.join(' ')}
      </strong>
      {said.isSuccess || matched === true ? (
        <Status level="normal" word={t('calls.words-matched')} />
      ) : (
        mayAnswer && (
          <span className={css['acts']}>
            <Button size="compact-sm" variant="default" loading={said.isPending} onClick={() => said.mutate(true)}>
              {t('calls.words-same')}
            </Button>
            <Hold onHeld={() => said.mutate(false)}>{t('calls.words-differ')}</Hold>
          </span>
        )
      )}
      <Refusal error={said.error} />
    </div>
  );
}

function Meter({ level, label }: { level: number; label: string }) {
  // The ear hears in steps of ten: a whisper must be seen too.
  const share = level <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(level) / 3);
  return (
    <span
      className={css['meter']}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <span style={{ inlineSize: `${Math.round(share * 100)}%` }} />
    </span>
  );
}

/** While the key is held, a muted officer speaks. */
function usePushToTalk(session: CallSession): void {
  useEffect(() => {
    let talks = false;
    const isFree = (e: KeyboardEvent): boolean =>
      e.code === 'F8' && !e.repeat && !e.ctrlKey && !e.altKey && !e.metaKey && !e.shiftKey;
    const down = (e: KeyboardEvent): void => {
      if (!isFree(e) || !session.muted || talks) return;
      e.preventDefault();
      talks = true;
      void session.setMuted(false);
    };
    const up = (e: KeyboardEvent): void => {
      if (e.code !== 'F8' || !talks) return;
      talks = false;
      void session.setMuted(true);
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
    };
  }, [session]);
}
