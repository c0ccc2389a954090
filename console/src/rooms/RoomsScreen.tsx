import { useKnown } from '../api/known';
import { useLines } from '../api/queries';
import { nameOf, roomQuery, roomsQuery, silencesQuery, type Room } from '../api/rooms';
import { useName } from '../look/names';
import { NoLines } from '../look/NoLines';
import { go, useRoute } from '../look/route';
import screen from '../look/screen.module.css';
import { Tabs } from '../look/Tabs';
import { Unknown } from '../look/Unknown';
import { plainOf } from '../look/visible';
import { useT } from '../messages';
import { NewAct } from './RoomActs';
import { Side } from './Side';
import { Silences } from './Silences';
import css from './rooms.module.css';

/** Mediators' rooms: the lines of a process side by side, what may cross and what may not, and what is proven of what has. */
export function RoomsScreen() {
  const t = useT();
  const name = useName();
  const lines = useLines();
  const rooms = useKnown(roomsQuery);
  const silences = useKnown(silencesQuery);
  const { tab, line: asked } = useRoute();
  const line = lines.find((one) => one.line === asked) ?? lines[0];
  if (line === undefined) return <NoLines />;
  const known = rooms.data ?? [];
  const chosen = known.find((one) => nameOf(one) === tab) ?? known[0];
  const isTwice = (one: Room): boolean => known.some((other) => other !== one && other.room === one.room);
  return (
    <>
      <div className={screen['picker']}>
        <NewAct line={line} kind="room.opened" label={t('rooms.open')} />
      </div>
      <Unknown of={[rooms, silences]} what={t('screen.rooms')} />
      {rooms.data !== undefined && known.length === 0 && <p className="empty">{t('rooms.none')}</p>}
      {chosen !== undefined && (
        <Tabs
          label={t('rooms.rooms')}
          tabs={known.map((one) => ({
            name: nameOf(one),
            label: `${one.room === '' ? '?' : plainOf(one.room)}${isTwice(one) ? ` (${name(one.mediator)})` : ''}`,
          }))}
          chosen={nameOf(chosen)}
          onChoose={(one) => go({ screen: 'rooms', line: line.line, tab: one })}
        >
          <OneRoom key={nameOf(chosen)} of={chosen} />
        </Tabs>
      )}
      {(silences.data ?? []).length > 0 && <Silences silences={silences.data ?? []} />}
    </>
  );
}

function OneRoom({ of }: { of: Room }) {
  const t = useT();
  const known = useKnown(roomQuery(of.room));
  const room = known.data?.find((one) => nameOf(one) === nameOf(of));
  return (
    <>
      <Unknown of={[known]} what={plainOf(of.room)} />
      {room === undefined ? (
        known.data === undefined && !known.unknown && <p className="dim">{t('shell.loading')}</p>
      ) : (
        <div className={css['sides']}>
          {room.lines.map((side) => (
            <Side key={`${side.line} ${side.item}`} room={room} side={side} />
          ))}
        </div>
      )}
    </>
  );
}
