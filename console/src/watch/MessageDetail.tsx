import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { sendAct, type Act } from '../api/acts';
import { useKnown } from '../api/known';
import { alarmsQuery, receiptsQuery } from '../api/queries';
import type { EntryView, Fact } from '../api/types';
import { useShortcut } from '../look/shortcuts';
import { isOwed } from '../look/alarms';
import { membersOf, textOf } from '../look/body';
import { answerTo, compose } from '../look/compose';
import { EvidenceActs } from '../look/Evidence';
import { Foreign } from '../look/Foreign';
import { Refusal } from '../look/Refusal';
import { useWho } from '../look/names';
import { stationNow } from '../look/now';
import { go, screenOf } from '../look/route';
import { summaryOf } from '../look/summary';
import { Off, Stamp } from '../look/Stamp';
import { Unknown } from '../look/Unknown';
import { useLanguage, useT, wordOf } from '../messages';
import { useKinds, useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import { useKept } from '../look/kept';
import { useAcknowledge } from './acknowledge';
import { Presence } from './Presence';
import css from './watch.module.css';

/** The five facts with who and when, and what an officer can do about the entry. */
export function MessageDetail({ entry, own }: { entry: EntryView; own: boolean }) {
  const t = useT();
  const known = useKnown(receiptsQuery(entry.line, entry.id));
  const receipts = known.data;
  const session = useSession();
  const who = useWho();
  return (
    <div className={css['detail']}>
      <Unknown of={[known]} what={t('unknown.receipts')} />
      {receipts !== undefined && (
        <dl className={css['receipts']}>
          <dt>{t('fact.delivered')}</dt>
          <dd>
            {Object.entries(receipts.delivered).map(([party, at]) => (
              <div key={party}>
                {who(party)} <Stamp at={at} /> <Off seconds={receipts.deliveredOff?.[party]} />
              </div>
            ))}
            {Object.keys(receipts.delivered).length === 0 && <span className="dim">{t('fact.nobody')}</span>}
          </dd>
          <FactLines label={t('fact.read')} facts={receipts.read} />
          <FactLines label={t('fact.translated')} facts={receipts.translated} />
          <FactLines label={t('fact.passed-on')} facts={receipts.passedOn} />
          <FactLines label={t('fact.answered')} facts={receipts.answered} />
        </dl>
      )}
      <p className="dim">
        <Foreign
          text={`${t('fact.not-agreed')} · ${t('message.by', { seat: entry.by.seat, name: entry.by.name })}${entry.by.releasedBy === undefined ? '' : ` · ${t('message.released-by', { name: entry.by.releasedBy.name })}`}`}
        />
      </p>
      {!own && <Presence line={entry.line} entry={entry.id} />}
      <EvidenceActs entry={entry} />
      <Acts entry={entry} own={own} readByUs={receipts?.read.some((fact) => fact.party === session.party) === true} />
    </div>
  );
}

function FactLines({ label, facts }: { label: string; facts: Fact[] }) {
  const t = useT();
  const who = useWho();
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {facts.map((fact) => (
          <div key={fact.entry}>
            {who(fact.party)} · {wordOf(t, 'seat', fact.by.seat)} <Foreign text={fact.by.name} /> <Stamp at={fact.at} />
            {fact.note !== null && (
              <>
                {' '}
                — <Foreign text={fact.note} />
              </>
            )}
          </div>
        ))}
        {facts.length === 0 && <span className="dim">{t('fact.nobody')}</span>}
      </dd>
    </>
  );
}

/** The language of this computer, as a first guess at the officer's own: the page has fewer. */
const navigatorLanguage = (): string =>
  (typeof navigator === 'undefined' ? '' : navigator.language).split('-')[0] ?? '';

type Doing = 'acknowledge' | 'translate' | 'pass-on' | 'supersede' | 'cancel' | 'echo';

function Acts({ entry, own, readByUs }: { entry: EntryView; own: boolean; readByUs: boolean }) {
  const t = useT();
  const language = useLanguage();
  const officer = useOfficer();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [text, setText] = useState('');
  const [second, setSecond] = useState('');
  const kinds = useKinds();
  const family = kinds.get(entry.kind)?.family ?? '';
  const [ownLanguage, setOwnLanguage] = useKept('own-language', navigatorLanguage());
  const began = useRef<number | null>(null); // the time of an act is that of its first try: the same act again is the same
  const send = useMutation({
    mutationFn: (act: Act) => sendAct(entry.line, { re: [entry.id], ...act }, officer),
    onSuccess: () => {
      setDoing(null);
      setText('');
      setSecond('');
    },
  });
  const may = useMayWrite();
  const offered: Doing[] = [
    // What was acknowledged by this party needs no second word, and what asks for none is offered none.
    ...(!own && !readByUs && may('message.acknowledged') && kinds.get(entry.kind)?.wantsAcknowledgement !== false
      ? ['acknowledge' as const]
      : []),
    ...(may('message.translated') ? ['translate' as const] : []),
    ...(!own && may('message.passed_on') ? ['pass-on' as const] : []),
    ...(own && may('message.sent') && ['message.sent', 'message.superseded'].includes(entry.kind)
      ? ['supersede' as const, 'cancel' as const]
      : []),
    ...(!own && entry.kind === 'test.sent' && may('test.answered') ? ['echo' as const] : []),
  ];
  const acts: Record<Doing, () => Act> = {
    acknowledge: () => ({ kind: 'message.acknowledged', body: text.trim() === '' ? {} : { note: text } }),
    translate: () => ({
      kind: 'message.translated',
      body: { text, translator: officer.name, status: 'draft', machine: false },
      lang: second.trim() || null,
    }),
    'pass-on': () => ({
      kind: 'message.passed_on',
      body: { echelon: text, at: new Date(began.current ?? stationNow()).toISOString() },
    }),
    // One word corrected changes nothing else: fields, files and whom it is for stay.
    supersede: () => ({
      kind: 'message.superseded',
      body: { ...membersOf(entry.body), text },
      precedence: entry.precedence,
      lang: entry.lang,
      to: entry.to,
    }),
    cancel: () => ({
      kind: 'message.cancelled',
      body: text.trim() === '' ? {} : { reason: text },
      precedence: entry.precedence,
      to: entry.to,
    }),
    echo: () => ({ kind: 'test.answered', body: { text }, lang: second.trim() || language }),
  };
  const begin = (what: Doing): void => {
    setDoing(what);
    began.current = null;
    if (what === 'echo') setSecond(ownLanguage);
    setText(what === 'supersede' ? (textOf(membersOf(entry.body)?.['text']) ?? '') : '');
    send.reset();
  };
  const source = summaryOf(entry.kind, entry.body).text;
  useShortcut('reply', !own && may('message.sent') ? () => compose(answerTo(entry)) : null);
  // While an alarm waits for its acknowledgement, the key is the alarm's.
  const owed = useQuery(alarmsQuery).data?.some(isOwed) === true;
  const acknowledge = useAcknowledge();
  useShortcut(
    'acknowledge',
    offered.includes('acknowledge') && !owed && !acknowledge.isPending
      ? () => acknowledge.mutate({ line: entry.line, entries: [entry.id] })
      : null,
  );
  const worked = screenOf(family);
  return (
    <div className="column">
      <div className="row">
        {!own && worked !== 'watch' && (kinds.get(entry.kind)?.opens === true || kinds.get(entry.kind)?.continues) && (
          <Button size="compact-sm" onClick={() => go({ screen: worked, line: entry.line, entry: entry.id })}>
            {t('act.work-on', { what: wordOf(t, 'family', family) })}
          </Button>
        )}
        {!own && may('message.sent') && entry.kind !== 'message.attachment' && (
          <Button size="compact-sm" variant="default" aria-keyshortcuts="r" onClick={() => compose(answerTo(entry))}>
            {t('act.reply')}
          </Button>
        )}
        {offered.map((what) => (
          <Button
            key={what}
            size="compact-sm"
            variant={what === 'acknowledge' || what === 'echo' ? 'filled' : 'default'}
            onClick={() => begin(what)}
            aria-expanded={doing === what}
          >
            {t(`act.${what}`)}
          </Button>
        ))}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => go({ screen: 'forms', line: entry.line, entry: entry.id })}
        >
          {t('act.all-forms')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => go({ screen: 'record', line: entry.line, entry: entry.id })}
        >
          {t('act.inspect')}
        </Button>
      </div>
      {doing !== null && (
        <form
          className="column"
          onKeyDown={(e) => {
            if (e.key === 'Escape') setDoing(null);
            else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) e.currentTarget.requestSubmit();
          }}
          onSubmit={(e) => {
            e.preventDefault();
            if (doing === 'echo') setOwnLanguage(second.trim());
            began.current ??= stationNow();
            send.mutate(acts[doing]());
          }}
        >
          {(doing === 'echo' || doing === 'translate') && source !== null && (
            <blockquote className={css['source']}>
              <Foreign text={source} lang={entry.lang} />
            </blockquote>
          )}
          <Textarea
            autosize
            minRows={1}
            maxRows={8}
            data-autofocus
            autoFocus
            readOnly={send.isPending}
            label={t(`act.${doing}-text`)}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          {(doing === 'translate' || doing === 'echo') && (
            <TextInput
              label={t(doing === 'echo' ? 'act.echo-language' : 'act.language')}
              value={second}
              onChange={(e) => setSecond(e.currentTarget.value)}
              placeholder="en"
            />
          )}
          <div className="row">
            <Button type="submit" size="compact-sm" loading={send.isPending}>
              {t('act.record-it')}
            </Button>
            <Button type="button" size="compact-sm" variant="subtle" onClick={() => setDoing(null)}>
              {t('act.not-now')}
            </Button>
          </div>
        </form>
      )}
      <Refusal error={send.error ?? acknowledge.error} />
    </div>
  );
}
