import { useMayWrite } from '../api/kinds';
import { useSession } from '../api/session';
import type { EntryView, Receipts } from '../api/types';
import { answerTo, compose } from '../look/compose';
import { useT } from '../messages';
import { useAcknowledge } from './acknowledge';
import css from './watch.module.css';

/** What is done most, on the entry itself and without opening it. By key there are `a` and `r`: it is no stop of the tabulator. */
export function HoverActs({ entry, own, due }: { entry: EntryView; own: boolean; due: Receipts | undefined }) {
  const t = useT();
  const may = useMayWrite();
  const { party } = useSession();
  const acknowledge = useAcknowledge();
  const owed = due !== undefined && due.waitingFor.includes(party) && may('message.acknowledged');
  if (own) return null;
  return (
    <span className={css['hoverActs']}>
      {owed && (
        <button
          type="button"
          tabIndex={-1}
          data-owed
          disabled={acknowledge.isPending}
          onClick={() => acknowledge.mutate({ line: entry.line, entries: [entry.id] })}
        >
          {t('act.acknowledge')}
        </button>
      )}
      {may('message.sent') && entry.kind !== 'message.attachment' && (
        <button type="button" tabIndex={-1} onClick={() => compose(answerTo(entry))}>
          {t('act.reply')}
        </button>
      )}
    </span>
  );
}
