/** A menu closes when something else is pressed, and by Escape, which gives the focus back to what opened it. */
export function closeMenus(): () => void {
  const open = (): HTMLDetailsElement[] => [
    ...document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]'),
  ];
  const pressed = (e: Event): void => {
    for (const menu of open()) if (e.target instanceof Node && !menu.contains(e.target)) menu.open = false;
  };
  const key = (e: KeyboardEvent): void => {
    if (e.key !== 'Escape') return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  };
  document.addEventListener('pointerdown', pressed);
  document.addEventListener('focusin', pressed);
  document.addEventListener('keydown', key);
  return () => {
    document.removeEventListener('pointerdown', pressed);
    document.removeEventListener('focusin', pressed);
    document.removeEventListener('keydown', key);
  };
}
