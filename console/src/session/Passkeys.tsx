import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Refusal } from '../look/Refusal';
import shell from '../look/shell.module.css';
import { useT } from '../messages';
import { useSession } from './session';
import { registerPasskey } from './signing';

/** Whoever came by a one-time link has no passkey yet, and could not sign in again: this asks for one until there is one. */
export function PasskeyBanner() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  const register = useMutation({ mutationFn: () => registerPasskey(queries, navigator.platform || 'passkey') });
  if (session.user.passkeys > 0) return null;
  return (
    <div className={shell['passkey']}>
      <span>{t('passkey.none')}</span>
      <Button size="compact-sm" loading={register.isPending} onClick={() => register.mutate()}>{t('passkey.make')}</Button>
      {register.error instanceof DOMException ? <span role="alert">{t('sign-in.cancelled')}</span> : <Refusal error={register.error} />}
    </div>
  );
}
