import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Level } from './levels';
import { Status } from './Status';
import { useT } from '../messages';
import { checkEcho, type Found } from '../voice/check';

const levels: Record<Found, Level> = { echo: 'serious', clear: 'normal', denied: 'critical', none: 'critical' };

/** Before a call: whether what comes from the speaker goes back by the microphone, so that the other side hears itself. */
export function SoundCheck({ microphone, speaker }: { microphone: string; speaker: string }) {
  const t = useT();
  const check = useMutation({ mutationFn: () => checkEcho(microphone, speaker) });
  return (
    <>
      <Button size="compact-sm" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
        {t('calls.check')}
      </Button>
      {check.data !== undefined && (
        <span role="status" data-check={check.data}>
          <Status
            level={levels[check.data]}
            word={t(
              check.data === 'echo'
                ? 'calls.check-echo'
                : check.data === 'clear'
                  ? 'calls.check-clear'
                  : check.data === 'denied'
                    ? 'calls.mic-denied'
                    : 'calls.mic-none',
            )}
          />
        </span>
      )}
    </>
  );
}
