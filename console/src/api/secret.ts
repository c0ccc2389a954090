/**
 * The page's half of the session. The cookie goes to every port of this host; this half belongs to the page's origin,
 * port included, and every request
 * brings it (docs/decisions/0027). A tab keeps it over a reload; a new tab is given it by one that is open. The last to
 * close takes it along.
 */
const place = 'parley.session';
/** How long a new tab waits for another's word; without one, the officer signs in. */
const patience = 300;

type Word = { wanted: true } | { secret: string };

let held = readHeld();
let tabs: BroadcastChannel | null = null;
let sought: Promise<void> | null = null;
let tellOthers = (): void => {};

function readHeld(): string {
  try {
    return sessionStorage.getItem(place) ?? '';
  } catch {
    return '';
  }
}

function take(secret: string): void {
  held = secret;
  try {
    if (secret === '') sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, secret);
  } catch {
    // Without storage the page keeps it until it is loaded anew.
  }
}

/** Looks for the half once: in this tab, else in the others. From then on this tab answers others, and `changed` is told what they say. */
export function findSecret(changed: () => void): Promise<void> {
  tellOthers = changed;
  return (sought ??= new Promise((resolve) => {
    tabs = new BroadcastChannel(place);
    tabs.onmessage = ({ data }: MessageEvent<Word>) => {
      if ('wanted' in data) {
        if (held !== '') tabs?.postMessage({ secret: held } satisfies Word);
      } else if (data.secret !== held) {
        take(data.secret);
        resolve();
        tellOthers();
      }
    };
    if (held !== '') {
      resolve();
      return;
    }
    tabs.postMessage({ wanted: true } satisfies Word);
    setTimeout(resolve, patience);
  }));
}

/** A session has begun here, or ended (''): the other tabs of this origin follow. */
export function keepSecret(secret: string): void {
  take(secret);
  tabs?.postMessage({ secret } satisfies Word);
}

/** The station knows no session for it: this tab's half is of no use any more. */
export const dropSecret = (): void => take('');

/** The header that every request brings; nothing where nobody is signed in. */
export const secretHeader = (): Record<string, string> => (held === '' ? {} : { 'X-Parley-Session': held });
