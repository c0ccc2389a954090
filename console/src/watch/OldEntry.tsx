import { useEffect, useRef } from 'react';
import { useKnown } from '../api/known';
import { entryQuery, receiptsQuery, trafficQuery } from '../api/queries';
import type { Fact } from '../api/types';
import { Unknown } from '../look/Unknown';
import { useT } from '../messages';
import { useSession } from '../api/session';
import type { Facts } from '../api/facts';
import { Message } from './Message';
import css from './watch.module.css';

/** An entry that is older than what is at hand: read by itself, so that whoever is led to it (by an alarm) can read and answer it at once. */
export function OldEntry({ line, entry }: { line: string; entry: string }) {
  const t = useT();
  const session = useSession();
  const found = useKnown(entryQuery(line, entry));
  const receipts = useKnown(receiptsQuery(line, entry));
  const due = useKnown(trafficQuery(line)).data?.waiting.find((one) => one.entry === entry);
  const box = useRef<HTMLElement>(null);
  const there = found.data !== undefined;
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'start' });
  }, [there]);
  const by = (facts: Fact[] | undefined): string[] => [...new Set((facts ?? []).map((fact) => fact.party))];
  const { read, translated, passedOn, answered, replaced } = receipts.data ?? {};
  const facts: Facts = {
    read: by(read),
    translated: by(translated),
    passedOn: by(passedOn),
    answered: by(answered),
    replacedBy: replaced?.entry ?? null,
  };
  return (
    <section ref={box} className={css['old']} aria-label={t('watch.old', { entry })}>
      <p className="dim">{t('watch.old', { entry })}</p>
      <Unknown of={[found, receipts]} what={entry} />
      {found.data === undefined && found.unknown && <p role="status">{t('watch.no-entry', { entry })}</p>}
      {found.data === undefined && !found.unknown && <p role="status">{t('shell.loading')}</p>}
      {found.data !== undefined && (
        <Message
          entry={found.data}
          facts={facts}
          due={due}
          own={entry.startsWith(`${session.party}/`)}
          chosen
          day={found.data.at}
          undelivered={false}
        />
      )}
    </section>
  );
}
