import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, value } from '../api/client';
import { useOfficer } from '../api/session';
import type { Precedence, TemplateView } from '../api/types';
import { Dialog } from '../look/Dialog';
import { precedences } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { useLanguage, useT } from '../messages';
import { templatesQuery } from './templates';

type Typed = { label: string; texts: { lang: string; text: string }[]; fields: string; precedence: Precedence | '' };
const types: Readonly<Record<string, string>> = { n: 'number', t: 'time', p: 'position' };

/** Fields as they are typed, one a word: `persons:n`, `altitude:n:ft`, `time:t`, `place:p`, and `ship` for a text. */
const fieldsOf = (typed: string) =>
  typed
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .map((one) => {
      const [name = '', type = '', unit] = one.split(':');
      return { name, type: types[type] ?? 'text', unit: unit ?? null };
    });
const typedOf = (view: TemplateView): Typed => ({
  label: view.label,
  texts: view.texts.map(({ lang, text }) => ({ lang, text })),
  fields: view.fields
    .map(({ name, type, unit }) =>
      [name, ...(type === 'text' ? [] : [type.slice(0, 1)]), ...(unit == null ? [] : [unit])].join(':'),
    )
    .join(' '),
  precedence: view.precedence ?? '',
});

/** The station's own templates: what its officers write often, in as many languages as they want, for all of them. */
export function Templates({ onClose }: { onClose: () => void }) {
  const t = useT();
  const language = useLanguage();
  const officer = useOfficer();
  const queries = useQueryClient();
  const all = useQuery(templatesQuery);
  const fresh: Typed = { label: '', texts: [{ lang: language, text: '' }], fields: '', precedence: '' };
  const [of, setOf] = useState<string | null>(null);
  const [typed, setTyped] = useState<Typed>(fresh);
  const settled = { onSettled: () => queries.invalidateQueries({ queryKey: templatesQuery.queryKey }) };
  const save = useMutation({
    mutationFn: () => {
      const body = {
        by: officer,
        label: typed.label,
        texts: typed.texts.filter(({ text }) => text.trim() !== ''),
        fields: fieldsOf(typed.fields),
        precedence: typed.precedence === '' ? null : typed.precedence,
      } as never;
      return value<TemplateView>(
        of === null
          ? api.POST('/api/v1/templates', { body })
          : api.PUT('/api/v1/templates/{template}', { params: { path: { template: of } }, body }),
      );
    },
    onSuccess: () => {
      setOf(null);
      setTyped(fresh);
    },
    ...settled,
  });
  const drop = useMutation({
    mutationFn: (template: string) =>
      value<TemplateView>(api.DELETE('/api/v1/templates/{template}', { params: { path: { template } } })),
    ...settled,
  });
  return (
    <Dialog label={t('template.title')} onClose={onClose}>
      <div className="column">
        <h2>{t('template.title')}</h2>
        <p className="dim">{t('template.what')}</p>
        {all.data?.length === 0 && <p>{t('template.none')}</p>}
        {(all.data ?? []).map((one) => (
          <div key={one.template} className="row spread">
            <Foreign text={one.label} />
            <span className="row">
              <button
                type="button"
                onClick={() => {
                  setOf(one.template);
                  setTyped(typedOf(one));
                }}
              >
                {t('template.change')}
                <span className="visually-hidden"> {one.label}</span>
              </button>
              <button type="button" disabled={drop.isPending} onClick={() => drop.mutate(one.template)}>
                {t('template.delete')}
                <span className="visually-hidden"> {one.label}</span>
              </button>
            </span>
          </div>
        ))}
        <div className={screen['card']} role="group" aria-label={t(of === null ? 'template.new' : 'template.change')}>
          <TextInput
            label={t('template.label')}
            value={typed.label}
            onChange={(e) => setTyped({ ...typed, label: e.currentTarget.value })}
          />
          {typed.texts.map((one, i) => (
            <div key={i} className="row">
              <TextInput
                w={72}
                label={t('template.lang')}
                value={one.lang}
                onChange={(e) => {
                  const lang = e.currentTarget.value;
                  setTyped({ ...typed, texts: typed.texts.map((text, k) => (k === i ? { ...text, lang } : text)) });
                }}
              />
              <Textarea
                className="grow"
                autosize
                label={t('template.text')}
                value={one.text}
                onChange={(e) => {
                  const words = e.currentTarget.value;
                  setTyped({
                    ...typed,
                    texts: typed.texts.map((text, k) => (k === i ? { ...text, text: words } : text)),
                  });
                }}
              />
            </div>
          ))}
          <TextInput
            label={t('template.fields')}
            description={t('template.fields-how')}
            value={typed.fields}
            onChange={(e) => setTyped({ ...typed, fields: e.currentTarget.value })}
          />
          <NativeSelect
            label={t('composer.precedence')}
            value={typed.precedence}
            onChange={(e) => setTyped({ ...typed, precedence: e.currentTarget.value as Precedence })}
            data={[
              { value: '', label: t('template.as-chosen') },
              ...precedences.map((p) => ({ value: p, label: t(`precedence.${p}`) })),
            ]}
          />
          <div className="row">
            <Button size="compact-sm" loading={save.isPending} onClick={() => save.mutate()}>
              {t('template.save')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setTyped({ ...typed, texts: [...typed.texts, { lang: '', text: '' }] })}
            >
              {t('template.another-language')}
            </Button>
          </div>
          <Refusal error={save.error ?? drop.error} />
        </div>
      </div>
    </Dialog>
  );
}
