import { useLines } from '../api/queries';
import { Foreign } from './Foreign';
import css from './look.module.css';
import { go } from './route';

/** A reference to an entry, which leads to it. An id alone names another entry on another line: where it is of one, the line stands with it. */
export function EntryLink({ line, entry, here }: { line: string; entry: string; here?: string }) {
  const title = useLines().find((one) => one.line === line)?.title ?? line;
  return (
    <button type="button" className={css['linkButton']} onClick={() => go({ screen: 'record', line, entry })}>
      <bdi dir="ltr" className="mono">
        {entry}
      </bdi>
      {here !== undefined && here !== line && (
        <>
          {' '}
          · <Foreign text={title} />
        </>
      )}
    </button>
  );
}
