import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendOrPropose } from '../api/acts';
import { proofFileOf, type Room, type RoomLine, type RoomWord } from '../api/rooms';
import { useOfficer } from '../api/session';
import { EntryLink } from '../look/EntryLink';
import { Hold } from '../look/Hold';
import { Refusal } from '../look/Refusal';
import { Status } from '../look/Status';
import { useT } from '../messages';
import { DoneWord } from './RoomActs';
import { useOthers } from './others';
import css from './rooms.module.css';

/** Where the words of one side may go, and where they may not. Nothing crosses by a click or by dragging: it is held. */
export function Crossings({ room, side, word }: { room: Room; side: RoomLine; word: RoomWord }) {
  const t = useT();
  if (word.crossings.length === 0) return null;
  return (
    <ul className={css['crossing']} aria-label={t('rooms.crossing')}>
      {word.crossings.map((crossing) => {
        const to = room.lines.find((one) => one.line === crossing.line && one.item === crossing.room);
        return to === undefined ? null : (
          <li key={crossing.line}>
            <OneCrossing side={side} to={to} word={word} why={crossing.why ?? null} passed={crossing.passed ?? null} />
          </li>
        );
      })}
    </ul>
  );
}

function OneCrossing({
  side,
  to,
  word,
  why,
  passed,
}: {
  side: RoomLine;
  to: RoomLine;
  word: RoomWord;
  why: string | null;
  passed: string | null;
}) {
  const t = useT();
  const by = useOfficer();
  const queries = useQueryClient();
  const parties = useOthers()(to);
  const pass = useMutation({
    mutationFn: async () =>
      await sendOrPropose(
        to.line,
        { kind: 'room.passed', body: { proof: await proofFileOf(side.line, word.entry) }, re: [to.item] },
        by,
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['rooms'] }),
  });
  if (passed !== null)
    return (
      <>
        <Status level="normal" word={t('rooms.passed', { parties })} /> <EntryLink line={to.line} entry={passed} />
      </>
    );
  if (why !== null)
    return (
      <span className={css['stays']}>
        <Status level="off" quiet word={t('level.off')} /> {t('rooms.stays', { parties, why })}
      </span>
    );
  return (
    <div className="column">
      <p className={css['stays']}>{t('rooms.shows')}</p>
      <Hold grave={false} disabled={pass.isPending} onHeld={() => pass.mutate()}>
        {t('rooms.pass', { parties })}
      </Hold>
      <Refusal error={pass.error} />
      <DoneWord done={pass.data} />
    </div>
  );
}
