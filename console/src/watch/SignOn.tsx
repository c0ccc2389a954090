import { Button, Checkbox, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, value } from '../api/client';
import type { OwnFeed, SignOn as Word } from '../api/types';
import { Foreign } from '../look/Foreign';
import { Hold } from '../look/Hold';
import { Refusal } from '../look/Refusal';
import { Stamp } from '../look/Stamp';
import { useT } from '../messages';
import { maySignOn, useOfficer } from '../api/session';
import css from './watch.module.css';

/** The first officer's word: who gave it, when, and what is not waited for. */
function Said({ word }: { word: Word }) {
  const t = useT();
  return (
    <p>
      <Foreign text={t('own.proposed', { name: `${word.first.name} (${word.first.seat})` })} /> <Stamp at={word.at} />
      {word.without.length > 0 && <> · {t('own.without-word', { parties: word.without.join(', ') })}</>}
      {word.reason !== null && (
        <>
          : <Foreign text={word.reason} />
        </>
      )}
    </p>
  );
}

/**
 * Two officers, one after the other, say that this station may sign on, though entries are not its own or peers have
 * not shown what they hold. The second
 * says the same as the first: without waiting for the same parties. LINK-105
 */
export function SignOn({ line, own }: { line: string; own: OwnFeed }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const word = own.proposed ?? null;
  const ours = word?.first.name === officer.name;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [without, setWithout] = useState<readonly string[]>([]);
  const say = useMutation({
    mutationFn: (withdraw: boolean) =>
      value<Word>(
        api.POST('/api/v1/lines/{line}/sign-on', {
          params: { path: { line } },
          body: {
            by: officer,
            withdraw,
            ...(withdraw ? {} : { reason: reason.trim() || null, without: [...(word?.without ?? without)] }),
          } as never,
        }),
      ),
    onSuccess: () => {
      setOpen(false);
      setReason('');
      setWithout([]);
    },
    onSettled: () => {
      for (const what of [['status', line], ['station'], ['alarms']])
        void queries.invalidateQueries({ queryKey: what });
    },
  });
  if (!maySignOn(officer.seat)) return word === null ? null : <Said word={word} />;
  const left = own.awaited.filter((party) => !(word?.without ?? without).includes(party));
  return (
    <div className={css['signOn']} data-sign-on={word === null ? 'open' : 'proposed'}>
      {word !== null && <Said word={word} />}
      {word !== null && ours && (
        <>
          <p className="dim">{t('own.another')}</p>
          <div className="row">
            <Button size="compact-sm" variant="default" loading={say.isPending} onClick={() => say.mutate(true)}>
              {t('own.take-back')}
            </Button>
          </div>
        </>
      )}
      {!ours && !open && (
        <div className="row">
          <Button size="compact-sm" variant="default" aria-expanded={false} onClick={() => setOpen(true)}>
            {t(word === null ? 'own.sign-on' : 'own.confirm')}
          </Button>
          {word !== null && (
            <Button size="compact-sm" variant="default" loading={say.isPending} onClick={() => say.mutate(true)}>
              {t('own.contradict')}
            </Button>
          )}
        </div>
      )}
      {!ours && open && (
        <form className="column" autoComplete="off" onSubmit={(e) => e.preventDefault()}>
          <p className="dim">{t(word === null ? 'own.what' : 'own.what-second')}</p>
          {word === null &&
            own.awaited.map((party) => (
              <Checkbox
                key={party}
                label={t('own.without', { party })}
                checked={without.includes(party)}
                disabled={say.isPending}
                onChange={(e) =>
                  setWithout(e.currentTarget.checked ? [...without, party] : without.filter((one) => one !== party))
                }
              />
            ))}
          {left.length > 0 && <p className="dim">{t('own.left', { parties: left.join(', ') })}</p>}
          <Textarea
            label={t('own.reason')}
            value={reason}
            onChange={(e) => setReason(e.currentTarget.value)}
            autosize
            minRows={1}
            autoFocus
            readOnly={say.isPending}
          />
          <div className="row">
            <Hold disabled={say.isPending} onHeld={() => say.mutate(false)}>
              {t(word === null ? 'own.propose' : 'own.confirm-it')}
            </Hold>
            <Button type="button" size="compact-sm" variant="subtle" onClick={() => setOpen(false)}>
              {t('act.not-now')}
            </Button>
          </div>
        </form>
      )}
      <Refusal error={say.error} />
    </div>
  );
}
