import type { ItemView } from '../api/types';
import { useT } from '../messages';
import { Chip } from './Chips';
import { go } from './route';

/** An item of a list that is shortened there, or that the station cannot show at all: that is said. */
export const isInPart = (item: Pick<ItemView, 'cut' | 'unshown'>): boolean =>
  item.cut === true || item.unshown === true;

export function InPartChip({ item }: { item: Pick<ItemView, 'cut' | 'unshown'> }) {
  const t = useT();
  return isInPart(item) ? <Chip tone="caution">{t(item.unshown === true ? 'part.unshown' : 'part.cut')}</Chip> : null;
}

/** The same, with the way to what the record has of it. Not within another button. */
export function InPart({ line, item }: { line: string; item: Pick<ItemView, 'entry' | 'cut' | 'unshown'> }) {
  const t = useT();
  if (!isInPart(item)) return null;
  return (
    <p className="row" data-in-part={item.entry}>
      <InPartChip item={item} />
      <button type="button" onClick={() => go({ screen: 'record', line, entry: item.entry })}>
        {t('part.record', { entry: item.entry })}
      </button>
    </p>
  );
}

/** A text up to a length; what is left out is told by dots, never silently. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, /[\uD800-\uDBFF]$/.test(text.slice(0, most)) ? most - 1 : most)}…`;
