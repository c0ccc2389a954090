import type { Key } from './en';

/** A text without the forms that a number asks of it. */
type Whole = Exclude<Key, `${string}#${string}`>;

/**
 * The texts of another language: each that English has, and of those that count something the forms that the language
 * has of its own (`search.found#few`), by the categories of CLDR. A text that lacks its translation does not compile.
 */
export type Catalogue = Record<Whole, string> &
  Partial<Record<`${Whole}#${Exclude<Intl.LDMLPluralRule, 'other'>}`, string>>;
