import { useAnnounced } from './announce';

/** The only live regions that tell what came: one that waits for a pause, and one that does not. */
export function Announcer() {
  const { polite, urgent } = useAnnounced();
  return (
    <div className="visually-hidden">
      <div data-announce="polite" aria-live="polite" aria-atomic="true">
        {polite}
      </div>
      <div data-announce="urgent" aria-live="assertive" aria-atomic="true">
        {urgent}
      </div>
    </div>
  );
}
