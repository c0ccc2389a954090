import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { alarmsQuery } from '../api/queries';
import { Refusal } from '../look/Refusal';
import { Foreign } from '../look/Foreign';
import { useKept } from '../look/kept';
import { useSinceScreen } from '../look/still';
import { go } from '../look/route';
import shell from '../look/shell.module.css';
import { Stamp } from '../look/Stamp';
import { useT } from '../messages';
import { useSession, type SignedIn } from '../api/session';
import { registerPasskey } from '../api/signing';

/** Passkeys that this browser keeps in mind as told. */
const knownKept = 64;

/** Whoever came by a one-time link has no passkey yet, and could not sign in again: this asks for one until there is one. */
export function PasskeyBanner() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  const register = useMutation({ mutationFn: () => registerPasskey(queries, navigator.platform || 'passkey') });
  // While an alarm stands the room is its own; what can wait comes back after it.
  const known = useQuery(alarmsQuery);
  const alarms = known.data ?? [];
  const hidden = useSinceScreen(
    alarms.some((alarm) => alarm.level !== 'reminder'),
    known.isFetched,
  );
  if (session.user.passkeys > 0) return <NewPasskeys session={session} />;
  return (
    <div className={shell['passkey']} hidden={hidden}>
      <span>{t('passkey.none')}</span>
      <Button size="compact-sm" loading={register.isPending} onClick={() => register.mutate()}>
        {t('passkey.make')}
      </Button>
      {register.error instanceof DOMException ? (
        <span role="alert">{t('sign-in.cancelled')}</span>
      ) : (
        <Refusal error={register.error} />
      )}
    </div>
  );
}

/** A passkey that somebody added since the officer last signed in, or meanwhile elsewhere: he is told until he says that it was him. */
function NewPasskeys({ session }: { session: SignedIn }) {
  const t = useT();
  const [known, setKnown] = useKept<string[]>('passkeys-known', []);
  const told = session.newPasskeys.filter((key) => !known.includes(key.id));
  if (told.length === 0) return null;
  return (
    <div className={shell['passkey']} role="alert">
      <ul>
        {told.map((key) => (
          <li key={key.id}>
            {t('passkeys.added')} <Stamp at={key.created} />
            {key.address !== null && <>, {t('passkeys.added-from', { address: key.address })}</>}:{' '}
            <Foreign text={key.label} />
          </li>
        ))}
      </ul>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => setKnown([...known, ...told.map((key) => key.id)].slice(-knownKept))}
      >
        {t('passkeys.was-me')}
      </Button>
      <Button size="compact-sm" onClick={() => go({ screen: 'account' })}>
        {t('passkeys.was-not')}
      </Button>
    </div>
  );
}
