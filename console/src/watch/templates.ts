import type { Key } from '../messages';

/** Messages that are written often or in haste. The fields of a template travel as coded values, which need no translation (R9). */
export type Template = {
  id: string;
  label: Key;
  text: Key;
  fields: { name: string; type: 'number' | 'time' | 'position'; unit?: string }[];
};

export const templates: readonly Template[] = [
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
