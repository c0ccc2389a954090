import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { sendOrPropose, type Act, type Done } from '../api/acts';
import type { Contact, ItemView, LineSummary, Mark, Readout, ReadoutPoint } from '../api/types';
import { Hold } from '../look/Hold';
import { membersOf, objectsOfList, textOf } from '../look/body';
import { marks } from '../look/Chips';
import { useKept, type Keeping } from '../look/kept';
import { MarkField } from '../look/MarkField';
import { Refusal } from '../look/Refusal';
import { dateTimeGroup, readUtc, typedUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { useT } from '../messages';
import { useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import css from './contacts.module.css';
import { ReadoutText } from './ReadoutView';
import screen from '../look/screen.module.css';

type Draft = {
  text: string;
  points: ReadoutPoint[];
  effective: string;
  embargo: string;
  about: string;
  own: boolean;
  mark?: Mark;
};

const tags = ['agreed', 'discussed', 'disagreed'] as const;

const draftOf = (readout: Readout | undefined): Draft => ({
  text: readout?.text ?? '',
  points: (readout?.points ?? []).map((point) => ({ ...point })),
  effective: typedUtc(readout?.effective),
  embargo: typedUtc(readout?.embargo),
  about: '',
  own: false,
});
/** What this browser kept, whatever another version left there. */
const keeping: Keeping<Draft> = {
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
      about: text('about'),
      own: kept['own'] === true,
      mark: marks.find((one) => one === kept['mark']) ?? 'actual',
    };
  },
};
const readoutOf = (draft: Draft): Readout => ({
  text: draft.text.trim() || null,
  points: draft.points.filter((point) => point.text.trim() !== ''),
  effective: readUtc(draft.effective),
  embargo: readUtc(draft.embargo),
});

/** Our draft beside the newest one on the line, the differences marked on both sides. Agreeing names the newest draft's hash and takes two officers. */
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
  const officer = useOfficer();
  const session = useSession();
  const may = useMayWrite();
  const newest = item?.readout ?? undefined;
  const author = (item?.draft ?? item?.entry ?? '').split('/')[0];
  const [draft, setDraft] = useKept<Draft>(
    `readout.${line.line}.${item?.draft ?? 'new'}.${officer.name}`,
    draftOf(newest),
    keeping,
  );
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const point = (at: number, part: Partial<ReadoutPoint>): void =>
    change({ points: draft.points.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  const send = useMutation({
    mutationFn: (act: Act): Promise<Done> => sendOrPropose(line.line, act, officer),
    onSuccess: () => {
      if (item === null) {
        setDraft(draftOf(undefined));
        onDone();
      }
    },
  });
  const ours = readoutOf(draft);
  const about = draft.about || contacts.at(-1)?.entry;
  const same = newest !== undefined && JSON.stringify(ours) === JSON.stringify(readoutOf(draftOf(newest)));
  const draftAct = (): Act =>
    item === null
      ? {
          kind: draft.own ? 'readout.issued' : 'readout.drafted',
          body: ours,
          re: about === undefined ? [] : [about],
          ...(about === undefined ? { mark: draft.mark ?? 'actual' } : {}),
        }
      : { kind: 'readout.drafted', body: ours, re: [item.draft ?? item.entry] };
  const agree = (): void =>
    send.mutate({ kind: 'readout.agreed', body: { hash: item?.hash }, re: [item?.draft ?? item?.entry ?? ''] });
  return (
    <div className="column">
      <div className={item === null ? '' : css['beside']}>
        {item !== null && newest !== undefined && (
          <section className={css['side']} aria-label={t('readout.newest', { party: author ?? '' })}>
            <h2>
              {t('readout.newest', { party: author ?? '' })} <span className="mono dim">{item.draft}</span>
            </h2>
            <ReadoutText readout={newest} against={ours} />
            {item.hash != null && <p className={css['hash']}>{item.hash}</p>}
            {item.agreed != null && item.agreed.length > 0 && (
              <p>{t('readout.agreed-by', { parties: item.agreed.join(', ') })}</p>
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
              {about === undefined && (
                <MarkField value={draft.mark ?? 'actual'} onChange={(mark) => change({ mark })} />
              )}
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
          </div>
          {item !== null && !same && (
            <details open>
              <summary>{t('readout.preview')}</summary>
              <ReadoutText readout={ours} against={newest ?? {}} />
            </details>
          )}
        </section>
      </div>
      <div className="row">
        {item !== null && author !== session.party && may('readout.agreed') && (
          <Hold grave={false} disabled={!same || send.isPending} onHeld={agree}>
            {t('readout.agree')}
          </Hold>
        )}
        <Button
          disabled={same || send.isPending || (ours.text === null && (ours.points ?? []).length === 0)}
          onClick={() => send.mutate(draftAct())}
        >
          {item === null ? (draft.own ? t('readout.issue') : t('readout.propose')) : t('readout.counter')}
        </Button>
        {item !== null && (
          <Button variant="default" onClick={() => setDraft(draftOf(newest))} disabled={same}>
            {t('readout.reset')}
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
        <span className="dim">
          {item !== null && author !== session.party && !same ? t('readout.agree-same') : t('form.kept')}
        </span>
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
