import { useKnown } from '../api/known';
import { useLines } from '../api/queries';
import { roomQuery, roomsQuery, silencesQuery } from '../api/rooms';
import { NoLines } from '../look/NoLines';
import { go, useRoute } from '../look/route';
import screen from '../look/screen.module.css';
import { Tabs } from '../look/Tabs';
import { Unknown } from '../look/Unknown';
import { useT } from '../messages';
import { NewAct } from './RoomActs';
import { Side } from './Side';
import { Silences } from './Silences';
import css from './rooms.module.css';

/** Mediators' rooms: the lines of a process side by side, what may cross and what may not, and what is proven of what has. */
export function RoomsScreen() {
  const t = useT();
  const lines = useLines();
  const rooms = useKnown(roomsQuery);
  const silences = useKnown(silencesQuery);
  const { tab, line: asked } = useRoute();
  const line = lines.find((one) => one.line === asked) ?? lines[0];
  if (line === undefined) return <NoLines />;
  const known = rooms.data ?? [];
  const chosen = known.find((one) => one.room === tab) ?? known[0];
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
          tabs={known.map((one) => ({ name: one.room, label: one.room === '' ? '?' : one.room }))}
          chosen={chosen.room}
          onChoose={(name) => go({ screen: 'rooms', line: line.line, tab: name })}
        >
          <OneRoom key={chosen.room} name={chosen.room} />
        </Tabs>
      )}
      {(silences.data ?? []).length > 0 && <Silences silences={silences.data ?? []} />}
    </>
  );
}

function OneRoom({ name }: { name: string }) {
  const t = useT();
  const known = useKnown(roomQuery(name));
  const room = known.data?.[0];
  return (
    <>
      <Unknown of={[known]} what={name} />
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
