import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, value } from '../api/client';
import { Hold } from '../look/Hold';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Age, Stamp } from '../look/Stamp';
import { useT, type Key } from '../messages';
import { sessionQuery, useSession } from '../api/session';
import { confirmed, registerPasskey } from '../api/signing';

type Passkey = { id: string; label: string; created: string; used: string | null };

/** One's own passkeys: which there are, when each was last used, another one, and away with one that is lost. */
export function AccountScreen() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['passkeys'],
    queryFn: () => value<Passkey[]>(api.GET('/api/v1/session/passkeys')),
  });
  const [label, setLabel] = useState('');
  const [leaving, setLeaving] = useState<string | null>(null);
  const settled = (): void => {
    void queries.invalidateQueries({ queryKey: ['passkeys'] });
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const add = useMutation({
    mutationFn: () => registerPasskey(queries, label.trim() || navigator.platform || 'Passkey'),
    onSuccess: () => setLabel(''),
    onSettled: settled,
  });
  const remove = useMutation({
    mutationFn: ({ id, last }: { id: string; last: boolean }) =>
      confirmed(() =>
        value<Passkey>(
          api.DELETE('/api/v1/session/passkeys/{id}', { params: { path: { id }, query: last ? { last: true } : {} } }),
        ),
      ),
    onSuccess: () => setLeaving(null),
    onSettled: settled,
  });
  const keys = query.data ?? [];
  return (
    <div className={screen['panel']}>
      <div className={`column ${screen['form']}`}>
        <h1>{t('passkeys.title')}</h1>
        <p className="dim">
          {t('passkeys.what', {
            name: session.user.name,
            seats: session.user.seats.map((seat) => t(`seat.${seat}` as Key)).join(', '),
          })}
        </p>
        <Refusal error={query.error} />
        {query.data !== undefined && keys.length === 0 && <p role="status">{t('passkeys.nothing')}</p>}
        {keys.map((key) => (
          <article key={key.id} className={screen['card']} aria-label={key.label}>
            <div className="row spread">
              <h2>
                <bdi>{key.label}</bdi>
              </h2>
              <Button
                size="compact-sm"
                variant="default"
                aria-expanded={leaving === key.id}
                onClick={() => {
                  remove.reset();
                  setLeaving(leaving === key.id ? null : key.id);
                }}
              >
                {t('passkeys.remove')}
              </Button>
            </div>
            <p className="dim">
              {t('passkeys.created')} <Stamp at={key.created} /> ·{' '}
              {key.used === null ? (
                t('passkeys.unused')
              ) : (
                <>
                  {t('passkeys.used')} <Stamp at={key.used} /> (<Age at={key.used} />)
                </>
              )}
            </p>
            {leaving === key.id && (
              <div className="column" role="alert">
                <p>{t(keys.length === 1 ? 'passkeys.last' : 'passkeys.sure')}</p>
                <div className="row">
                  <Hold
                    onHeld={() => remove.mutate({ id: key.id, last: keys.length === 1 })}
                    disabled={remove.isPending}
                  >
                    {t('passkeys.remove-it')}
                  </Hold>
                  <Button size="compact-sm" variant="subtle" onClick={() => setLeaving(null)}>
                    {t('act.not-now')}
                  </Button>
                </div>
              </div>
            )}
          </article>
        ))}
        {remove.error instanceof DOMException ? (
          <p role="alert">{t('sign-in.cancelled')}</p>
        ) : (
          <Refusal error={remove.error} />
        )}
        <form
          className={screen['card']}
          onSubmit={(e) => {
            e.preventDefault();
            add.mutate();
          }}
        >
          <h2>{t('passkeys.another')}</h2>
          <p className="dim">{t('passkeys.shown-first')}</p>
          <TextInput
            label={t('passkeys.label')}
            placeholder={navigator.platform}
            maxLength={60}
            value={label}
            onChange={(e) => setLabel(e.currentTarget.value)}
          />
          <div className="row">
            <Button type="submit" size="sm" loading={add.isPending}>
              {t('passkeys.add')}
            </Button>
          </div>
          {add.error instanceof DOMException ? (
            <p role="alert">{t('sign-in.cancelled')}</p>
          ) : (
            <Refusal error={add.error} />
          )}
        </form>
      </div>
    </div>
  );
}
