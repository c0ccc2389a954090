import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useT } from '../messages';
import css from './look.module.css';

/** How long a grave act is held, in milliseconds. */
export const holdTime = 1200;

/**
 * A button for what cannot be taken back: it acts once it was held, by pointer or by key, and not when it was only
 * touched.
 * Letting go, leaving it or Escape gives up.
 */
export function Hold({
  children,
  onHeld,
  disabled = false,
  grave = true,
}: {
  children: ReactNode;
  onHeld: () => void;
  disabled?: boolean;
  grave?: boolean;
}) {
  const t = useT();
  const [holding, setHolding] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const cancel = (): void => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    setHolding(false);
  };
  const begin = (): void => {
    if (disabled || timer.current !== null) return;
    setHolding(true);
    timer.current = setTimeout(() => {
      cancel();
      onHeld();
    }, holdTime);
  };
  useEffect(() => cancel, []);

  return (
    <button
      type="button"
      className={css['hold']}
      data-holding={holding}
      data-grave={grave}
      disabled={disabled}
      title={t('hold.how')}
      onPointerDown={(e) => {
        if (e.button === 0) begin();
      }}
      onPointerUp={cancel}
      onPointerLeave={cancel}
      onPointerCancel={cancel}
      onBlur={cancel}
      onContextMenu={(e) => e.preventDefault()}
      onKeyDown={(e) => {
        if (e.key === 'Escape') cancel();
        else if ((e.key === ' ' || e.key === 'Enter') && !e.repeat) {
          e.preventDefault();
          begin();
        } else if (e.key === ' ' || e.key === 'Enter') e.preventDefault();
      }}
      onKeyUp={(e) => {
        if (e.key === ' ' || e.key === 'Enter') {
          e.preventDefault();
          cancel();
        }
      }}
    >
      <span className={css['holdFill']} aria-hidden="true" />
      <span className={css['holdText']}>{children}</span>
      <span className={css['holdHint']}>{holding ? t('hold.on') : t('hold.hint')}</span>
    </button>
  );
}
