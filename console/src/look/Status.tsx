import { useT } from '../messages';
import type { Level } from './levels';
import css from './look.module.css';

/** A status level: colour, shape and word together, so that none of the three is needed alone. */
export function Status({ level, word, quiet = false }: { level: Level; word?: string; quiet?: boolean }) {
  const t = useT();
  return (
    <span className={css['status']} data-level={level}>
      <Shape level={level} />
      <span className={quiet ? 'visually-hidden' : css['word']}>{word ?? t(`level.${level}`)}</span>
    </span>
  );
}

/** Octagon, triangle, diamond, disc, ring, dash: told apart without colour, and at 12 pixels. */
export function Shape({ level }: { level: Level }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className={css['shape']} data-level={level}>
      {level === 'critical' && (
        <>
          <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
          <path d="M8 4v5M8 11v1.6" stroke="var(--p-bg)" strokeWidth="2" />
        </>
      )}
      {level === 'serious' && <path d="M8 1.5 15.5 14.5H.5z" fill="currentColor" />}
      {level === 'caution' && (
        <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="none" stroke="currentColor" strokeWidth="2.4" />
      )}
      {level === 'normal' && <circle cx="8" cy="8" r="6" fill="currentColor" />}
      {level === 'standby' && (
        <>
          <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" strokeWidth="2" />
          <circle cx="8" cy="8" r="2" fill="currentColor" />
        </>
      )}
      {level === 'off' && <path d="M2 8h12" stroke="currentColor" strokeWidth="2.6" />}
    </svg>
  );
}
