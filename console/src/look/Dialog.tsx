import { useEffect, useRef, type ReactNode } from 'react';
import { useT } from '../messages';
import css from './dialog.module.css';

/** A sheet over the page: the browser keeps the focus in it, closes it by Escape, and gives the focus back. */
export function Dialog({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const t = useT();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current;
    if (dialog === null || dialog.open) return undefined;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      className={css['dialog']}
      aria-label={label}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onClick={(e) => {
        // Beside it: on the dialog itself, and on nothing in it.
        if (e.target === e.currentTarget) onClose();
      }}
    >
      <div className={css['sheet']}>
        {children}
        <button type="button" className={css['close']} onClick={onClose}>
          {t('keys.close')}
        </button>
      </div>
    </dialog>
  );
}
