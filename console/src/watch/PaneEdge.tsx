import { useCallback, useEffect, useState, type RefObject } from 'react';
import { numberOf } from '../look/body';
import { useKept } from '../look/kept';
import css from './watch.module.css';

/** Widths of a pane in pixels: at least, at most, and a press of an arrow. */
const [least, most, step] = [180, 520, 16];
const usual = { lines: 272, duty: 308 } as const;

/** The edge of a pane, which is drawn, or moved by arrow. Its width is kept in this browser. */
export function PaneEdge({
  pane,
  of,
  label,
}: {
  pane: keyof typeof usual;
  of: RefObject<HTMLElement | null>;
  label: string;
}) {
  const [kept, keep] = useKept<number>(`pane.${pane}`, usual[pane], { read: numberOf });
  const [drawn, setDrawn] = useState<number | null>(null);
  const clamp = useCallback((width: number) => Math.round(Math.min(most, Math.max(least, width))), []);
  const width = clamp(drawn ?? kept);
  useEffect(() => of.current?.style.setProperty(`--pane-${pane}`, `${width}px`), [of, pane, width]);
  // The lines stand at the beginning of a row, what is to do at its end: from right to left the other way round.
  const toward = (): number => (pane === 'lines' ? 1 : -1) * (document.documentElement.dir === 'rtl' ? -1 : 1);
  return (
    <div
      className={css['edge']}
      data-pane={pane}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={width}
      tabIndex={0}
      onDoubleClick={() => keep(usual[pane])}
      onKeyDown={(e) => {
        const by = { ArrowLeft: -step, ArrowRight: step }[e.key];
        if (by === undefined) return;
        e.preventDefault();
        keep(clamp(width + by * toward()));
      }}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        const from = e.clientX;
        const at = e.currentTarget;
        at.setPointerCapture(e.pointerId);
        const end = new AbortController();
        let now = width;
        at.addEventListener(
          'pointermove',
          (moved: PointerEvent) => {
            now = clamp(width + (moved.clientX - from) * toward());
            setDrawn(now);
          },
          { signal: end.signal },
        );
        for (const what of ['pointerup', 'pointercancel'] as const)
          at.addEventListener(
            what,
            () => {
              end.abort();
              keep(now);
              setDrawn(null);
            },
            { signal: end.signal },
          );
      }}
    />
  );
}
