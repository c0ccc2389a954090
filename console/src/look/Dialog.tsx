import { useEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useT } from '../messages';
import css from './dialog.module.css';

/** What of the page waits while a sheet stands over it. The alarms do not: they are acknowledged by one press at any time. */
export const behindDialog = { 'data-behind': true } as const;

/** A sheet over the page but for its alarms: closed by Escape or by a press beside it, and the focus goes back where it was. */
export function Dialog({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const t = useT();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current;
    if (dialog === null || dialog.open) return undefined;
    const before = document.activeElement;
    const behind = [...document.querySelectorAll<HTMLElement>('[data-behind]')];
    // A modal dialog would leave the alarms dead as well.
    dialog.show();
    for (const part of behind) part.inert = true;
    document.documentElement.dataset['dialog'] = 'true';
    // The sheet begins where the alarms end, however many come while it stands.
    const alarms = document.querySelector('[data-alarm-rows]');
    const place = (): void =>
      dialog.style.setProperty('--alarms-end', `${alarms?.getBoundingClientRect().bottom ?? 0}px`);
    const watch = new ResizeObserver(place);
    if (alarms !== null) watch.observe(alarms);
    return () => {
      watch.disconnect();
      dialog.close();
      for (const part of behind) part.inert = false;
      delete document.documentElement.dataset['dialog'];
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return createPortal(
    // In the page it stands apart; to React it is a part of what opened it, which is to hear none of this.
    <div
      onSubmit={(e) => e.stopPropagation()}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Escape' && !e.defaultPrevented) onClose();
      }}
    >
      <div className={css['ground']} onClick={onClose} />
      <dialog ref={box} className={css['dialog']} aria-label={label}>
        <div className={css['sheet']}>
          {children}
          <button type="button" className={css['close']} onClick={onClose}>
            {t('keys.close')}
          </button>
        </div>
      </dialog>
    </div>,
    document.body,
  );
}
