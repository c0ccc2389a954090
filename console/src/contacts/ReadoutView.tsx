import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { sendOrPropose, type Act, type Done } from '../api/acts';
import type { ItemView, LineSummary, Readout } from '../api/types';
import { Chip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { Stamp } from '../look/Stamp';
import { useT, wordOf } from '../messages';
import { useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import css from './contacts.module.css';
import { differ, pairPoints } from './diff';

/** A readout that is not in draft any more: its text, who agreed, how far it was released, and how it differs from another. */
export function ReadoutView({ line, item }: { line: LineSummary; item: ItemView }) {
  const t = useT();
  const name = useName();
  const officer = useOfficer();
  const session = useSession();
  const mayWrite = useMayWrite();
  const release = useMutation({ mutationFn: (act: Act): Promise<Done> => sendOrPropose(line.line, act, officer) });
  const to = item.releasedTo?.[session.party];
  const levels = (['internal', 'allies', 'public'] as const).filter(
    (level) =>
      to === undefined ||
      ['internal', 'allies', 'public'].indexOf(level) > ['internal', 'allies', 'public'].indexOf(to),
  );
  const may = mayWrite('readout.released') && (item.state !== 'issued' || item.opener === session.party);
  const act = (level: string): Act => ({ kind: 'readout.released', body: { level }, re: [item.entry] });
  return (
    <div className="column">
      <div className="row">
        <h2>{item.state === 'issued' ? t('readout.own-of', { party: name(item.opener) }) : t('readout.joint')}</h2>
        <Chip tone="normal">{wordOf(t, 'state', item.state)}</Chip>
        <span className="mono dim">{item.draft ?? item.entry}</span>
      </div>
      <div className={css['side']}>
        <ReadoutText readout={item.readout ?? {}} />
      </div>
      {item.hash != null && <p className={css['hash']}>{item.hash}</p>}
      {item.agreed != null && item.agreed.length > 0 && (
        <p>{t('readout.agreed-by', { parties: item.agreed.map(name).join(', ') })}</p>
      )}
      {item.releasedTo != null &&
        Object.entries(item.releasedTo).map(([party, level]) => (
          <p key={party}>
            {t('readout.released-by', { party: name(party), level: t(`release.${level}` as 'release.public') })}
          </p>
        ))}
      {item.differences != null && item.differences.length > 0 && (
        <section className="column">
          <h3>{t('readout.differences')}</h3>
          {item.differences.map((difference, i) => (
            <div key={i} className={css['beside']}>
              <div className={css['side']}>
                <span className="dim">
                  {difference.what} {difference.point ?? ''}
                </span>
                <Marked a={difference.first ?? ''} b={difference.second ?? ''} />
              </div>
              <div className={css['side']}>
                <span className="dim">
                  {difference.what} {difference.point ?? ''}
                </span>
                <Marked a={difference.second ?? ''} b={difference.first ?? ''} />
              </div>
            </div>
          ))}
        </section>
      )}
      {may && ['agreed', 'released', 'issued'].includes(item.state) && (
        <div className="row">
          <span>{t('readout.release-to')}</span>
          {levels.map((level) =>
            level === 'public' ? (
              <Hold key={level} onHeld={() => release.mutate(act(level))}>
                {t('release.public')}
              </Hold>
            ) : (
              <Button key={level} size="compact-sm" variant="default" onClick={() => release.mutate(act(level))}>
                {t(`release.${level}`)}
              </Button>
            ),
          )}
        </div>
      )}
      {release.data !== undefined && (
        <p role="status">
          {'proposed' in release.data ? t('done.proposed') : t('done.recorded', { entry: release.data.sent.id })}
        </p>
      )}
      <Refusal error={release.error} />
    </div>
  );
}

export function ReadoutText({ readout, against }: { readout: Readout; against?: Readout }) {
  const t = useT();
  const points = readout.points ?? [];
  const pairs =
    against === undefined
      ? points.map((point): [typeof point, null] => [point, null])
      : pairPoints(points, against.points ?? []);
  return (
    <>
      {readout.text && (
        <p>
          <Marked a={readout.text} b={against === undefined ? readout.text : (against.text ?? '')} />
        </p>
      )}
      {pairs.map(([point, other], i) =>
        point === null ? (
          <p key={i} className={css['gone']}>
            {t('readout.gone')}
            {other !== null && (
              <del>
                <Foreign text={other.text} />
              </del>
            )}
          </p>
        ) : (
          <div key={i} className={css['point']} data-tag={point.tag}>
            <span className="row">
              <Chip tone={point.tag === 'agreed' ? 'normal' : point.tag === 'disagreed' ? 'serious' : 'standby'}>
                {wordOf(t, 'tag', point.tag)}
              </Chip>
              {against !== undefined && other !== null && other.tag !== point.tag && (
                <Chip tone="caution">{t('readout.tag-there', { tag: wordOf(t, 'tag', other.tag) })}</Chip>
              )}
            </span>
            <Marked a={point.text} b={against === undefined ? point.text : (other?.text ?? '')} />
          </div>
        ),
      )}
      {readout.effective && (
        <p className="dim">
          {t('readout.effective')} <Stamp at={readout.effective} />
        </p>
      )}
      {readout.embargo && (
        <p className="dim">
          {t('readout.embargo')} <Stamp at={readout.embargo} />
        </p>
      )}
    </>
  );
}

/** A text with the words marked that the other one lacks. */
export function Marked({ a, b }: { a: string; b: string }) {
  if (a === b) return <Foreign text={a} />;
  return (
    <span>
      {differ(a, b).first.map((part, i) =>
        part.same ? (
          <Foreign key={i} text={part.text} />
        ) : (
          <mark key={i} className={css['only']}>
            <Foreign text={part.text} />
          </mark>
        ),
      )}
    </span>
  );
}
