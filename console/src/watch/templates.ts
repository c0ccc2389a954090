import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, value } from '../api/client';
import { listed } from '../api/known';
import type { Precedence, TemplateView } from '../api/types';
import { useLanguage, useT, type Key } from '../messages';

/** Messages that are written often or in haste. The fields of a template travel as coded values, which need no translation (R9). */
type Built = {
  id: string;
  label: Key;
  text: Key;
  fields: { name: string; type: 'number' | 'time' | 'position'; unit?: string }[];
};

/** As it is chosen and filled in. */
export type Template = {
  id: string;
  label: string;
  text: string;
  lang: string | null;
  precedence: Precedence | null;
  fields: readonly { name: string; type: 'number' | 'time' | 'position' | 'text'; unit?: string | null }[];
};

const built: readonly Built[] = [
  {
    id: 'confirm-picture',
    label: 'template.confirm-picture',
    text: 'template.confirm-picture-text',
    fields: [
      { name: 'position', type: 'position' },
      { name: 'time', type: 'time' },
    ],
  },
  {
    id: 'aircraft-near',
    label: 'template.aircraft-near',
    text: 'template.aircraft-near-text',
    fields: [
      { name: 'position', type: 'position' },
      { name: 'altitude', type: 'number', unit: 'ft' },
      { name: 'time', type: 'time' },
    ],
  },
  {
    id: 'vessel-in-distress',
    label: 'template.vessel',
    text: 'template.vessel-text',
    fields: [
      { name: 'position', type: 'position' },
      { name: 'persons', type: 'number' },
      { name: 'time', type: 'time' },
    ],
  },
  {
    id: 'cease-fire-here',
    label: 'template.cease',
    text: 'template.cease-text',
    fields: [
      { name: 'position', type: 'position' },
      { name: 'from', type: 'time' },
    ],
  },
  {
    id: 'stand-by',
    label: 'template.stand-by',
    text: 'template.stand-by-text',
    fields: [{ name: 'until', type: 'time' }],
  },
];

/** Those of the station, which its officers keep. */
export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: () => listed(value<TemplateView[]>(api.GET('/api/v1/templates'))),
  staleTime: 30_000,
});

const types = ['number', 'time', 'position', 'text'] as const;

/** All that can be chosen, the station's own first: each in the language of the message where it has one, else in the page's. */
export function useTemplates(lang: string): readonly Template[] {
  const t = useT();
  const language = useLanguage();
  const own = useQuery(templatesQuery).data ?? [];
  return [
    ...own.map((one): Template => {
      const found =
        one.texts.find((text) => text.lang === lang) ??
        one.texts.find((text) => text.lang.split('-')[0] === language) ??
        one.texts[0];
      return {
        id: one.template,
        label: one.label,
        text: found?.text ?? '',
        lang: found?.lang ?? null,
        precedence: one.precedence ?? null,
        fields: one.fields.flatMap((field) => {
          const type = types.find((known) => known === field.type);
          return type === undefined ? [] : [{ name: field.name, type, unit: field.unit ?? null }];
        }),
      };
    }),
    ...built.map((one): Template => ({ ...one, label: t(one.label), text: t(one.text), lang: null, precedence: null })),
  ];
}

/** The text with what was typed into its fields; a field that is empty stays as it is written, in braces, for all to see. */
export const filledIn = (text: string, fields: Readonly<Record<string, string>>, template?: Template): string =>
  (template?.fields ?? []).reduce((all, { name }) => {
    const typed = fields[name]?.trim() ?? '';
    return typed === '' ? all : all.replaceAll(`{${name}}`, typed);
  }, text);
