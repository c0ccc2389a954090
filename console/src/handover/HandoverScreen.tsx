import { Button, Checkbox, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { once } from '../api/acts';
import { api, value } from '../api/client';
import { useKnown, useKnownOfEach, type Known } from '../api/known';
import { useUsualMark } from '../api/marks';
import {
  alarmsQuery,
  entryQuery,
  itemQuery,
  proposalsQuery,
  useEveryTraffic,
  useKnownLines,
  useLines,
  watchQuery,
} from '../api/queries';
import type { Appended, LineSummary, WatchView } from '../api/types';
import { NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { membersOf, textOf } from '../look/body';
import { isPlayed } from '../look/home';
import { InPartChip, shortened } from '../look/InPart';
import { useKept, type Keeping } from '../look/kept';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { go, screenOf } from '../look/route';
import look from '../look/look.module.css';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { readUtc } from '../look/time';
import { allKnown, Unknown } from '../look/Unknown';
import { UtcField } from '../look/UtcField';
import { useT, wordOf } from '../messages';
import { LineState } from './LineState';
import { ReliefField } from './ReliefField';
import { useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';

/** The end of a watch: who has it on each line, what is open, offered by one officer and accepted by the relieving one (R6). */
export function HandoverScreen() {
  const t = useT();
  const lines = useLines();
  const traffic = useEveryTraffic(lines);
  const knownLines = useKnownLines();
  const alarms = useKnown(alarmsQuery);
  const proposals = useKnown(proposalsQuery);
  const watches = useKnownOfEach(lines, watchQuery);
  const whole = allKnown(knownLines, traffic);
  const count = (of: Known<unknown[]>): string | number => (allKnown(of) ? (of.data?.length ?? 0) : '?');
  const open = [...traffic.of.values()].flatMap((view) => view.open.map((item) => ({ line: view.line, item })));
  const waiting = [...traffic.of.values()].reduce(
    (sum, view) => sum + Math.max(view.waitingCount, view.waiting.length),
    0,
  );
  // What is meant before what is played.
  const listed = [...lines].sort((a, b) => Number(isPlayed(a.line)) - Number(isPlayed(b.line)));
  open.sort((a, b) => Number(a.item.mark !== 'actual') - Number(b.item.mark !== 'actual'));
  const title = (id: string): string => lines.find((line) => line.line === id)?.title ?? id;
  return (
    <div className={screen['panel']}>
      <div className="column">
        <div className="row spread">
          <h1>{t('screen.handover')}</h1>
          <Button size="compact-sm" variant="default" onClick={() => window.print()}>
            {t('handover.print')}
          </Button>
        </div>
        <Unknown of={[knownLines, traffic]} what={t('unknown.traffic')} />
        <Unknown of={[watches]} what={t('unknown.watch')} />
        <div className={screen['cards']}>
          {listed.map((line) => (
            <LineWatch
              key={line.line}
              line={line}
              watches={watches.unknown.includes(line.line) ? null : watches.of.get(line.line)}
            />
          ))}
        </div>
        <h2>{t('handover.open', { count: whole || open.length > 0 ? open.length : '?' })}</h2>
        <div className={screen['tableBox']}>
          <table className={screen['stacked']}>
            <thead>
              <tr>
                <th>{t('look.line')}</th>
                <th>{t('handover.what')}</th>
                <th>{t('handover.state')}</th>
                <th>{t('handover.due')}</th>
              </tr>
            </thead>
            <tbody>
              {open.map(({ line, item }) => (
                <tr key={`${line} ${item.entry}`}>
                  <td>
                    <Foreign text={title(line)} />
                  </td>
                  <td>
                    <NotMeant mark={item.mark} /> <strong>{wordOf(t, 'family', item.family)}</strong>{' '}
                    <button
                      type="button"
                      className={look['linkButton']}
                      onClick={() =>
                        go({
                          screen: item.unshown === true ? 'record' : screenOf(item.family),
                          line,
                          entry: item.entry,
                        })
                      }
                    >
                      <bdi dir="ltr" className="mono">
                        {item.entry}
                      </bdi>
                    </button>{' '}
                    <InPartChip item={item} />
                    <br />
                    <Foreign
                      text={shortened(item.topic ?? item.concern ?? item.what ?? item.text ?? item.reason ?? '', 160)}
                    />
                  </td>
                  <td>
                    {item.overdue ? (
                      <Status level="serious" word={wordOf(t, 'state', item.state)} />
                    ) : (
                      wordOf(t, 'state', item.state)
                    )}
                  </td>
                  <td>{item.due === null ? '—' : <Stamp at={item.due} />}</td>
                </tr>
              ))}
              {whole && open.length === 0 && (
                <tr>
                  <td colSpan={4} className="dim">
                    {t('duty.nothing-open')}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
        <p>
          {t('handover.also', {
            waiting: whole || waiting > 0 ? waiting : '?',
            alarms: count(alarms),
            proposals: count(proposals),
          })}
        </p>
      </div>
    </div>
  );
}

/** What the officer who is relieved wrote for the one who comes: the first thing to read. */
function OfferNote({ line, offered }: { line: string; offered: string }) {
  const t = useT();
  const known = useKnown(entryQuery(line, offered));
  const note = textOf(membersOf(known.data?.body)?.['note']);
  if (known.data === undefined)
    return known.unknown ? <Unknown of={[known]} what={offered} /> : <p className="dim">{t('shell.loading')}</p>;
  return note === null || note.trim() === '' ? (
    <p className="dim">{t('handover.no-note')}</p>
  ) : (
    <p className={screen['note']}>
      <Foreign text={note} lang={known.data.lang} />
    </p>
  );
}

/** One open item as it is handed over: what it is, in its own words, and the way to it. */
function HandedItem({ line, entry, family, state }: { line: string; entry: string; family: string; state: string }) {
  const t = useT();
  const item = useQuery(itemQuery(line, entry)).data;
  const words = item?.topic ?? item?.concern ?? item?.what ?? item?.text ?? item?.reason ?? '';
  return (
    <>
      <strong>{wordOf(t, 'family', family)}</strong> · {wordOf(t, 'state', state)}{' '}
      <button type="button" onClick={() => go({ screen: screenOf(family), line, entry })}>
        <bdi dir="ltr">{entry}</bdi>
      </button>{' '}
      {words !== '' && <Foreign text={shortened(words, 160)} />}
    </>
  );
}

type Offer = { communicator: string; translator: string; until: string; note: string };
const blank: Offer = { communicator: '', translator: '', until: '', note: '' };
const keeping: Keeping<Offer> = {
  read: (stored) => {
    const kept = membersOf(stored);
    const text = (name: keyof Offer): string => textOf(kept?.[name]) ?? '';
    return kept === null
      ? null
      : {
          communicator: text('communicator'),
          translator: text('translator'),
          until: text('until'),
          note: text('note'),
        };
  },
};

/** `watches` is null where it is not known now who has the watch, and undefined while that is asked. */
function LineWatch({ line, watches: known }: { line: LineSummary; watches: WatchView[] | null | undefined }) {
  const t = useT();
  const officer = useOfficer();
  const session = useSession();
  const mayWrite = useMayWrite();
  const queries = useQueryClient();
  const mark = useUsualMark(line.line);
  const [offering, setOffering] = useState(false);
  const [every, setEvery] = useState(false);
  const lines = useLines();
  const [offer, setOffer] = useKept<Offer>(`handover.${line.line}.${officer.name}`, blank, keeping);
  const watches = known ?? [];
  const own = watches.find((watch) => watch.party === session.party);
  const offered = own?.offered ?? null;
  const list = useQuery({ ...itemQuery(line.line, offered ?? ''), enabled: offered !== null }).data;
  const settled = {
    onSuccess: () => {
      setOffering(false);
      setOffer(blank);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['watch', line.line] }),
  };
  const give = useMutation({
    mutationFn: async () => {
      const body = {
        by: officer,
        communicator: offer.communicator.trim(),
        translator: offer.translator.trim() || null,
        until: readUtc(offer.until),
        note: offer.note.trim() || null,
      } as never;
      // One line after the other: where one refuses, those before it are offered, and their cards say so.
      for (const to of every ? lines.map((one) => one.line) : [line.line])
        await once(['offer', to, body], (headers) =>
          value<Appended>(
            api.POST('/api/v1/lines/{line}/watch/offer', { params: { path: { line: to } }, body, headers }),
          ),
        );
    },
    onSuccess: settled.onSuccess,
    onSettled: () => queries.invalidateQueries({ queryKey: ['watch'] }),
  });
  const take = useMutation({
    mutationFn: () => {
      const body = {
        by: officer,
        communicator: officer.name,
        ...(offered === null ? { until: readUtc(offer.until) } : { open: list?.handover ?? [], re: [offered] }),
      } as never;
      return once(['take', line.line, body], (headers) =>
        value<Appended>(
          api.POST('/api/v1/lines/{line}/watch/take', { params: { path: { line: line.line } }, body, headers }),
        ),
      );
    },
    ...settled,
  });
  const may = mayWrite('watch.offered');
  const isOwnOffer = list?.entries[0]?.by.name === officer.name;
  const name = useName();
  return (
    <article className={screen['card']}>
      <div className="row spread">
        <h2>
          <NotMeant mark={mark} /> <Foreign text={line.title || line.line} />
        </h2>
        {known === null ? (
          <Status level="serious" word={t('unknown.word')} />
        ) : known === undefined ? (
          <span className="dim">{t('shell.loading')}</span>
        ) : own?.communicator == null ? (
          <Status level="caution" word={t('handover.nobody')} />
        ) : (
          <Status level="normal" word={t('handover.has', { name: own.communicator })} />
        )}
      </div>
      <LineState line={line.line} since={own?.since ?? null} />
      {watches.map((watch) => (
        <p key={watch.party} className="dim">
          {name(watch.party)}:{' '}
          <Foreign text={`${watch.communicator ?? '—'}${watch.translator !== null ? ` · ${watch.translator}` : ''}`} />{' '}
          {watch.since !== null && <Stamp at={watch.since} />}
          {watch.offered !== null &&
            ` · ${t('handover.offered-to', { name: watch.offeredTo ?? '?', entry: watch.offered })}`}
        </p>
      ))}
      {offered !== null && (
        <div className={screen['card']}>
          <strong>{t('handover.offered-to', { name: own?.offeredTo ?? '?', entry: offered })}</strong>
          <section aria-label={t('handover.note-title')}>
            <span className="dim">{t('handover.note-title')}</span>
            <OfferNote line={line.line} offered={offered} />
          </section>
          {list?.handover != null && list.handover.length > 0 && (
            <ul>
              {list.handover.map((item) => (
                <li key={`${item.line} ${item.entry}`}>
                  <HandedItem line={item.line} entry={item.entry} family={item.family} state={item.state} />
                </li>
              ))}
            </ul>
          )}
          {!may && <p className="dim">{t('handover.not-this-seat')}</p>}
          {may && isOwnOffer && <p className="dim">{t('handover.not-yourself')}</p>}
          {may && !isOwnOffer && (
            <div className="row">
              <Button size="sm" loading={take.isPending} onClick={() => take.mutate()}>
                {t('handover.accept')}
              </Button>
            </div>
          )}
        </div>
      )}
      {may && !offering && (
        <div className="row">
          <Button size="compact-sm" variant="default" onClick={() => setOffering(true)}>
            {t('handover.offer')}
          </Button>
          {known != null && offered === null && own?.communicator == null && (
            <Button size="compact-sm" variant="default" loading={take.isPending} onClick={() => take.mutate()}>
              {t('handover.take')}
            </Button>
          )}
        </div>
      )}
      {offering && (
        <form
          className={screen['form']}
          onSubmit={(e) => {
            e.preventDefault();
            give.mutate();
          }}
        >
          <div className={screen['grid']}>
            <ReliefField value={offer.communicator} onChange={(communicator) => setOffer({ ...offer, communicator })} />
            <TextInput
              label={t('handover.translator')}
              value={offer.translator}
              onChange={(e) => setOffer({ ...offer, translator: e.currentTarget.value })}
            />
            <UtcField
              label={t('handover.until')}
              value={offer.until}
              onChange={(until) => setOffer({ ...offer, until })}
            />
          </div>
          <Textarea
            label={t('handover.note')}
            value={offer.note}
            onChange={(e) => setOffer({ ...offer, note: e.currentTarget.value })}
            autosize
            minRows={2}
          />
          {lines.length > 1 && (
            <Checkbox label={t('handover.all')} checked={every} onChange={(e) => setEvery(e.currentTarget.checked)} />
          )}
          <div className="row">
            <Button type="submit" size="sm" loading={give.isPending}>
              {t('handover.offer')}
            </Button>
            <Button type="button" size="sm" variant="subtle" onClick={() => setOffering(false)}>
              {t('act.not-now')}
            </Button>
          </div>
        </form>
      )}
      <Refusal error={give.error ?? take.error} />
    </article>
  );
}
