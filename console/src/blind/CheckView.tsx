import { Button, Progress, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { request } from '../api/client';
import type { LineSummary } from '../api/types';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import type { Area, Spot } from '../world/chart';
import { fetched } from '../look/Fetched';
import { Status } from '../look/Status';
import { measured, useT, wordOf } from '../messages';
import { useOfficer, useSession } from '../api/session';
import { cellsQuery, checkQuery, frameOf, type Check, type Prepared, type Result } from './checks';
import { ComparedList, picksOf, PlanChoice, ProfileCard, useOwnPlans } from './Plans';
import { PreparedView } from './ProposeForm';

const WorldMap = fetched(async () => (await import('../world/WorldMap')).WorldMap);

/** A check as it stands: what is asked, how far it is, what was found, how it ended. */
export function CheckView({ line, entry, may }: { line: LineSummary; entry: string; may: boolean }) {
  const t = useT();
  const name = useName();
  const session = useSession();
  const officer = useOfficer();
  const queries = useQueryClient();
  const { data: check, error } = useQuery(checkQuery(line.line, entry));
  const stop = useMutation({
    mutationFn: () => request('POST', `/api/v1/lines/${line.line}/blind/${entry}/cancel`, { by: officer }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['blind', line.line] }),
  });
  if (check === undefined) return <Refusal error={error} />;
  return (
    <section className={screen['cards']} aria-label={t('blind.check', { entry })}>
      <div className="row">
        <h2>{entry}</h2>
        <strong>{wordOf(t, 'state', check.state)}</strong>
        <Stamp at={check.since} />
      </div>
      <p>
        {t('blind.between', { opener: name(check.opener), with: check.with === null ? '…' : name(check.with) })}
        {check.due !== null && (
          <>
            {' '}
            · {t('blind.due')} <Stamp at={check.due} />
          </>
        )}
      </p>
      {check.note !== null && (
        <p>
          <Foreign text={check.note} />
        </p>
      )}
      {check.progress !== null && (
        <div className={screen['card']}>
          <span role="status">
            {wordOf(t, 'blind.phase', check.progress.phase)}:{' '}
            {t('blind.chunks', { done: check.progress.done, total: check.progress.total })}
          </span>
          <Progress
            value={check.progress.total === 0 ? 0 : (100 * check.progress.done) / check.progress.total}
            aria-label={t('blind.progress')}
          />
          {may && (
            <Hold disabled={stop.isPending} onHeld={() => stop.mutate()}>
              {t('blind.stop')}
            </Hold>
          )}
          <span className="dim">{t('blind.stop-stays')}</span>
        </div>
      )}
      <Refusal error={stop.error} />
      {check.ends.map((end) => (
        <p key={end.party} role="note">
          <strong>
            {t(end.byPeer ? 'blind.ended-by-peer' : 'blind.ended', {
              party: name(end.party),
              reason: wordOf(t, 'blind.reason', end.reason),
            })}
          </strong>
          {end.note !== null && (
            <>
              {' '}
              <Foreign text={end.note} />
            </>
          )}
        </p>
      ))}
      {check.problem !== null && (
        <p role="alert">
          {t('blind.unfit')} <Foreign text={check.problem} />
        </p>
      )}
      {/* While our own result says what was found, what each side recorded of it is evidence, and said once. */}
      {check.result === null ? (
        <Findings check={check} />
      ) : (
        check.findings.length > 0 && (
          <details>
            <summary>{t('blind.recorded', { count: check.findings.length })}</summary>
            <Findings check={check} />
          </details>
        )
      )}
      {check.state === 'differs' && (
        <p role="alert">
          <strong>{t('blind.differs')}</strong>
        </p>
      )}
      {check.result !== null && check.profile !== null && <Found check={check} result={check.result} />}
      {check.profile !== null && <ProfileCard profile={check.profile} />}
      {check.state === 'proposed' && may && check.with === session.party && check.problem === null && (
        <Answer line={line} check={check} />
      )}
      {check.state === 'proposed' && may && check.opener === session.party && (
        <Leave line={line} check={check} act="withdraw" />
      )}
    </section>
  );
}

/** What each side put on the record: how many cells, and the digest of which. */
function Findings({ check }: { check: Check }) {
  const t = useT();
  const name = useName();
  return check.findings.map((finding) => (
    <p key={finding.party}>
      {t('blind.found-by', { party: name(finding.party), count: finding.shared })}{' '}
      <span className="mono dim">{finding.digest.slice(0, 16)}…</span>
    </p>
  ));
}

function Answer({ line, check }: { line: LineSummary; check: Check }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const plans = useOwnPlans(line.line);
  const [left, setLeft] = useState<string[]>([]);
  const accept = useMutation({
    mutationFn: () =>
      request<Prepared>('POST', `/api/v1/lines/${line.line}/blind/${check.entry}/accept`, {
        by: officer,
        activities: picksOf(plans, left),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['proposals'] }),
  });
  if (accept.data !== undefined) return <PreparedView prepared={accept.data} onDone={() => accept.reset()} />;
  return (
    <>
      <PlanChoice plans={plans} left={left} onChange={setLeft} />
      <Refusal error={accept.error} />
      <div className="row">
        <Button loading={accept.isPending} disabled={plans.length === left.length} onClick={() => accept.mutate()}>
          {t('blind.accept')}
        </Button>
      </div>
      <Leave line={line} check={check} act="decline" />
    </>
  );
}

function Leave({ line, check, act }: { line: LineSummary; check: Check; act: 'decline' | 'withdraw' }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      request('POST', `/api/v1/lines/${line.line}/blind/${check.entry}/${act}`, {
        by: officer,
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['blind', line.line] }),
  });
  return (
    <>
      <div className={screen['bar']}>
        <TextInput
          size="xs"
          label={t('blind.reason')}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Button size="xs" variant="default" loading={send.isPending} onClick={() => send.mutate()}>
          {t(`blind.${act}`)}
        </Button>
      </div>
      <Refusal error={send.error} />
    </>
  );
}

const noSpots: readonly Spot[] = [];

/** The cells that both brought, on the map and in a table, and what was compared. */
function Found({ check, result }: { check: Check; result: Result }) {
  const t = useT();
  const cells = useQuery(cellsQuery(check.line, check.entry)).data;
  const profile = check.profile;
  const areas = useMemo(
    (): Area[] => [
      {
        id: check.entry,
        tone: 'serious',
        role: 'activity',
        shapes: (cells ?? []).map((cell, i) => ({
          id: String(i),
          rings: cell.geometry.coordinates as [number, number][][],
        })),
      },
    ],
    [cells, check.entry],
  );
  const frame = useMemo(() => (profile === null ? null : frameOf(profile)), [profile]);
  if (profile === null) return null;
  const metres = (value: number | null): string => (value === null ? '…' : String(Math.round(value)));
  return (
    <>
      {result.shared === 0 ? (
        <h3>{t('blind.found-none')}</h3>
      ) : (
        <div role="alert" className={screen['conflict']}>
          <Status level="critical" word={t('blind.conflict', { count: result.shared })} />
          <h3>{t('blind.found', { count: result.shared })}</h3>
        </div>
      )}
      <p>{t('blind.caution')}</p>
      {result.suspicious && (
        <p role="alert">
          <strong>{t('blind.suspicious')}</strong>
        </p>
      )}
      <ComparedList compared={result.compared} found />
      <WorldMap
        objects={noSpots}
        focus={null}
        fits={cells !== undefined}
        chosen={null}
        height={380}
        overlay={frame}
        areas={areas}
      />
      {result.cells.length > 0 && (
        <div className={screen['tableBox']}>
          <table>
            <caption>{t('blind.cells-shown', { shown: result.cells.length, all: result.shared })}</caption>
            <thead>
              <tr>
                <th>{t('map.where')}</th>
                <th>{t('blind.band')}</th>
                <th>{t('map.time')}</th>
              </tr>
            </thead>
            <tbody>
              {result.cells.map((cell, i) => (
                <tr key={i}>
                  <td className="mono">
                    {cell.south.toFixed(4)} … {cell.north.toFixed(4)} N, {cell.west.toFixed(4)} … {cell.east.toFixed(4)}{' '}
                    E
                  </td>
                  <td>{measured(`${metres(cell.lowerMetres)} – ${metres(cell.upperMetres)}`, 'm')}</td>
                  <td>
                    <Stamp at={cell.from} /> – <Stamp at={cell.until} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
