import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Refused } from '../api/client';
import { Refusal } from '../look/Refusal';
import { arm, unmute } from '../look/sound';
import { languages, setLanguage, useLanguage, useT, type Language } from '../messages';
import type { Session } from '../api/session';
import css from './session.module.css';
import { signInWithPasskey } from '../api/signing';

/** Signing in with a passkey. The first time an officer comes by the one-time link that the station's administrator made. */
export function SignIn({ session }: { session: Session }) {
  const t = useT();
  const language = useLanguage();
  const queries = useQueryClient();
  const sign = useMutation({ mutationFn: () => signInWithPasskey(queries) });
  const locked = sign.error instanceof Refused && sign.error.status === 429 ? sign.error.retryAfter : null;
  const cancelled = sign.error instanceof DOMException;
  return (
    <main className={css['signIn']}>
      <form
        className={css['card']}
        onSubmit={(e) => {
          e.preventDefault();
          unmute();
          void arm(); // this press lets the page be heard from now on
          sign.mutate();
        }}
      >
        <h1>{session.partyName === '' ? 'Parley' : session.partyName}</h1>
        {session.fingerprint != null && (
          <p className="dim">
            {t('sign-in.words')}
            <bdi dir="ltr" className={css['words']}>
              {session.fingerprint}
            </bdi>
          </p>
        )}
        <p className="dim">{t('sign-in.what')}</p>
        {session.cookieAlone && <p role="status">{t('sign-in.again')}</p>}
        <Button type="submit" autoFocus loading={sign.isPending}>
          {t('sign-in.passkey')}
        </Button>
        {locked !== null && <p role="alert">{t('sign-in.locked', { seconds: locked })}</p>}
        {cancelled ? <p role="alert">{t('sign-in.cancelled')}</p> : <Refusal error={sign.error} />}
        <p className="dim">
          {t('sign-in.first')}{' '}
          <code dir="ltr" className={css['command']}>
            parley invite --seat watch --name "…"
          </code>
        </p>
        <label className={css['language']}>
          {t('settings.language')}{' '}
          <select value={language} onChange={(e) => void setLanguage(e.currentTarget.value as Language)}>
            {Object.entries(languages).map(([code, label]) => (
              <option key={code} value={code}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </form>
    </main>
  );
}
