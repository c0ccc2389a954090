import type { Kind } from '../api/kinds';
import { useLines } from '../api/queries';
import type { Room, RoomLine, RoomWord } from '../api/rooms';
import { useSession } from '../api/session';
import type { Values } from '../entry/fields';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { kindWord } from '../look/labels';
import type { Level } from '../look/levels';
import { useName } from '../look/names';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { useT, wordOf, type Key } from '../messages';
import { Crossings } from './Crossings';
import { Drafts } from './Drafts';
import { RoomActs } from './RoomActs';
import { useOthers } from './others';
import css from './rooms.module.css';

const levelOf: Readonly<Record<string, Level>> = { open: 'normal', offered: 'caution', closed: 'off', over: 'off' };

/** A room on one line. */
export function Side({ room, side }: { room: Room; side: RoomLine }) {
  const t = useT();
  const name = useName();
  const others = useOthers();
  const { party } = useSession();
  const line = useLines().find((one) => one.line === side.line);
  const parties = others(side);
  // What stands in a body so that it can be carried is known already.
  // A consent is to the words of a condition: where one waits for this party alone, they stand in the form.
  const asked = side.conditions.filter((one) => one.party === party && one.state !== 'met');
  const startOf = (kind: Kind): Values => ({
    ...(kind.kind === 'room.consented' && asked.length === 1
      ? { condition: asked[0]?.name ?? '', what: asked[0]?.what ?? '' }
      : {}),
    ...(Object.hasOwn(kind.body?.properties ?? {}, 'room') ? { room: room.room } : {}),
    ...(kind.kind === 'room.commented' ? { hash: side.drafts.at(-1)?.hash ?? '' } : {}),
  });
  return (
    <section className={css['side']} aria-label={t('rooms.on-line', { parties })}>
      <h3>
        {t('rooms.on-line', { parties })}{' '}
        <Status level={levelOf[side.state] ?? 'caution'} word={wordOf(t, 'state', side.state)} />
      </h3>
      {side.title != null && (
        <p>
          <Foreign text={side.title} /> <EntryLink line={side.line} entry={side.item} />
        </p>
      )}
      <dl className={css['facts']}>
        <dt>{t('rooms.mediator')}</dt>
        <dd>{name(side.mediator)}</dd>
        {side.scope != null && (
          <>
            <dt>{t('member.room.scope')}</dt>
            <dd>
              <Foreign text={side.scope} />
            </dd>
          </>
        )}
        {side.until != null && (
          <>
            <dt>{t('rooms.until')}</dt>
            <dd>
              <Stamp at={side.until} />
            </dd>
          </>
        )}
        {side.disclosure != null && (
          <>
            <dt>{t('member.disclosure')}</dt>
            <dd>
              <Foreign text={side.disclosure} />
            </dd>
          </>
        )}
        {side.calendar.map((one) => (
          <div key={`${one.at} ${one.what}`}>
            <dt>
              <Stamp at={one.at} />
            </dt>
            <dd>
              <Foreign text={one.what} />
            </dd>
          </div>
        ))}
        <dt>{t('rooms.keys')}</dt>
        <dd className={css['keys']}>{side.keys.match(/.{4}/g)?.join(' ')}</dd>
      </dl>
      {line !== undefined && <RoomActs line={line} about={side.item} acts={side.acts} startOf={startOf} />}
      <Conditions side={side} />
      <h4>{t('rooms.words')}</h4>
      {side.words.length === 0 && <p className="dim">{t('rooms.nothing-said')}</p>}
      {side.older > 0 && <p className="dim">{t('rooms.older', { count: side.older })}</p>}
      <ul className={css['words']}>
        {side.words.map((word) => (
          <Word key={word.entry} room={room} side={side} word={word} />
        ))}
      </ul>
      <Drafts side={side} />
      <HandedOver side={side} />
      {side.refused.length > 0 && (
        <>
          <h4>{t('rooms.refused')}</h4>
          <ul className={css['words']}>
            {side.refused.map((one) => (
              <li key={one.entry}>
                <EntryLink line={side.line} entry={one.entry} /> {kindWord(t, one.kind)}{' '}
                <Status level="serious" word={one.reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Whose words they are: the author's own and proven, said on this line, or somebody's claim about another. */
function Whose({ word }: { word: RoomWord }) {
  const t = useT();
  const name = useName();
  const party = name(word.author);
  if (word.passage != null) {
    const standing = word.passage.standing;
    return (
      <Status
        level={standing === 'proven' ? 'normal' : standing === 'other keys' ? 'serious' : 'caution'}
        word={t(
          standing === 'proven'
            ? 'rooms.proven'
            : standing === 'other keys'
              ? 'rooms.other-keys'
              : 'rooms.keys-not-known',
          { party },
        )}
      />
    );
  }
  return word.reports != null && word.kind === 'room.said' ? (
    <Status level="standby" word={t('rooms.claim', { author: party, party: name(word.reports) })} />
  ) : (
    <strong>{party}</strong>
  );
}

function Word({ room, side, word }: { room: Room; side: RoomLine; word: RoomWord }) {
  const t = useT();
  const name = useName();
  const { party } = useSession();
  const passing = word.passing ?? null;
  const to =
    passing === null || (!passing.anyone && passing.to.length === 0)
      ? null
      : [...passing.to.map(name), ...(passing.anyone ? [t('rooms.anyone')] : [])].join(', ');
  return (
    <li className={css['word']} data-own={word.author === party} data-carried={word.passage != null}>
      <span>
        <Whose word={word} /> · <Stamp at={word.at} /> <EntryLink line={side.line} entry={word.entry} />
      </span>
      {word.kind !== 'room.said' && (
        <span>
          {kindWord(t, word.kind)}
          {word.condition != null && (
            <>
              {': '}
              <Foreign text={word.condition} />
            </>
          )}
        </span>
      )}
      {word.text != null && (
        <p className={css['text']}>
          <Foreign text={word.text} lang={word.lang} />
        </p>
      )}
      {word.passage == null ? (
        <span className={css['stays']}>{to === null ? t('rooms.nobody') : t('rooms.may-go', { parties: to })}</span>
      ) : (
        <span className={css['stays']}>
          {t('rooms.carried', { party: name(word.passage.carrier) })} · <Foreign text={word.passage.why} />
        </span>
      )}
      <Crossings room={room} side={side} word={word} />
    </li>
  );
}

function Conditions({ side }: { side: RoomLine }) {
  const t = useT();
  const name = useName();
  if (side.conditions.length === 0) return null;
  const levels: Readonly<Record<string, Level>> = { met: 'normal', withdrawn: 'serious', waiting: 'standby' };
  return (
    <>
      <h4>{t('rooms.conditions')}</h4>
      <ul className={css['words']}>
        {side.conditions.map((one) => (
          <li key={one.name}>
            <strong>
              <Foreign text={one.name} />
            </strong>{' '}
            <Status
              level={levels[one.state] ?? 'caution'}
              word={t(`rooms.condition.${one.state.replaceAll(' ', '-')}` as Key, { party: name(one.party) })}
            />{' '}
            <Stamp at={one.at} /> <EntryLink line={side.line} entry={one.entry} />
            {one.what != null && (
              <p className={css['text']}>
                <Foreign text={one.what} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function HandedOver({ side }: { side: RoomLine }) {
  const t = useT();
  const name = useName();
  if (side.handedOver.length === 0) return null;
  return (
    <>
      <h4>{t('rooms.handed')}</h4>
      <ul className={css['words']}>
        {side.handedOver.map((one) => (
          <li key={one.name}>
            <Foreign text={one.name} />{' '}
            <Status
              level={one.onRecord ? 'normal' : 'caution'}
              word={
                one.onRecord ? t('rooms.handed-both') : t('rooms.handed-one', { parties: one.by.map(name).join(', ') })
              }
            />
          </li>
        ))}
      </ul>
    </>
  );
}
