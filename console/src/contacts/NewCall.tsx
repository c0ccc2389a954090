import { Button, TextInput, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { sendOrPropose } from '../api/acts';
import { useUsualMark } from '../api/marks';
import type { LineSummary, Mark } from '../api/types';
import { membersOf, objectsOfList, textOf } from '../look/body';
import { marks } from '../look/Chips';
import { useKept, type Keeping } from '../look/kept';
import { MarkField } from '../look/MarkField';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { dateTimeGroup, readUtc, typedUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { useT } from '../messages';
import { useOfficer, useSession } from '../api/session';
import { WindowsField, windowsOf, type TypedWindow } from './WindowsField';
import { useZones } from '../look/zones';

type Draft = {
  offices: Record<string, string>;
  topic: string;
  interpreter: string;
  windows: TypedWindow[];
  expires: string;
  mark?: Mark | null;
};
/** What this browser kept, whatever another version left there. */
const keeping: Keeping<Draft> = {
  read: (stored) => {
    const kept = membersOf(stored);
    if (kept === null) return null;
    const text = (name: string): string => textOf(kept[name]) ?? '';
    const windows = objectsOfList(kept['windows']).map((one) => ({
      from: textOf(one['from']) ?? '',
      until: textOf(one['until']) ?? '',
    }));
    const offices = Object.entries(membersOf(kept['offices']) ?? {}).filter(
      (one): one is [string, string] => typeof one[1] === 'string',
    );
    return {
      offices: Object.fromEntries(offices),
      topic: text('topic'),
      interpreter: text('interpreter'),
      windows: windows.length === 0 ? empty.windows : windows,
      expires: text('expires'),
      mark: marks.find((one) => one === kept['mark']) ?? null,
    };
  },
};
const anHour = 3_600_000;
const empty: Draft = { offices: {}, topic: '', interpreter: '', windows: [{ from: '', until: '' }], expires: '' };

/** `begins` is an hour that was picked in the calendar: it becomes a window, beside those that are typed already. */
export function NewCall({
  line,
  begins = null,
  onDone,
}: {
  line: LineSummary;
  begins?: number | null;
  onDone: () => void;
}) {
  const t = useT();
  const usual = useUsualMark(line.line);
  const officer = useOfficer();
  const session = useSession();
  const name = useName();
  const [tried, setTried] = useState(false);
  const { zones } = useZones(line.line, line.parties, session.party);
  // One's own first, as one says it.
  const parties = [...line.parties].sort((a, b) => Number(b === session.party) - Number(a === session.party));
  const [draft, setDraft] = useKept<Draft>(`call.${line.line}.${officer.name}`, empty, keeping);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  useEffect(() => {
    if (begins === null) return;
    const [from, until] = [begins, begins + anHour].map((at) => typedUtc(new Date(at).toISOString()));
    if (from === undefined || until === undefined || draft.windows.some((one) => one.from === from)) return;
    change({ windows: [...draft.windows.filter((one) => one.from !== '' || one.until !== ''), { from, until }] });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each hour that is picked
  }, [begins]);
  const send = useMutation({
    mutationFn: () =>
      sendOrPropose(
        line.line,
        {
          kind: 'call.requested',
          mark: draft.mark ?? usual,
          body: {
            between: line.parties.flatMap((party) =>
              draft.offices[party]?.trim() ? [{ party, office: draft.offices[party].trim() }] : [],
            ),
            topic: draft.topic.trim() || null,
            interpreter: draft.interpreter.trim() || null,
            windows: windowsOf(draft.windows),
            expires: readUtc(draft.expires),
          },
        },
        officer,
      ),
    onSuccess: () => {
      setDraft(empty);
      onDone();
    },
  });
  const wrong =
    draft.windows.some(
      (w) => (w.from.trim() !== '' || w.until.trim() !== '') && (readUtc(w.from) === null || readUtc(w.until) === null),
    ) ||
    (draft.expires.trim() !== '' && readUtc(draft.expires) === null);
  const between = line.parties.filter((party) => draft.offices[party]?.trim());
  const windows = windowsOf(draft.windows);
  const missing = [
    between.length < line.parties.length ? t('call.missing.offices') : null,
    draft.topic.trim() === '' ? t('call.missing.topic') : null,
    windows.length === 0 ? t('call.missing.windows') : null,
  ].filter((one) => one !== null);
  return (
    <form
      className={screen['form']}
      onKeyDown={(e) => {
        if (e.key === 'Escape') onDone();
        else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) e.currentTarget.requestSubmit();
      }}
      onSubmit={(e) => {
        e.preventDefault();
        setTried(true);
        if (missing.length === 0 && !send.isPending) send.mutate();
      }}
    >
      <div className={screen['grid']}>
        {parties.map((party, i) => (
          <TextInput
            key={party}
            label={t('call.office-of', { party: name(party) })}
            autoFocus={i === 0}
            value={draft.offices[party] ?? ''}
            onChange={(e) => change({ offices: { ...draft.offices, [party]: e.currentTarget.value } })}
          />
        ))}
      </div>
      <Textarea
        label={t('call.topic')}
        value={draft.topic}
        onChange={(e) => change({ topic: e.currentTarget.value })}
        autosize
        minRows={1}
      />
      <WindowsField value={draft.windows} onChange={(windows) => change({ windows })} zones={zones} />
      <div className={screen['grid']}>
        <TextInput
          label={t('call.interpreter')}
          value={draft.interpreter}
          onChange={(e) => change({ interpreter: e.currentTarget.value })}
        />
        <UtcField
          label={t('call.expires-at')}
          value={draft.expires}
          onChange={(expires) => change({ expires })}
          zones={zones}
        />
        <MarkField value={draft.mark ?? usual} onChange={(mark) => change({ mark })} />
      </div>
      {missing.length === 0 ? (
        <p className={screen['review']}>
          {t('call.review', {
            summary: t('call.review-ask', {
              from: name(session.party),
              to: line.parties
                .filter((party) => party !== session.party)
                .map(name)
                .join(', '),
              between: parties.map((party) => `${draft.offices[party]?.trim()} (${name(party)})`).join(' ↔ '),
              topic: draft.topic.trim(),
              windows: windows.map((w) => `${dateTimeGroup(w.from)} – ${dateTimeGroup(w.until)}`).join(', '),
            }),
          })}
        </p>
      ) : (
        tried && <p role="alert">{t('call.missing', { what: missing.join('; ') })}</p>
      )}
      <Refusal error={send.error} />
      <div className="row">
        <Button type="submit" disabled={wrong} loading={send.isPending}>
          {t('call.ask')}
        </Button>
        <span className="dim">{t('form.kept')}</span>
      </div>
    </form>
  );
}
