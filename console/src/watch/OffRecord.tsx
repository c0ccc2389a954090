import { useKnown } from '../api/known';
import { offRecordQuery } from '../api/queries';
import { Chip, MarkChip, PrecedenceChip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { Stamp } from '../look/Stamp';
import { Unknown } from '../look/Unknown';
import { useT } from '../messages';
import { useSession } from '../api/session';
import css from './watch.module.css';

/** What was said off the record and is still in memory: apart from the record, and gone when the station stops. */
export function OffRecord({ line }: { line: string }) {
  const t = useT();
  const session = useSession();
  const name = useName();
  const known = useKnown(offRecordQuery(line));
  const messages = known.data ?? [];
  if (messages.length === 0) return <Unknown of={[known]} what={t('unknown.off-record')} />;
  return (
    <section className={css['offRecord']} aria-label={t('off-record.title')}>
      <h2>
        {t('off-record.title')} <span className="dim">{t('off-record.what')}</span>
      </h2>
      <Unknown of={[known]} />
      {messages.map((message, i) => (
        <article
          key={`${message.at}-${i}`}
          className={css['message']}
          data-own={message.from === session.party}
          data-off="true"
        >
          <div className={css['messageHead']}>
            <strong className={css['author']}>{name(message.from)}</strong>
            <Chip tone="standby">{t('composer.off')}</Chip>
            {message.precedence !== 'routine' && <PrecedenceChip precedence={message.precedence} />}
            {'mark' in message && typeof message.mark === 'string' && message.mark !== 'actual' && (
              <MarkChip mark={message.mark as 'test'} />
            )}
            <span className={css['headEnd']}>
              {message.by.name} <Stamp at={message.at} />
            </span>
          </div>
          <p className={css['text']}>
            <Foreign text={message.text} />
          </p>
          {message.delivered !== null && (
            <p className={css['coded']}>
              {Object.entries(message.delivered).map(([party, taken]) => (
                <span key={party}>
                  {name(party)}: {taken ? t('off-record.taken') : t('off-record.not-taken')}
                </span>
              ))}
            </p>
          )}
        </article>
      ))}
    </section>
  );
}
