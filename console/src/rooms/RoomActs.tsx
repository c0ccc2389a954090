import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Done } from '../api/acts';
import { useKinds, type Kind } from '../api/kinds';
import { useOfficer } from '../api/session';
import type { LineSummary } from '../api/types';
import { FormEditor } from '../entry/FormEditor';
import type { Values } from '../entry/fields';
import { actWord } from '../look/labels';
import { useT } from '../messages';

/** What a pass carries is no text that anybody types: it is offered beside the words. */
const notTyped: ReadonlySet<string> = new Set(['room.passed']);

const nothing: Values = {};

function useOutdate(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const what of ['rooms', 'silences', 'proposals']) void queries.invalidateQueries({ queryKey: [what] });
  };
}

export function DoneWord({ done }: { done: Done | undefined }) {
  const t = useT();
  return done === undefined ? null : (
    <p role="status">{'proposed' in done ? t('done.proposed') : t('done.recorded', { entry: done.sent.id })}</p>
  );
}

/** What this party may write next, each by the form of its kind. */
export function RoomActs({
  line,
  about,
  acts,
  startOf,
}: {
  line: LineSummary;
  about: string;
  acts: readonly string[];
  startOf: (kind: Kind) => Values;
}) {
  const t = useT();
  const { seat } = useOfficer();
  const kinds = useKinds();
  const outdate = useOutdate();
  const [writing, setWriting] = useState<Kind | null>(null);
  const [done, setDone] = useState<Done>();
  const offered = acts
    .filter((name) => !notTyped.has(name))
    .map((name) => kinds.get(name))
    .filter((kind): kind is Kind => kind?.seats.includes(seat) === true);
  if (offered.length === 0) return <DoneWord done={done} />;
  return (
    <div className="column">
      <div className="row" role="group" aria-label={t('rooms.acts')}>
        {offered.map((kind) => (
          <Button
            key={kind.kind}
            size="compact-sm"
            variant="default"
            aria-expanded={writing === kind}
            onClick={() => {
              setDone(undefined);
              setWriting(writing === kind ? null : kind);
            }}
          >
            {actWord(t, kind.kind)}
          </Button>
        ))}
      </div>
      {writing !== null && (
        <FormEditor
          key={writing.kind}
          line={line}
          kind={writing}
          about={about}
          start={startOf(writing)}
          leftOut={[]}
          draft={null}
          onDone={(told) => {
            setWriting(null);
            setDone(told);
            outdate();
          }}
        />
      )}
      <DoneWord done={done} />
    </div>
  );
}

/** A button for something new, and its form under it. */
export function NewAct({
  line,
  kind: name,
  label,
  start = nothing,
}: {
  line: LineSummary;
  kind: string;
  label: string;
  start?: Values;
}) {
  const { seat } = useOfficer();
  const kind = useKinds().get(name);
  const outdate = useOutdate();
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState<Done>();
  if (kind === undefined || !kind.seats.includes(seat)) return null;
  return (
    <div className="column">
      <div className="row">
        <Button
          size="sm"
          variant="default"
          aria-expanded={open}
          onClick={() => {
            setDone(undefined);
            setOpen(!open);
          }}
        >
          {label}
        </Button>
      </div>
      {open && (
        <FormEditor
          line={line}
          kind={kind}
          about={null}
          start={start}
          leftOut={[]}
          draft={null}
          onDone={(told) => {
            setOpen(false);
            setDone(told);
            outdate();
          }}
        />
      )}
      <DoneWord done={done} />
    </div>
  );
}
