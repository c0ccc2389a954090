import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sendOrPropose, type Act, type Done } from '../api/acts';
import { statusQuery, trafficQuery } from '../api/queries';
import type { Mark } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Hold } from '../look/Hold';
import { MarkField } from '../look/MarkField';
import { Refusal } from '../look/Refusal';
import { useLanguage, useT } from '../messages';
import { useMayWrite } from '../api/kinds';
import { useOfficer, useSession } from '../api/session';
import css from './watch.module.css';

type Doing = 'test' | 'condition' | 'lower' | 'warn' | 'suspend' | 'resume';

const icons: Record<Doing, string> = {
  test: 'M1 8h3l2-5 3 10 2-5h4',
  condition: 'M8 2 15 14H1zM8 7v3M8 12h.01',
  lower: 'M2 8h12M5 5l-3 3 3 3',
  warn: 'M8 2a4 4 0 0 1 4 4v4l2 2H2l2-2V6a4 4 0 0 1 4-4M7 14h2',
  suspend: 'M5 2v12M11 2v12',
  resume: 'M4 2l9 6-9 6z',
};

/** What is done to the line as a whole: testing it, its condition, and suspending it, which is held to confirm and takes two officers. */
export function LineActs({ line }: { line: string }) {
  const t = useT();
  const language = useLanguage();
  const officer = useOfficer();
  const session = useSession();
  const may = useMayWrite();
  const conditions = useQuery(trafficQuery(line)).data?.conditions ?? [];
  const [doing, setDoing] = useState<Doing | null>(null);
  const [text, setText] = useState('');
  const [level, setLevel] = useState('heightened');
  const [which, setWhich] = useState('');
  const [mark, setMark] = useState<Mark>('actual');
  const suspended = useQuery(statusQuery(line)).data?.suspensions?.some((one) => one.by === session.party) === true;
  const own = conditions.filter((condition) => condition.party === session.party);
  const send = useMutation({
    mutationFn: (act: Act): Promise<Done> => sendOrPropose(line, act, officer),
    onSuccess: () => setDoing(null),
  });
  const done = send.data;

  const acts: Record<Doing, () => Act> = {
    test: () => ({ kind: 'test.sent', body: { style: 'staffed', text }, mark: 'test', lang: language }),
    condition: () => ({ kind: 'condition.raised', body: { scope: 'line', level, reason: text }, mark }),
    lower: () => ({ kind: 'condition.lowered', body: { reason: text }, re: [which || own[0]?.entry || ''] }),
    warn: () => ({ kind: 'line.suspension_warned', body: { reason: text } }),
    suspend: () => ({ kind: 'line.suspended', body: { reason: text } }),
    resume: () => ({ kind: 'line.resumed', body: { reason: text } }),
  };
  const kinds: Record<Doing, string> = {
    test: 'test.sent',
    condition: 'condition.raised',
    lower: 'condition.lowered',
    warn: 'line.suspension_warned',
    suspend: 'line.suspended',
    resume: 'line.resumed',
  };
  const offered = (Object.keys(kinds) as Doing[]).filter(
    (what) =>
      may(kinds[what]) &&
      (what !== 'lower' || own.length > 0) &&
      (what !== 'resume' || suspended) &&
      ((what !== 'suspend' && what !== 'warn') || !suspended),
  );
  const begin = (what: Doing): void => {
    setDoing(what);
    setText('');
    setMark('actual');
    send.reset();
  };
  const go = (): void => {
    if (doing !== null) send.mutate(acts[doing]());
  };
  return (
    <>
      <div className={css['lineActs']}>
        {offered.map((what) => (
          <button key={what} type="button" title={t(`line.act.${what}`)} onClick={() => begin(what)}>
            <svg
              viewBox="0 0 16 16"
              width="14"
              height="14"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.600"
              aria-hidden="true"
            >
              <path d={icons[what]} />
            </svg>
            {t(`line.short.${what}`)}
          </button>
        ))}
      </div>
      <details data-menu className={css['menu']}>
        <summary>{t('line.acts')}</summary>
        <div>
          {offered.map((what) => (
            <button
              key={what}
              type="button"
              onClick={(e) => {
                e.currentTarget.closest('details')?.removeAttribute('open');
                begin(what);
              }}
            >
              {t(`line.act.${what}`)}
            </button>
          ))}
        </div>
      </details>
      {done !== undefined && doing === null && (
        <p role="status" className={css['lineDone']}>
          {'proposed' in done ? t('done.proposed') : t('done.recorded', { entry: done.sent.id })}
        </p>
      )}
      {doing !== null && (
        <Dialog label={t(`line.act.${doing}`)} onClose={() => setDoing(null)}>
          <h2>{t(`line.act.${doing}`)}</h2>
          <form
            className="column"
            onSubmit={(e) => {
              e.preventDefault();
              if (doing !== 'suspend') go();
            }}
          >
            {doing === 'condition' && (
              <NativeSelect
                label={t('line.level')}
                value={level}
                onChange={(e) => setLevel(e.currentTarget.value)}
                data={['normal', 'heightened', 'crisis'].map((value) => ({
                  value,
                  label: t(`condition.${value as 'crisis'}`),
                }))}
              />
            )}
            {doing === 'condition' && <MarkField value={mark} onChange={setMark} />}
            {doing === 'lower' && own.length > 1 && (
              <NativeSelect
                label={t('line.which')}
                value={which}
                onChange={(e) => setWhich(e.currentTarget.value)}
                data={own.map((condition) => ({
                  value: condition.entry,
                  label: `${condition.level ?? ''} ${condition.entry}`,
                }))}
              />
            )}
            <Textarea
              label={doing === 'test' ? t('line.test-text') : t('line.reason')}
              value={text}
              onChange={(e) => setText(e.currentTarget.value)}
              autosize
              minRows={2}
              autoFocus
            />
            {doing === 'suspend' && <p className="dim">{t('line.suspend-what')}</p>}
            <Refusal error={send.error} />
            <div className="row">
              {doing === 'suspend' ? (
                <Hold onHeld={go} disabled={text.trim() === '' || send.isPending}>
                  {t('line.act.suspend')}
                </Hold>
              ) : (
                <Button
                  type="submit"
                  loading={send.isPending}
                  disabled={text.trim() === '' && doing !== 'lower' && doing !== 'resume'}
                >
                  {t('act.record-it')}
                </Button>
              )}
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
