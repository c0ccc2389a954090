import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { file } from '../api/client';
import { useT } from '../messages';
import { saveBlob } from './download';
import css from './look.module.css';
import { Refusal } from './Refusal';

/** Saves what the station has at a path. A plain link could not: it brings the cookie alone, and the station gives nothing for that.
 * `otherwise` is what the file is called where the station knows no name. */
export function Download({ path, otherwise, children }: { path: string; otherwise: string; children: ReactNode }) {
  const t = useT();
  const saving = useMutation({
    mutationFn: async () => {
      const { name, content } = await file(path);
      saveBlob(name ?? otherwise, content);
    },
  });
  return (
    <>
      <button type="button" className={css['linkButton']} disabled={saving.isPending} onClick={() => saving.mutate()}>
        {children}
      </button>
      {saving.isPending && (
        <span role="status" className="dim">
          {' '}
          {t('attach.saving')}
        </span>
      )}
      <Refusal error={saving.error} />
    </>
  );
}
