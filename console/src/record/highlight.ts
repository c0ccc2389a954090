import { useEffect, type RefObject } from 'react';
import { plain } from '../look/find';

/** Hits that are marked at most: more are no help to an eye. */
const most = 500;
const name = 'parley-hits';

/**
 * Marks where the sought words stand in what is drawn. The browser paints over the text as it is, so that nothing is cut
 * apart and a text from right to left keeps its order; a browser that cannot marks nothing.
 */
export function useHighlight(box: RefObject<HTMLElement | null>, sought: string | null, drawn: unknown): void {
  useEffect(() => {
    const words = plain(sought ?? '')
      .split(/\s+/)
      .filter((word) => word.length > 1);
    if (!('highlights' in CSS) || box.current === null || words.length === 0) return undefined;
    const ranges: Range[] = [];
    const walker = document.createTreeWalker(box.current, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null && ranges.length < most; node = walker.nextNode()) {
      const text = (node.nodeValue ?? '').toLocaleLowerCase();
      for (const word of words)
        for (let at = text.indexOf(word); at >= 0 && ranges.length < most; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, Math.min(at + word.length, node.nodeValue?.length ?? 0));
          ranges.push(range);
        }
    }
    CSS.highlights.set(name, new Highlight(...ranges));
    return () => void CSS.highlights.delete(name);
  }, [box, sought, drawn]);
}
