import { Button, Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sendOrPropose, type Act, type Done } from '../api/acts';
import { entryQuery } from '../api/queries';
import { useUsualMark } from '../api/marks';
import type { Contact, ItemView, LineSummary, Mark, Readout, ReadoutPoint } from '../api/types';
import { Hold } from '../look/Hold';
import { membersOf, objectsOfList, textOf } from '../look/body';
import { marks } from '../look/Chips';
import { useKept, type Keeping } from '../look/kept';
import { MarkField } from '../look/MarkField';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { dateTimeGroup, readUtc, typedUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { useT } from '../messages';
import { useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import css from './contacts.module.css';
import { pairPoints } from '../look/merged';
import { ReadoutText } from './ReadoutView';
import screen from '../look/screen.module.css';

type Draft = {
  text: string;
  points: ReadoutPoint[];
  effective: string;
  embargo: string;
  firstSince: string;
  about: string;
  own: boolean;
  mark?: Mark | null;
  /** The newest draft on the line when this was typed: a later one of theirs is told, and changes nothing here. */
  base?: string;
};

const tags = ['agreed', 'discussed', 'disagreed'] as const;

const draftOf = (readout: Readout | undefined): Draft => ({
  text: readout?.text ?? '',
  points: (readout?.points ?? []).map((point) => ({ ...point })),
  effective: typedUtc(readout?.effective),
  embargo: typedUtc(readout?.embargo),
  firstSince: typedUtc(readout?.firstSince),
  about: '',
  own: false,
});
/** What this browser kept, whatever another version left there. */
const keeping: Keeping<Draft | null> = {
  read: (stored) => {
    const kept = membersOf(stored);
    if (kept === null) return null;
    const text = (name: string): string => textOf(kept[name]) ?? '';
    const points = objectsOfList(kept['points']).map((one) => ({
      text: textOf(one['text']) ?? '',
      tag: tags.find((tag) => tag === one['tag']) ?? 'discussed',
    }));
    return {
      text: text('text'),
      points,
      effective: text('effective'),
      embargo: text('embargo'),
      firstSince: text('firstSince'),
      about: text('about'),
      own: kept['own'] === true,
      mark: marks.find((one) => one === kept['mark']) ?? null,
      base: text('base'),
    };
  },
};
const readoutOf = (draft: Draft): Readout => ({
  text: draft.text.trim() || null,
  points: draft.points.filter((point) => point.text.trim() !== ''),
  effective: readUtc(draft.effective),
  embargo: readUtc(draft.embargo),
  firstSince: readUtc(draft.firstSince),
});

/** Places in which two readouts differ: points, the text, and the times. */
function differences(theirs: Readout, ours: Readout): number {
  const pairs = pairPoints(theirs.points ?? [], ours.points ?? []);
  const points = pairs.filter(([a, b]) => a === null || b === null || a.text !== b.text || a.tag !== b.tag).length;
  const others = (['text', 'effective', 'embargo', 'firstSince'] as const).filter(
    (part) => (theirs[part] ?? null) !== (ours[part] ?? null),
  );
  return points + others.length;
}

/**
 * Our draft beside theirs. Ours is what this party proposed last, or what is being typed: what they send never takes its
 * place. What differs is marked in theirs, and agreeing, which names the hash of the newest draft and takes two officers,
 * is offered once every difference was read.
 */
export function ReadoutEditor({
  line,
  item,
  contacts,
  onDone,
}: {
  line: LineSummary;
  item: ItemView | null;
  contacts: Contact[];
  onDone: () => void;
}) {
  const t = useT();
  const usual = useUsualMark(line.line);
  const name = useName();
  const officer = useOfficer();
  const session = useSession();
  const may = useMayWrite();
  const newest = item?.readout ?? undefined;
  const author = (item?.draft ?? item?.entry ?? '').split('/')[0] ?? '';
  const newestId = item?.draft ?? item?.entry ?? '';
  const isOurs = author === session.party;
  const ownProposal = isOurs
    ? undefined
    : item?.entries.findLast((one) => one.kind === 'readout.drafted' && one.entry.startsWith(`${session.party}/`))
        ?.entry;
  const proposed = useQuery({
    ...entryQuery(line.line, ownProposal ?? ''),
    enabled: ownProposal !== undefined,
    staleTime: Infinity,
  }).data;
  const said = isOurs ? newest : (membersOf(proposed?.body) as Readout | null | undefined);
  const [typed, setTyped] = useKept<Draft | null>(
    `readout.${line.line}.${item?.entry ?? 'new'}.${officer.name}`,
    null,
    keeping,
  );
  const draft = typed ?? draftOf(said ?? undefined);
  const change = (part: Partial<Draft>): void => setTyped({ ...draft, base: draft.base || newestId, ...part });
  const [seen, setSeen] = useState<string | null>(null);
  const point = (at: number, part: Partial<ReadoutPoint>): void =>
    change({ points: draft.points.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  const send = useMutation({
    mutationFn: (act: Act): Promise<Done> => sendOrPropose(line.line, act, officer),
    onSuccess: (_, act) => {
      if (act.kind === 'readout.drafted' || act.kind === 'readout.issued') setTyped(null);
      if (item === null) onDone();
    },
  });
  const ours = readoutOf(draft);
  const about = draft.about || contacts.at(-1)?.entry;
  const same = newest !== undefined && JSON.stringify(ours) === JSON.stringify(readoutOf(draftOf(newest)));
  const hasOurs = typed !== null || said != null;
  const different = newest === undefined || isOurs || !hasOurs ? 0 : differences(newest, ours);
  const read = seen === (item?.draft ?? item?.entry);
  const came =
    item !== null &&
    !isOurs &&
    typed !== null &&
    typed.base !== undefined &&
    typed.base !== '' &&
    typed.base !== newestId;
  const takeOver = (): void => setTyped({ ...draftOf(newest), base: newestId });
  const draftAct = (): Act =>
    item === null
      ? {
          kind: draft.own ? 'readout.issued' : 'readout.drafted',
          body: ours,
          re: about === undefined ? [] : [about],
          ...(about === undefined ? { mark: draft.mark ?? usual } : {}),
        }
      : { kind: 'readout.drafted', body: ours, re: [item.draft ?? item.entry] };
  const agree = (): void =>
    send.mutate({ kind: 'readout.agreed', body: { hash: item?.hash }, re: [item?.draft ?? item?.entry ?? ''] });
  return (
    <div className="column">
      {came && (
        <p role="alert" className={css['came']}>
          {t('readout.came', { party: name(author) })}{' '}
          <button
            type="button"
            onClick={() => document.getElementById('their-draft')?.scrollIntoView({ block: 'start' })}
          >
            {t('readout.compare')}
          </button>{' '}
          <button type="button" onClick={takeOver}>
            {t('readout.take-over')}
          </button>
        </p>
      )}
      <div className={item === null ? '' : css['beside']}>
        {item !== null && newest !== undefined && (
          <section id="their-draft" className={css['side']} aria-label={t('readout.newest', { party: name(author) })}>
            <h2>
              {t('readout.newest', { party: name(author) })} <span className="mono dim">{item.draft}</span>
            </h2>
            {different > 0 && (
              <p className={css['differs']}>
                {t('readout.differs', { count: different })}:{' '}
                <mark className={css['only']}>{t('readout.only-theirs')}</mark> · <del>{t('readout.only-ours')}</del>
              </p>
            )}
            {hasOurs && !isOurs ? <ReadoutText readout={newest} against={ours} /> : <ReadoutText readout={newest} />}
            {item.hash != null && <p className={css['hash']}>{item.hash}</p>}
            {item.agreed != null && item.agreed.length > 0 && (
              <p>{t('readout.agreed-by', { parties: item.agreed.map(name).join(', ') })}</p>
            )}
          </section>
        )}
        <section className={css['side']} aria-label={t('readout.ours')}>
          <h2>{t('readout.ours')}</h2>
          {item === null && (
            <div className={screen['grid']}>
              <NativeSelect
                label={t('readout.kind')}
                value={draft.own ? 'own' : 'joint'}
                onChange={(e) => change({ own: e.currentTarget.value === 'own' })}
                data={[
                  { value: 'joint', label: t('readout.joint') },
                  { value: 'own', label: t('readout.own') },
                ]}
              />
              <NativeSelect
                label={t('readout.about')}
                value={about ?? ''}
                onChange={(e) => change({ about: e.currentTarget.value })}
                data={[
                  { value: '', label: '—' },
                  ...[...contacts].reverse().map((contact) => ({
                    value: contact.entry,
                    label: `${contact.entry} ${dateTimeGroup(contact.at)}`,
                  })),
                ]}
              />
              {about === undefined && <MarkField value={draft.mark ?? usual} onChange={(mark) => change({ mark })} />}
            </div>
          )}
          <Textarea
            label={t('readout.text')}
            value={draft.text}
            onChange={(e) => change({ text: e.currentTarget.value })}
            autosize
            minRows={2}
          />
          <span className="dim">{t('readout.points')}</span>
          {draft.points.map((one, i) => (
            <div key={i} className={css['edit']}>
              <Textarea
                aria-label={t('readout.point', { number: i + 1 })}
                value={one.text}
                onChange={(e) => point(i, { text: e.currentTarget.value })}
                autosize
                minRows={1}
              />
              <NativeSelect
                aria-label={t('readout.stand', { number: i + 1 })}
                value={one.tag}
                onChange={(e) => point(i, { tag: e.currentTarget.value as 'agreed' })}
                data={(['agreed', 'discussed', 'disagreed'] as const).map((tag) => ({
                  value: tag,
                  label: t(`tag.${tag}`),
                }))}
              />
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('readout.drop', { number: i + 1 })}
                onClick={() => change({ points: draft.points.filter((_, j) => j !== i) })}
              >
                ×
              </Button>
            </div>
          ))}
          <div className="row">
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => change({ points: [...draft.points, { text: '', tag: 'agreed' }] })}
            >
              {t('readout.add')}
            </Button>
          </div>
          <div className={screen['grid']}>
            <UtcField
              label={t('readout.effective')}
              value={draft.effective}
              onChange={(effective) => change({ effective })}
            />
            <UtcField label={t('readout.embargo')} value={draft.embargo} onChange={(embargo) => change({ embargo })} />
            <UtcField
              label={t('readout.first-since')}
              value={draft.firstSince}
              onChange={(firstSince) => change({ firstSince })}
            />
          </div>
        </section>
      </div>
      <div className="row">
        {item !== null && !isOurs && may('readout.agreed') && (
          <>
            <Checkbox
              label={t('readout.seen')}
              checked={read}
              onChange={(e) => setSeen(e.currentTarget.checked ? (item.draft ?? item.entry) : null)}
            />
            <Hold grave={false} disabled={!read || send.isPending} onHeld={agree}>
              {t('readout.agree')}
            </Hold>
          </>
        )}
        <Button
          disabled={same || send.isPending || (ours.text === null && (ours.points ?? []).length === 0)}
          onClick={() => send.mutate(draftAct())}
        >
          {item === null ? (draft.own ? t('readout.issue') : t('readout.propose')) : t('readout.counter')}
        </Button>
        {item !== null && (
          <Button variant="default" onClick={takeOver} disabled={same}>
            {t(isOurs ? 'readout.reset' : 'readout.take-over')}
          </Button>
        )}
        {item !== null && (
          <Button
            variant="default"
            onClick={() => send.mutate({ kind: 'readout.withdrawn', body: {}, re: [item.entry] })}
          >
            {t('readout.withdraw')}
          </Button>
        )}
        <span className="dim">{item !== null && !isOurs && !read ? t('readout.agree-seen') : t('form.kept')}</span>
      </div>
      {send.data !== undefined && (
        <p role="status">
          {'proposed' in send.data ? t('done.proposed') : t('done.recorded', { entry: send.data.sent.id })}
        </p>
      )}
      <Refusal error={send.error} />
    </div>
  );
}
