/** Without accents and capitals, as somebody types who is in haste. */
export const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLocaleLowerCase();

/** Those that hold every word that was typed; all of them where nothing was. */
export function found<T extends { word: string; more: string }>(all: readonly T[], typed: string): T[] {
  const words = plain(typed)
    .split(/\s+/)
    .filter((one) => one !== '');
  return all.filter((one) => {
    const text = plain(`${one.word} ${one.more}`);
    return words.every((word) => text.includes(word));
  });
}
