import { useMutation, useQuery } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { useState } from 'react';
import { text } from '../api/client';
import { entryQuery } from '../api/queries';
import type { EntryView } from '../api/types';
import { useT } from '../messages';
import { save } from './download';
import { Refusal } from './Refusal';
import { pathOf } from './route';
import { dateTimeGroup } from './time';

/** SHA-256 of an entry's header as it was signed, which is what its leaf in the feed's tree is made of. */
async function digestOf(header: string): Promise<string> {
  const bytes = Uint8Array.from(atob(header), (c) => c.charCodeAt(0));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Evidence at hand: where an entry is found, how it is cited, its proof as a file, and the entry alone on paper. */
export function EvidenceActs({ entry }: { entry: EntryView }) {
  const t = useT();
  const detail = useQuery({ ...entryQuery(entry.line, entry.id), staleTime: 60_000 }).data;
  const [copied, setCopied] = useState<string | null>(null);
  const copy = useMutation({
    mutationFn: async (what: 'link' | 'citation') => {
      const words =
        what === 'link'
          ? new URL(pathOf({ screen: 'watch', line: entry.line, entry: entry.id }), location.origin).href
          : `${entry.id}, ${dateTimeGroup(Date.parse(entry.at))}, sha256:${await digestOf(detail?.header ?? '')}`;
      await navigator.clipboard.writeText(words);
      return words;
    },
    onSuccess: (words) => setCopied(words),
  });
  const proof = useMutation({
    mutationFn: async () =>
      save(
        `${entry.line}-${entry.id.replace('/', '-')}.tlog-proof`,
        'text/plain',
        await text(`/api/v1/lines/${entry.line}/entries/${entry.id}/proof`),
      ),
  });
  const print = (): void => {
    const page = document.documentElement;
    page.dataset['print'] = 'entry';
    flushSync(() => undefined);
    window.print();
    delete page.dataset['print'];
  };
  return (
    <details>
      <summary>{t('evidence.title')}</summary>
      <div className="row">
        <button type="button" onClick={() => copy.mutate('link')}>
          {t('evidence.copy-link')}
        </button>
        <button type="button" disabled={detail === undefined} onClick={() => copy.mutate('citation')}>
          {t('evidence.copy-citation')}
        </button>
        <button type="button" disabled={proof.isPending} onClick={() => proof.mutate()}>
          {t('evidence.save-proof')}
        </button>
        <button type="button" onClick={print}>
          {t('evidence.print')}
        </button>
      </div>
      {copied !== null && (
        <p role="status">
          {t('evidence.copied')}{' '}
          <bdi dir="ltr" className="mono">
            {copied}
          </bdi>
        </p>
      )}
      <Refusal error={copy.error ?? proof.error} />
    </details>
  );
}
