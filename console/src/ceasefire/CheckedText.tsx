import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, value } from '../api/client';
import { Foreign } from '../look/Foreign';
import { Refusal } from '../look/Refusal';
import { Status } from '../look/Status';
import { useT } from '../messages';
import css from './ceasefire.module.css';
import { lackWord } from './lacks';
import type { TextCheck } from '../api/ceasefire';

/** So long nothing is typed before the station is asked. */
const pause = 600;

/** What is to be said of a text before it is on the table: its hash, what it lacks, whether its maps are the files that it states. None of it forbids a step. */
export function CheckedText({ line, body, wrong }: { line: string; body: Record<string, unknown>; wrong: number }) {
  const t = useT();
  const typed = JSON.stringify(body);
  const [asked, setAsked] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed), pause);
    return () => clearTimeout(timer);
  }, [typed]);
  const check = useQuery({
    queryKey: ['agreement-check', line, asked],
    queryFn: () =>
      value<TextCheck>(
        api.POST('/api/v1/lines/{line}/agreements/check', {
          params: { path: { line } },
          body: JSON.parse(asked) as never,
        }),
      ),
    enabled: wrong === 0,
    retry: false,
  });
  if (wrong > 0) return null;
  return (
    <section aria-label={t('cease.check')} className="column">
      {check.data !== undefined && (
        <>
          <p className={css['hash']}>{check.data.hash}</p>
          <Lacking missing={check.data.missing} warnings={check.data.warnings} />
        </>
      )}
      <Refusal error={check.error} />
    </section>
  );
}

/** What a text lacks that parties usually settle, and what speaks against it: told, and no more. */
export function Lacking({ missing, warnings }: { missing: readonly string[]; warnings: readonly string[] }) {
  const t = useT();
  if (missing.length + warnings.length === 0) return null;
  return (
    <ul className={css['warnings']} aria-label={t('cease.lacks')}>
      {warnings.map((one) => (
        <li key={one}>
          <Status level="serious" word={t('cease.warning')} /> <Foreign text={one} lang="en" />
        </li>
      ))}
      {missing.map((one) => (
        <li key={one}>
          <Status level="caution" word={t('cease.lacks')} /> {lackWord(t, one) ?? <Foreign text={one} lang="en" />}
        </li>
      ))}
    </ul>
  );
}
