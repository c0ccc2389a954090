import type { FirstKey } from './en';
import type { ScreenKey } from './screens/en';

/** A text's name, in whichever of the two catalogues it stands. */
export type Key = FirstKey | ScreenKey;

/**
 * The texts of another language: each that English has, and of those that count something the forms that the language
 * has of its own (`search.found#few`), by the categories of CLDR. A text that lacks its translation does not compile.
 */
type Texts<K extends Key> = Record<Exclude<K, `${string}#${string}`>, string> &
  Partial<Record<`${Exclude<K, `${string}#${string}`>}#${Exclude<Intl.LDMLPluralRule, 'other'>}`, string>>;

/** What the first page says: it is fetched before anything is shown. */
export type Catalogue = Texts<FirstKey>;
/** What only screens say that are fetched when they are opened: it comes with the first of them. */
export type ScreenCatalogue = Texts<ScreenKey>;
