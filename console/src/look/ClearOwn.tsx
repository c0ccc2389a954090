import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../api/client';
import { useT } from '../messages';
import { useOfficer } from '../api/session';
import { Foreign } from './Foreign';
import { Hold } from './Hold';
import { Refusal } from './Refusal';

/** As many as the station takes at once. */
const mostAtOnce = 1_000;
type ManyDone = { done: string[]; left: { id: string; code: string; reason: string }[] };

/** All of what an officer has at the station and has not sent, cleared at once: asked, then held. What stays is told with why. */
export function ClearOwn({
  what,
  ids,
  note,
}: {
  what: 'drafts' | 'proposals';
  ids: readonly string[];
  note?: string | undefined;
}) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const clear = useMutation({
    mutationFn: () =>
      what === 'drafts'
        ? request<ManyDone>('POST', '/api/v1/drafts/delete', { drafts: ids.slice(0, mostAtOnce) })
        : request<ManyDone>('POST', '/api/v1/proposals/refuse', { proposals: ids.slice(0, mostAtOnce), by: officer }),
    onSettled: () => {
      setAsking(false);
      void queries.invalidateQueries({ queryKey: [what] });
    },
  });
  const left = clear.data?.left ?? [];
  if (ids.length < 2 && !asking && left.length === 0 && clear.error === null) return null;
  return (
    <div className="column" data-clear={what}>
      {!asking && ids.length > 1 && (
        <div className="row">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              clear.reset();
              setAsking(true);
            }}
          >
            {t(`clear.${what}`, { count: ids.length })}
          </Button>
        </div>
      )}
      {asking && (
        <>
          <p>
            {t(`clear.${what}-sure`, { count: ids.length })} {note}
          </p>
          <div className="row">
            <Hold disabled={clear.isPending} onHeld={() => clear.mutate()}>
              {t(`clear.${what}-do`, { count: ids.length })}
            </Hold>
            <Button size="compact-sm" variant="subtle" onClick={() => setAsking(false)}>
              {t('act.not-now')}
            </Button>
          </div>
        </>
      )}
      {left.map((one) => (
        <p key={one.id} role="status">
          <span className="mono">{one.id}</span> {t('clear.stays')} <Foreign text={one.reason} />
        </p>
      ))}
      <Refusal error={clear.error} />
    </div>
  );
}
