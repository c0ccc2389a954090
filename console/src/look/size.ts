import { useSyncExternalStore } from 'react';
import { keep, readKept } from './kept';

/** How much stands on a screen, and how large its letters are: of this browser. */
export const densities = ['dense', 'usual', 'roomy'] as const;
export type Density = (typeof densities)[number];
export const textSizes = ['small', 'usual', 'large', 'larger'] as const;
export type TextSize = (typeof textSizes)[number];

export type Size = { density: Density; text: TextSize };
const known = ({ density, text }: Partial<Size>): Size => ({
  density: densities.find((one) => one === density) ?? 'usual',
  text: textSizes.find((one) => one === text) ?? 'usual',
});

let size: Size = known(readKept<Partial<Size>>('size', {}));
const subscribers = new Set<() => void>();

export function applySize(part: Partial<Size> = {}): void {
  size = known({ ...size, ...part });
  keep('size', size);
  document.documentElement.dataset['density'] = size.density;
  document.documentElement.dataset['text'] = size.text;
  for (const subscriber of subscribers) subscriber();
}

export const useSize = (): Size =>
  useSyncExternalStore(
    (changed) => {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
    () => size,
    () => size,
  );
