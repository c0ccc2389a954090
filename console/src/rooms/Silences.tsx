import { useLines } from '../api/queries';
import type { Silence } from '../api/rooms';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import type { Level } from '../look/levels';
import { useName } from '../look/names';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { useT, wordOf, type Key } from '../messages';
import { RoomActs } from './RoomActs';
import css from './rooms.module.css';

const levelOf: Readonly<Record<string, Level>> = {
  'consented by silence': 'normal',
  'silent so far': 'standby',
  objected: 'serious',
};

/** Silence procedures, and that who said nothing has consented to nothing unless all of it is there. */
export function Silences({ silences }: { silences: readonly Silence[] }) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  return (
    <section className="column" aria-labelledby="rooms-silences">
      <h3 id="rooms-silences">{t('rooms.silences')}</h3>
      <div className={css['sides']}>
        {silences.map((one) => {
          const line = lines.find((each) => each.line === one.line);
          return (
            <div key={`${one.line} ${one.item}`} className={css['side']}>
              <p>
                {one.title != null && (
                  <strong>
                    <Foreign text={one.title} />
                  </strong>
                )}{' '}
                <Status level={one.state === 'broken' ? 'serious' : 'standby'} word={wordOf(t, 'state', one.state)} />{' '}
                <EntryLink line={one.line} entry={one.item} />
              </p>
              {one.text != null && (
                <p className={css['text']}>
                  <Foreign text={one.text} />
                </p>
              )}
              {one.expires != null && (
                <p>
                  {t('member.expires')}: <Stamp at={one.expires} />
                </p>
              )}
              <ul className={css['words']}>
                {one.parties.map((each) => (
                  <li key={each.party}>
                    {name(each.party)}:{' '}
                    <Status
                      level={levelOf[each.state] ?? 'caution'}
                      word={t(`rooms.silent.${each.state.replaceAll(' ', '-')}` as Key)}
                    />
                  </li>
                ))}
              </ul>
              {line !== undefined && <RoomActs line={line} about={one.item} acts={one.acts} startOf={() => ({})} />}
            </div>
          );
        })}
      </div>
    </section>
  );
}
