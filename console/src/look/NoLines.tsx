import { useKnownLines } from '../api/queries';
import { useT } from '../messages';
import { allKnown, Unknown } from './Unknown';

/** Where a screen has no line to be about: because there is none, or because that is not known. */
export function NoLines() {
  const t = useT();
  const lines = useKnownLines();
  if (allKnown(lines)) return <p className="empty">{t('watch.no-lines')}</p>;
  return lines.unknown ? (
    <div className="empty">
      <Unknown of={[lines]} what={t('unknown.lines')} />
    </div>
  ) : (
    <p className="empty" role="status">
      {t('shell.loading')}
    </p>
  );
}
