import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { sendOrPropose, type Act, type Done } from '../api/acts';
import type { ItemView, LineSummary, Readout, Difference } from '../api/types';
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
import { merged, pairPoints } from '../look/merged';

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
      <div className={css['document']}>
        <ReadoutText readout={item.readout ?? {}} />
      </div>
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
        <Differences
          differences={item.differences}
          theirs={line.parties.length === 2 ? name(line.parties.find((one) => one !== item.opener) ?? '') : null}
          ours={name(item.opener)}
        />
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
      {item.hash != null && <p className={css['hash']}>{item.hash}</p>}
    </div>
  );
}

/** How two readouts of one call differ: each difference once, with whose words are whose. `theirs` is null on a line of more than two. */
export function Differences({
  differences,
  theirs,
  ours,
}: {
  differences: readonly Difference[];
  theirs: string | null;
  ours: string;
}) {
  const t = useT();
  const other = theirs ?? t('readout.another');
  const tag = (word: string | null): string => wordOf(t, 'tag', word ?? '');
  return (
    <section className={`column ${css['differences']}`} aria-label={t('readout.differences')}>
      <h3>{t('readout.differences')}</h3>
      <p className="dim">
        <del>{t('readout.only-of', { party: other })}</del> ·{' '}
        <mark className={css['only']}>{t('readout.only-of', { party: ours })}</mark>
      </p>
      {differences.map(({ what, point, first, second }, i) => (
        <div key={i} className={css['side']}>
          {what === 'text' ? (
            <Merged first={first ?? ''} second={second ?? ''} />
          ) : first === null || second === null ? (
            <p>
              <span className="dim">{t('readout.only-of', { party: second === null ? other : ours })}:</span>{' '}
              <Foreign text={point ?? ''} /> <Chip>{tag(first ?? second)}</Chip>
            </p>
          ) : (
            <p>
              <Foreign text={point ?? ''} />
              <br />
              <span className="dim">
                {other}: {tag(first)} · {ours}: {tag(second)}
              </span>
            </p>
          )}
        </div>
      ))}
    </section>
  );
}

/** Two texts as one: what only the first says is struck out, what only the second says is marked. */
function Merged({ first, second }: { first: string; second: string }) {
  if (first === '' && second === '') return null;
  return (
    <p className={css['merged']}>
      {merged(first, second).map(({ text, of }, i) =>
        of === 'both' ? (
          <Foreign key={i} text={text} />
        ) : of === 'first' ? (
          <del key={i}>
            <Foreign text={text} />
          </del>
        ) : (
          <mark key={i} className={css['only']}>
            <Foreign text={text} />
          </mark>
        ),
      )}
    </p>
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
      {against === undefined ? (
        readout.text && (
          <p>
            <Foreign text={readout.text} />
          </p>
        )
      ) : (
        <Merged first={against.text ?? ''} second={readout.text ?? ''} />
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
            {against === undefined ? (
              <Foreign text={point.text} />
            ) : (
              <Merged first={other?.text ?? ''} second={point.text} />
            )}
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
      {readout.firstSince && (
        <p className="dim">
          {t('readout.first-since')} <Stamp at={readout.firstSince} />
        </p>
      )}
    </>
  );
}
