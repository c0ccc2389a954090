import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { request } from '../api/client';
import { entryQuery } from '../api/queries';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { kindWord } from '../look/labels';
import { useName } from '../look/names';
import screen from '../look/screen.module.css';
import { summaryOf } from '../look/summary';
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

/** What a plan conflicts with, by name, before it is put on the record; the officer changes it, or says that it is to stand all the same. */
export function Conflicts({
  line,
  entries,
  onKnown,
}: {
  line: string;
  entries: readonly string[];
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
      <Button type="button" variant="default" onClick={() => onKnown(entries)}>
        {t('forms.all-the-same')}
      </Button>
    </div>
  );
}

function Told({ line, entry }: { line: string; entry: string }) {
  const t = useT();
  const name = useName();
  const told = useQuery(entryQuery(line, entry)).data;
  const text = told === undefined ? null : summaryOf(told.kind, told.body).text;
  return (
    <>
      {name(entry.split('/')[0] ?? '')}
      {told !== undefined && ` · ${kindWord(t, told.kind)}`}{' '}
      {text !== null && <Foreign text={text} lang={told?.lang} />} <EntryLink line={line} entry={entry} />
    </>
  );
}
