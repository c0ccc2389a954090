/** A menu closes when something else is pressed, and by Escape, which gives the focus back to what opened it. */
export function closeMenus(): () => void {
  const open = (): HTMLDetailsElement[] => [
    ...document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]'),
  ];
  // Focus that the page itself moves closes nothing: somebody may be about to press in the menu.
  let byKey = false;
  const focused = (e: Event): void => {
    if (byKey) pressed(e);
  };
  const pressed = (e: Event): void => {
    if (e.type === 'pointerdown') byKey = false;
    for (const menu of open()) if (e.target instanceof Node && !menu.contains(e.target)) menu.open = false;
  };
  const key = (e: KeyboardEvent): void => {
    byKey = true;
    if (e.key !== 'Escape') return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  };
  document.addEventListener('pointerdown', pressed);
  document.addEventListener('focusin', focused);
  document.addEventListener('keydown', key);
  return () => {
    document.removeEventListener('pointerdown', pressed);
    document.removeEventListener('focusin', focused);
    document.removeEventListener('keydown', key);
  };
}
