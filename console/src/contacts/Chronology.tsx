import { Button, Switch, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { text } from '../api/client';
import { isUnknown, timeOf } from '../api/known';
import { chronologyQuery } from '../api/queries';
import type { ChronologyView, LineSummary } from '../api/types';
import { MarkChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useNow } from '../look/now';
import { useName } from '../look/names';
import { EntryLink } from '../look/EntryLink';
import screen from '../look/screen.module.css';
import { Age, Off, Stamp } from '../look/Stamp';
import { fullUtc, readUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { Attempts } from './Calls';
import css from './contacts.module.css';
import { save } from '../look/download';
import { chronologyCsv } from './csv';
import { Timeline } from './Timeline';

/** The contact history of a line: what was tried, what came of it, how long it was silent. For a screen, a spreadsheet and paper. */
export function Chronology({ line }: { line: LineSummary }) {
  const t = useT();
  const name = useName();
  const [at, setAt] = useState('');
  const [office, setOffice] = useState('');
  const [exercise, setExercise] = useState<boolean | null>(null);
  const [hashes, setHashes] = useState<ReadonlyMap<string, string>>(new Map());
  const [hashing, setHashing] = useState<string | null>(null);
  const query = useQuery({
    ...chronologyQuery(line.line, readUtc(at), office.trim(), exercise),
    placeholderData: keepPreviousData,
  });
  const chronology = query.data;
  const now = useNow();
  const unknown = { unknown: isUnknown(query, now), at: timeOf(query) };
  if (chronology === undefined)
    return query.errorUpdateCount > 0 ? (
      <Unknown of={[unknown]} what={t('unknown.chronology')} />
    ) : (
      <p className="dim">{t('shell.loading')}</p>
    );

  /** SHA-256 of every delivery proof, as any file tool computes it of the proof's text. */
  async function withHashes(of: ChronologyView): Promise<ReadonlyMap<string, string>> {
    const found = new Map(hashes);
    const paths = of.attempts
      .flatMap((attempt) => attempt.deliveredProof.map((proof) => proof.path))
      .filter((path) => !found.has(path));
    for (const [i, path] of paths.entries()) {
      setHashing(`${i + 1} / ${paths.length}`);
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(await text(path)));
      found.set(path, [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    }
    setHashes(found);
    setHashing(null);
    return found;
  }
  const exportCsv = async (): Promise<void> =>
    save(
      `chronology-${line.line}.csv`,
      'text/csv;charset=utf-8',
      chronologyCsv(chronology, await withHashes(chronology)),
    );
  const print = async (): Promise<void> => {
    await withHashes(chronology);
    requestAnimationFrame(() => setTimeout(() => window.print(), 50));
  };
  return (
    <div className="column">
      <div className={css['printHead']}>
        <h1>
          {chronology.exercise && (
            <>
              <MarkChip mark="exercise" />{' '}
            </>
          )}
          {t('contacts.chronology')}: <Foreign text={line.title} />
        </h1>
        <p>
          {line.line} · {t('chronology.as-of')} {fullUtc(chronology.at)}
        </p>
      </div>
      <p className={css['sentence']}>
        {chronology.lastContact === null ? (
          t('chronology.never')
        ) : (
          <>
            {t('chronology.last')} <Age at={chronology.lastContact} />
          </>
        )}{' '}
        · {t('chronology.requests-stand', { count: chronology.standingRequests })} ·{' '}
        {t('chronology.silent-count', { count: chronology.silences.length })}
      </p>
      <div className={screen['bar']}>
        <UtcField label={t('chronology.at')} value={at} onChange={setAt} />
        <TextInput
          label={t('chronology.with')}
          value={office}
          onChange={(e) => setOffice(e.currentTarget.value)}
          size="sm"
        />
        {(chronology.exercise || chronology.leftOut > 0) && (
          <Switch
            label={t('chronology.exercise')}
            checked={chronology.exercise}
            onChange={(e) => setExercise(e.currentTarget.checked)}
          />
        )}
        <Button variant="default" onClick={() => void exportCsv()}>
          {t('chronology.csv')}
        </Button>
        <Button variant="default" onClick={() => void print()}>
          {t('chronology.print')}
        </Button>
        {hashing !== null && (
          <span role="status" className="dim">
            {t('chronology.hashing')} {hashing}
          </span>
        )}
      </div>
      <Unknown of={[unknown]} what={t('unknown.chronology')} />
      {chronology.exercise && (
        <p className="row" role="note">
          <MarkChip mark="exercise" />
          <strong>{t('chronology.of-exercise')}</strong>
        </p>
      )}
      {!chronology.exercise && chronology.leftOut > 0 && (
        <p className="dim">{t('chronology.left-out', { count: chronology.leftOut })}</p>
      )}
      <Timeline chronology={chronology} />
      <div className={screen['figures']}>
        <Figure value={chronology.daysSinceLastContact ?? '—'} label={t('chronology.days-since')} />
        <Figure value={chronology.standingRequests} label={t('chronology.standing')} />
        <Figure value={chronology.attempts.length} label={t('chronology.attempts')} />
        <Figure value={chronology.contacts.length} label={t('chronology.contacts')} />
        <Figure value={chronology.silences.length} label={t('chronology.silences')} />
      </div>
      {chronology.lastContact !== null && (
        <p>
          {t('chronology.last')} <Stamp at={chronology.lastContact} />
          {chronology.firstSince !== null && (
            <>
              {' '}
              · {t('chronology.first-since')} <Stamp at={chronology.firstSince} /> (
              {t('chronology.between', { days: chronology.daysBetweenContacts ?? 0 })})
            </>
          )}
        </p>
      )}
      <h2>{t('chronology.attempts')}</h2>
      {(!unknown.unknown || chronology.attempts.length > 0) && (
        <Attempts attempts={chronology.attempts} here={line.line} />
      )}
      {chronology.silences.length > 0 && (
        <details>
          <summary>{t('chronology.silences-which', { count: chronology.silences.length })}</summary>
          <Attempts attempts={chronology.silences} here={line.line} />
        </details>
      )}
      {chronology.contacts.length > 0 && (
        <>
          <h2>{t('chronology.contacts')}</h2>
          <div className={screen['tableBox']}>
            <table>
              <thead>
                <tr>
                  <th>{t('chronology.when')}</th>
                  <th>{t('call.minutes')}</th>
                  <th>{t('call.between')}</th>
                  <th>{t('call.outcome')}</th>
                </tr>
              </thead>
              <tbody>
                {chronology.contacts.map((contact) => (
                  <tr key={`${contact.line} ${contact.entry}`}>
                    <td>
                      <Stamp at={contact.at} /> <EntryLink line={contact.line} entry={contact.entry} here={line.line} />
                    </td>
                    <td>{contact.minutes ?? '—'}</td>
                    <td>
                      <Foreign text={contact.between.map((p) => `${p.office} (${name(p.party)})`).join(' ↔ ')} />
                    </td>
                    <td>
                      {contact.outcome !== null && <Foreign text={contact.outcome} />}
                      {!contact.confirmed && (
                        <>
                          {' '}
                          <em>{t('chronology.one-side', { party: contact.saidBy.map(name).join(', ') })}</em>
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {chronology.readouts.length > 0 && (
        <>
          <h2>{t('contacts.readouts')}</h2>
          <div className={screen['tableBox']}>
            <table>
              <thead>
                <tr>
                  <th>{t('chronology.when')}</th>
                  <th>{t('call.by')}</th>
                  <th>{t('call.outcome')}</th>
                  <th>{t('readout.about')}</th>
                </tr>
              </thead>
              <tbody>
                {chronology.readouts.map((note) => (
                  <tr key={`${note.line} ${note.entry} ${note.state}`}>
                    <td>
                      <Stamp at={note.at} /> <span className="mono dim">{note.entry}</span>
                    </td>
                    <td>{note.by}</td>
                    <td>{wordOf(t, 'state', note.state)}</td>
                    <td className="mono">{note.about.join(', ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {hashes.size > 0 && (
        <>
          <h2>{t('chronology.proofs')}</h2>
          <div className={screen['tableBox']}>
            <table>
              <thead>
                <tr>
                  <th>{t('chronology.entry')}</th>
                  <th>{t('chronology.held-by')}</th>
                  <th>{t('chronology.when')}</th>
                  <th>SHA-256</th>
                </tr>
              </thead>
              <tbody>
                {chronology.attempts.flatMap((attempt) =>
                  attempt.deliveredProof.map((proof) => (
                    <tr key={proof.path}>
                      <td className="mono">{attempt.entry}</td>
                      <td>{proof.by}</td>
                      <td>
                        <Stamp at={proof.at} /> <Off seconds={proof.off} />
                      </td>
                      <td className={css['hash']}>{hashes.get(proof.path) ?? ''}</td>
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

function Figure({ value, label }: { value: string | number; label: string }) {
  return (
    <div className={screen['figure']}>
      <strong>{value}</strong>
      <span className="dim">{label}</span>
    </div>
  );
}
