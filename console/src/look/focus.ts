/** What the keyboard can reach. */
const reachable =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex]:not([tabindex="-1"])';

/**
 * Where the focus goes when what had it is gone (an alarm was taken down, a form was sent): to the first thing of what
 * is left around it, else to
 * the screen. A browser lets it fall to the page, from where a keyboard begins anew and a screen reader says nothing.
 */
export function keepFocus(): () => void {
  let chain: Element[] = [];
  const gone = (): boolean => chain[0] !== undefined && (!chain[0].isConnected || chain[0].matches(':disabled'));
  const taken = (e: FocusEvent): void => {
    chain = [];
    for (
      let at = e.target instanceof Element ? e.target : null;
      at !== null && at !== document.body;
      at = at.parentElement
    )
      chain.push(at);
  };
  // Who clicks beside everything has left it himself.
  const left = (): void =>
    void setTimeout(() => {
      if (document.activeElement === document.body && !gone()) chain = [];
    });
  const mend = (): void => {
    if (chain.length === 0 || document.activeElement !== document.body || !gone()) return;
    const main = document.getElementById('main');
    const around = chain.slice(1).find((one) => one.isConnected);
    chain = [];
    const near =
      around === undefined || (main !== null && around.contains(main) && around !== main)
        ? null
        : around.querySelector<HTMLElement>(reachable);
    (near ?? main)?.focus({ preventScroll: near === null });
  };
  const watching = new MutationObserver(mend);
  watching.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', taken);
  document.addEventListener('focusout', left);
  return () => {
    watching.disconnect();
    document.removeEventListener('focusin', taken);
    document.removeEventListener('focusout', left);
  };
}
