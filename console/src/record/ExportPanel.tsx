import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../api/client';
import { lineQuery } from '../api/queries';
import { save } from '../look/download';
import { Foreign } from '../look/Foreign';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Status } from '../look/Status';
import { useT } from '../messages';
import { checkEvidence, type Evidence, type Fault, type Lack } from './evidence';
import css from './record.module.css';

type Progress = { bytes: number; entries: number; checked: number | null };

/** The record as evidence: the file that `parley verify` and any tlog-tiles client read, fetched and checked with its progress in sight. */
export function ExportPanel({ line }: { line: string }) {
  const t = useT();
  const detail = useQuery(lineQuery(line)).data;
  const [progress, setProgress] = useState<Progress | null>(null);
  const [checked, setChecked] = useState<Evidence | null>(null);

  async function download(parts: 'all' | 'headers'): Promise<Uint8Array> {
    setChecked(null);
    const answer = await answerOf(`/api/v1/lines/${line}/export?parts=${parts}`);
    if (answer.body === null) throw new Error('the answer is empty');
    const entries = Number(answer.headers.get('X-Parley-Entries') ?? 0);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const reader = answer.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      chunks.push(piece.value);
      bytes += piece.value.length;
      setProgress({ bytes, entries, checked: null });
    }
    const all = new Uint8Array(bytes);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
  const exporting = useMutation({
    mutationFn: async (parts: 'all' | 'headers') =>
      save(`${line}.zip`, 'application/zip', (await download(parts)) as BlobPart),
  });
  const verifying = useMutation({
    mutationFn: async () => {
      if (detail === undefined) throw new Error('the line is not known yet');
      const zip = await download('all');
      setChecked(
        await checkEvidence(zip, detail.document, line, (done) =>
          setProgress((old) => (old === null ? old : { ...old, checked: done })),
        ),
      );
    },
  });
  const busy = exporting.isPending || verifying.isPending;
  return (
    <div className="column">
      <p>{t('export.what')}</p>
      <div className="row">
        <Button disabled={busy} onClick={() => exporting.mutate('all')}>
          {t('export.all')}
        </Button>
        <Button disabled={busy} variant="default" onClick={() => exporting.mutate('headers')}>
          {t('export.headers')}
        </Button>
        <Button disabled={busy || detail === undefined} variant="default" onClick={() => verifying.mutate()}>
          {t('export.verify')}
        </Button>
      </div>
      {progress !== null && (
        <div className="column" role="status">
          <span>{t('export.read', { kib: Math.ceil(progress.bytes / 1024), entries: progress.entries })}</span>
          {progress.checked !== null && (
            <>
              <progress
                className={css['progress']}
                max={progress.entries}
                value={progress.checked}
                aria-label={t('export.verify')}
              />
              <span>{t('export.checked', { done: progress.checked, entries: progress.entries })}</span>
            </>
          )}
        </div>
      )}
      {checked !== null && <Verdict of={checked} />}
      {checked !== null && (
        <div className={screen['tableBox']}>
          <table>
            <thead>
              <tr>
                <th>{t('inspect.party')}</th>
                <th>{t('export.entries')}</th>
                <th>{t('export.bodies')}</th>
                <th>{t('export.root')}</th>
                <th>{t('export.signed')}</th>
                <th>{t('inspect.cosigned')}</th>
              </tr>
            </thead>
            <tbody>
              {checked.feeds.map((feed) => (
                <tr key={feed.party}>
                  <td>{feed.party}</td>
                  {feed.missing ? (
                    <td colSpan={5}>
                      <Status level="caution" word={t('evidence.not-here')} />
                    </td>
                  ) : (
                    <>
                      <td>{feed.entries}</td>
                      <td>
                        {feed.bodies}
                        {feed.withheld > 0 && (
                          <div className="dim">{t('evidence.withheld', { count: feed.withheld })}</div>
                        )}
                      </td>
                      <td>
                        <Status
                          level={feed.rootGood && feed.wrong.length === 0 ? 'normal' : 'critical'}
                          word={feed.rootGood && feed.wrong.length === 0 ? t('check.good') : t('check.bad')}
                        />
                      </td>
                      <td>
                        <Status
                          level={feed.signed ? 'normal' : 'critical'}
                          word={feed.signed ? t('check.good') : t('check.bad')}
                        />
                      </td>
                      <td>{feed.cosignedBy.join(', ') || t('fact.nobody')}</td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Refusal error={exporting.error ?? verifying.error} />
      {detail !== undefined && (
        <dl className={css['facts']}>
          <dt>{t('export.fingerprint')}</dt>
          <dd>
            <span className="mono">{detail.fingerprint.hex}</span>
            <br />
            {detail.fingerprint.words}
          </dd>
          {detail.parties.map((party) => (
            <ExportParty
              key={party.party}
              name={`${party.name} (${party.party})`}
              hex={party.fingerprint.hex}
              words={party.fingerprint.words}
            />
          ))}
          <dt>{t('export.offline')}</dt>
          <dd>
            <code>
              parley verify {line}.zip --line-fingerprint {detail.fingerprint.hex.replaceAll(' ', '')}
            </code>
          </dd>
        </dl>
      )}
    </div>
  );
}

const ExportParty = ({ name, hex, words }: { name: string; hex: string; words: string }) => (
  <>
    <dt>{name}</dt>
    <dd>
      <span className="mono">{hex}</span>
      <br />
      {words}
    </dd>
  </>
);

/** Lines that are listed of what is wrong or missing. */
const listed = 12;

/** GOOD, GOOD IN PART or BAD, as `parley verify` says it, and why. // EVIDENCE-16 */
function Verdict({ of }: { of: Evidence }) {
  const t = useT();
  const entries = of.feeds.reduce((sum, feed) => sum + feed.entries, 0);
  const level = of.verdict === 'good' ? 'normal' : of.verdict === 'part' ? 'caution' : 'critical';
  const lack = (one: Lack): string =>
    one.what === 'feed'
      ? t('evidence.lack-feed', { party: one.party })
      : one.what === 'seal'
        ? t('evidence.lack-seal', { party: one.party, by: one.by.join(', ') })
        : t('evidence.lack-seen', { party: one.party, size: one.size, entry: one.entry });
  const fault = (one: Fault): string => [one.where, t(`evidence.${one.what}`)].filter((part) => part !== '').join(': ');
  const why = [...of.faults.map(fault), ...(of.verdict === 'bad' ? [] : of.lacks.map(lack))];
  return (
    <section className="column" role="status" data-verdict={of.verdict}>
      <p className={css['verdict']}>
        <Status level={level} word={t(`evidence.${of.verdict}`)} />{' '}
        {t(`evidence.${of.verdict}-means`, { entries, faults: of.faults.length })}
      </p>
      {why.length > 0 && (
        <ul>
          {why.slice(0, listed).map((one) => (
            <li key={one}>
              <Foreign text={one} />
            </li>
          ))}
          {why.length > listed && <li>{t('evidence.more', { count: why.length - listed })}</li>}
        </ul>
      )}
      {of.beside.length > 0 && (
        <p className="dim">
          {t('evidence.beside', { count: of.beside.length })} <Foreign text={of.beside.slice(0, 5).join(', ')} />
        </p>
      )}
      <p className="dim">{t('evidence.tiles')}</p>
    </section>
  );
}
