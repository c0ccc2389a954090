import { plain } from '../look/find';

/** Something that can be gone to or done. `more` is what it is found by beside its word. */
export type Choice = { id: string; word: string; group: string; more: string; run: () => void };

/** What is meant before what is played, each in its order. */
export const meantFirst = <One>(all: readonly One[], isPlayed: (one: One) => boolean): One[] => [
  ...all.filter((one) => !isPlayed(one)),
  ...all.filter(isPlayed),
];

/** How well a choice is what was typed: all its words must be in it, and a beginning counts more than a middle. Below nothing: not at all. */
export function fit(choice: Pick<Choice, 'word' | 'group' | 'more'>, text: string): number {
  const words = plain(text)
    .split(/\s+/)
    .filter((one) => one !== '');
  const [word, more] = [plain(choice.word), plain(`${choice.group} ${choice.more}`)];
  let sum = 0;
  for (const one of words) {
    const at = word.indexOf(one);
    if (at === 0) sum += 4;
    else if (at > 0 && /\s/.test(word[at - 1] ?? '')) sum += 3;
    else if (at > 0) sum += 2;
    else if (more.split(/\s+/).some((part) => part.startsWith(one))) sum += 1;
    else return -1;
  }
  return sum;
}

/** Those that are meant, the best first; all of them, in their order, where nothing is typed. */
export const found = (choices: readonly Choice[], text: string): Choice[] =>
  choices
    .map((choice, i) => ({ choice, i, fit: fit(choice, text) }))
    .filter((one) => one.fit >= 0)
    .sort((a, b) => b.fit - a.fit || a.i - b.i)
    .map(({ choice }) => choice);
