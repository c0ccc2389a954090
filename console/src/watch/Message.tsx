import { memo } from 'react';
import type { EntryView, Receipts } from '../api/types';
import { Chip, MarkChip, PrecedenceChip } from '../look/Chips';
import { BodyView } from '../look/BodyView';
import { Attachments } from '../look/Attachments';
import { Download } from '../look/Download';
import { attachmentsOf, bodyPath, fileName, sizeText } from '../look/attachments';
import { Foreign } from '../look/Foreign';
import { useName, useWho } from '../look/names';
import { go } from '../look/route';
import { Age, Stamp } from '../look/Stamp';
import { instantOf, membersOf, textOf } from '../look/body';
import { ageText, clock } from '../look/time';
import { plainOf } from '../look/visible';
import { kindWord } from '../look/labels';
import { useT } from '../messages';
import { authorOf, isReceipt, type Facts } from '../api/facts';
import { FactRow } from './FactRow';
import { HoverActs } from './HoverActs';
import { MessageDetail } from './MessageDetail';
import { summaryOf } from '../look/summary';
import css from './watch.module.css';

type Props = {
  entry: EntryView;
  facts: Facts;
  due: Receipts | undefined;
  own: boolean;
  chosen: boolean;
  /** True for a moment, where the officer was led to it. */
  flashed?: boolean;
  day: string | null;
  undelivered: boolean;
  /** True of the one message of the list at which the Tab key stops: the others are gone through by arrow or j and k. */
  stop?: boolean;
};

/** Who wrote it, from which seat, as far as it says so. */
function writerOf(entry: EntryView): string | undefined {
  const by = membersOf(entry.by);
  const [name, seat] = [textOf(by?.['name']), textOf(by?.['seat'])];
  return name === null ? undefined : plainOf(seat === null ? name : `${name} (${seat})`);
}

export const Message = memo(function Message({
  entry,
  facts,
  due,
  own,
  chosen,
  flashed = false,
  day,
  undelivered,
  stop = true,
}: Props) {
  const t = useT();
  const name = useName();
  const who = useWho();
  const summary = summaryOf(entry.kind, entry.body);
  const quiet =
    isReceipt(entry.kind) ||
    entry.kind === 'line.opened' ||
    (entry.kind.startsWith('test.') && (entry.body as { style?: string } | null)?.style === 'automatic');
  const urgent =
    !own && entry.mark !== 'exercise' && due !== undefined && (due.overdue || entry.precedence === 'flash');
  return (
    <>
      {day !== null && (
        <div className={css['day']}>
          <span>{day.slice(0, 10)}</span>
        </div>
      )}
      <article
        className={css['message']}
        data-entry={entry.id}
        data-own={own}
        data-mark={entry.mark}
        data-chosen={chosen}
        data-flashed={flashed}
        data-quiet={quiet}
        data-urgent={urgent}
        data-replaced={facts.replacedBy !== null}
      >
        <button
          type="button"
          className={css['messageHead']}
          tabIndex={stop ? 0 : -1}
          aria-expanded={chosen}
          onClick={() => go({ screen: 'watch', line: entry.line, entry: chosen ? null : entry.id }, true)}
        >
          <span className={css['at']} aria-hidden="true">
            {instantOf(entry.at) === null ? '' : clock(instantOf(entry.at) ?? 0).slice(0, 5)}
          </span>
          <strong className={css['author']} title={writerOf(entry)}>
            {name(authorOf(entry.id))}
          </strong>
          <span className={css['kind']}>{kindWord(t, entry.kind)}</span>
          {entry.precedence !== 'routine' && <PrecedenceChip precedence={entry.precedence} now={urgent} />}
          {entry.mark !== 'actual' && <MarkChip mark={entry.mark} />}
          {entry.clockAhead != null && (
            <Chip tone="caution">{t('entry.clock-ahead', { age: ageText(entry.clockAhead * 1000) })}</Chip>
          )}
          {entry.re.length > 0 && (
            <bdi dir="ltr" className={css['re']}>
              → {entry.re.join(', ')}
            </bdi>
          )}
          {facts.replacedBy !== null && (
            <Chip tone="caution">{t('message.replaced', { entry: facts.replacedBy })}</Chip>
          )}
          <span className={css['headEnd']}>
            <bdi dir="ltr" className="mono dim">
              {entry.id}
            </bdi>{' '}
            <Age at={entry.at} />
          </span>
        </button>
        {!chosen && !quiet && <HoverActs entry={entry} own={own} due={due} />}
        {entry.bodyState === 'withheld' || entry.bodyState === 'missing' ? (
          <p className={css['text']}>
            <Chip tone="caution">{t(`body.${entry.bodyState}`)}</Chip>
          </p>
        ) : null}
        {summary.text !== null && (
          // By hand one presses what one reads; keys have the head, which is a button.
          <p
            className={css['text']}
            onClick={() => {
              if (!chosen && getSelection()?.isCollapsed !== false)
                go({ screen: 'watch', line: entry.line, entry: entry.id }, true);
            }}
          >
            <Foreign text={summary.text} lang={entry.lang} />
          </p>
        )}
        {summary.facts.length > 0 && (
          <p className={css['coded']}>
            {summary.facts.map((fact, i) => (
              <span key={i}>
                <Foreign text={fact} />
              </span>
            ))}
          </p>
        )}
        {/* That a line was opened is read; by which bytes is for who opens it. */}
        {(chosen || entry.kind !== 'line.opened') && (
          <BodyView kind={entry.kind} body={entry.body} lang={entry.lang} rest />
        )}
        <Attachments line={entry.line} notes={attachmentsOf(entry.body)} />
        {entry.kind === 'message.attachment' && (
          <p className={css['text']}>
            <Download path={bodyPath(entry.line, entry.id)} otherwise={fileName(entry.id)}>
              {t('attach.save', { size: sizeText(entry.size) })}
            </Download>
          </p>
        )}
        {!quiet && <FactRow entry={entry} facts={facts} own={own} undelivered={undelivered} />}
        {due !== undefined && due.due !== null && (
          <p
            className={css['due']}
            data-level={due.overdue ? (own || entry.mark === 'exercise' ? 'serious' : 'critical') : 'off'}
          >
            {own ? t('message.wait-theirs', { parties: due.waitingFor.map(who).join(', ') }) : t('message.wait-ours')}{' '}
            {due.overdue ? (
              <>
                {t('message.overdue-by')} <Age at={due.due} />
              </>
            ) : (
              <>
                {t('message.due')} <Stamp at={due.due} />
              </>
            )}
          </p>
        )}
        {chosen && <MessageDetail entry={entry} own={own} />}
      </article>
    </>
  );
});
