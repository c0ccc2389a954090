import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { request } from '../api/client';
import { entryQuery } from '../api/queries';
import { membersOf, textOf } from '../look/body';
import { NotMeant } from '../look/Chips';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { kindWord } from '../look/labels';
import { useName } from '../look/names';
import screen from '../look/screen.module.css';
import { summaryOf } from '../look/summary';
import { timesOf } from '../look/volumes';
import { Times } from '../look/VolumesView';
import { useT } from '../messages';

/** Entries of others on the line that volumes conflict with, as the station knows it now. */
export async function conflictsOf(line: string, volumes: readonly unknown[], own: string): Promise<string[]> {
  if (volumes.length === 0) return [];
  const { conflicts } = await request<{ conflicts: { line: string; entry: string; owner: string }[] }>(
    'POST',
    '/api/v1/deconflict/check',
    { volumes },
  );
  return [...new Set(conflicts.filter((one) => one.line === line && one.owner !== own).map(({ entry }) => entry))];
}

/**
 * What a plan conflicts with, by kind, name and time, before it is put on the record. To change the plan is the nearer
 * act; that it is to stand all the same is the graver one, and held.
 */
export function Conflicts({
  line,
  entries,
  onChange,
  onKnown,
}: {
  line: string;
  entries: readonly string[];
  /** The officer goes back to the plan. */
  onChange: () => void;
  onKnown: (entries: readonly string[]) => void;
}) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div role="alert" className={screen['conflicts']} ref={box}>
      <p>{t('forms.conflicts')}</p>
      <ul>
        {entries.map((entry) => (
          <li key={entry}>
            <Told line={line} entry={entry} />
          </li>
        ))}
      </ul>
      <div className="row">
        <Button type="button" onClick={onChange}>
          {t('forms.change-plan')}
        </Button>
        <Hold onHeld={() => onKnown(entries)}>{t('forms.all-the-same')}</Hold>
      </div>
    </div>
  );
}

function Told({ line, entry }: { line: string; entry: string }) {
  const t = useT();
  const name = useName();
  const told = useQuery(entryQuery(line, entry)).data;
  const body = membersOf(told?.body);
  const called = textOf(body?.['name']) ?? (told === undefined ? null : summaryOf(told.kind, told.body).text);
  const times = timesOf(body?.['volumes']);
  return (
    <>
      <NotMeant mark={told?.mark} /> {told !== undefined && `${kindWord(t, told.kind)} · `}
      {called !== null && (
        <strong>
          <Foreign text={called} lang={told?.lang} />
        </strong>
      )}{' '}
      · {name(entry.split('/')[0] ?? '')} <EntryLink line={line} entry={entry} />
      {times !== null && (
        <>
          <br />
          <Times from={times.from} until={times.until} />
        </>
      )}
    </>
  );
}
