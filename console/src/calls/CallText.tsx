import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { once, sendOrPropose } from '../api/acts';
import { api, value } from '../api/client';
import { useKnown } from '../api/known';
import { useTail } from '../api/live';
import { offRecordQuery } from '../api/queries';
import { useOfficer } from '../api/session';
import { membersOf, textOf } from '../look/body';
import { Chip } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { Refusal } from '../look/Refusal';
import { useT } from '../messages';
import { usualMark } from '../api/marks';
import css from './calls.module.css';

/** As many lines of text stand beside a call; all of them are on the watch's screen. */
const shown = 5;

type Line = { key: string; at: string; by: string; text: string; off: boolean };

/** Text beside the call: a name that is hard to hear, a number. On or off the record is chosen with each, and never assumed. */
export function CallText({ line, call }: { line: string; call: string }) {
  const t = useT();
  const officer = useOfficer();
  const queries = useQueryClient();
  const { entries } = useTail(line);
  const off = useKnown(offRecordQuery(line));
  const [text, setText] = useState('');
  const began = entries.find((entry) => entry.id === call)?.at ?? null;
  const send = useMutation({
    mutationFn: async (isOff: boolean) => {
      if (!isOff) {
        await sendOrPropose(line, { kind: 'message.sent', body: { text }, re: [call] }, officer);
        return;
      }
      const body = { text, by: officer, precedence: 'routine', mark: usualMark(entries) } as never;
      await once(['say', line, body], (headers) =>
        value(api.POST('/api/v1/lines/{line}/off-record', { params: { path: { line } }, body, headers })),
      );
      await queries.invalidateQueries({ queryKey: ['off-record', line] });
    },
    onSuccess: () => setText(''),
  });
  const lines: Line[] = [
    ...entries
      .filter((entry) => entry.kind === 'message.sent' && (entry.re.includes(call) || (began ?? '~') <= entry.at))
      .map((entry) => ({
        key: entry.id,
        at: entry.at,
        by: entry.by.name,
        text: textOf(membersOf(entry.body)?.['text']) ?? '',
        off: false,
      })),
    ...(off.data ?? [])
      .filter((message) => (began ?? '~') <= message.at)
      .map((message, i) => ({
        key: `${message.at} ${i}`,
        at: message.at,
        by: message.by.name,
        text: message.text,
        off: true,
      })),
  ]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(-shown);
  const mayWrite = officer.seat === 'watch' || officer.seat === 'principal';
  if (lines.length === 0 && !mayWrite) return null;
  return (
    <form className={css['text']} aria-label={t('calls.text')} autoComplete="off" onSubmit={(e) => e.preventDefault()}>
      {lines.length > 0 && (
        <ul className={css['said']}>
          {lines.map((one) => (
            <li key={one.key}>
              <strong>{one.by}</strong> {one.off && <Chip tone="standby">{t('composer.off')}</Chip>}{' '}
              <Foreign text={one.text} />
            </li>
          ))}
        </ul>
      )}
      {mayWrite && (
        <span className={css['acts']}>
          <TextInput
            size="xs"
            className={css['write']}
            aria-label={t('calls.text')}
            placeholder={t('calls.text')}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          <Button
            size="compact-sm"
            variant="default"
            loading={send.isPending}
            disabled={text.trim() === ''}
            onClick={() => send.mutate(false)}
          >
            {t('calls.text-on')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={send.isPending}
            disabled={text.trim() === ''}
            onClick={() => send.mutate(true)}
          >
            {t('calls.text-off')}
          </Button>
        </span>
      )}
      <Refusal error={send.error} />
    </form>
  );
}
