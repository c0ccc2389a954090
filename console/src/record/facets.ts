import { nothingSought, type Sought } from './search';

/** What may be typed before a colon, and what of a search it sets. */
const facets: Readonly<Record<string, keyof Sought>> = {
  from: 'from',
  kind: 'kind',
  by: 'by',
  since: 'since',
  after: 'since',
  until: 'until',
  before: 'until',
  mark: 'mark',
};

/** What is typed into the one field, taken apart: `from:us kind:call before:2026-01-01 "two words"`. The fields beside it hold where the text names nothing. */
export function soughtOf(typed: string, beside: Sought): Sought {
  const sought: Sought = { ...beside, text: '' };
  const words: string[] = [];
  for (const [, facet, quoted, plain] of typed.matchAll(/(?:(\p{L}+):)?(?:"([^"]*)"|(\S+))/gu)) {
    const value = quoted ?? plain ?? '';
    const name = facet === undefined ? undefined : facets[facet.toLowerCase()];
    if (name === undefined) words.push(facet === undefined ? value : `${facet}:${value}`);
    else
      sought[name] =
        name === 'kind' && !value.includes('.')
          ? `${value}.`
          : /^\d{4}-\d\d-\d\d$/.test(value)
            ? `${value} 00:00`
            : value;
  }
  return { ...sought, text: words.join(' ') };
}

/** A search as it is typed again. */
export const typedOf = (sought: Sought): string =>
  [
    sought.text,
    ...(['from', 'kind', 'by', 'since', 'until', 'mark'] as const).flatMap((name) =>
      sought[name].trim() === '' ? [] : [`${name}:${/\s/.test(sought[name]) ? `"${sought[name]}"` : sought[name]}`],
    ),
  ]
    .filter((part) => part !== '')
    .join(' ');

export const isSame = (one: Sought, other: Sought): boolean =>
  (Object.keys(nothingSought) as (keyof Sought)[]).every((name) => one[name].trim() === other[name].trim());
