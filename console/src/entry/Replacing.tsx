import type { ComponentProps } from 'react';
import { standingEntry, useKinds } from '../api/kinds';
import { useKnown } from '../api/known';
import { entryQuery, itemQuery } from '../api/queries';
import { fieldsOf, leftOutOf, valuesOfBody } from './fields';
import { Unknown } from '../look/Unknown';
import { useT } from '../messages';
import { FormEditor } from './FormEditor';

/** A form that takes the place of an entry begins with all of it, and is not opened before that is known: what was not read would be lost. */
export function Replacing(props: Omit<ComponentProps<typeof FormEditor>, 'start' | 'leftOut'> & { about: string }) {
  const t = useT();
  const kinds = useKinds();
  const item = useKnown(itemQuery(props.line.line, props.about));
  const standing = item.data === undefined ? null : standingEntry(kinds, item.data);
  const entry = useKnown({ ...entryQuery(props.line.line, standing ?? props.about), enabled: standing !== null });
  if (standing === null || entry.data === undefined)
    return item.unknown || entry.unknown ? (
      <Unknown of={[item, entry].filter((one) => one.unknown)} what={standing ?? props.about} />
    ) : (
      <p role="status">{t('shell.loading')}</p>
    );
  const fields = fieldsOf(props.kind);
  return (
    <FormEditor
      {...props}
      key={standing}
      start={valuesOfBody(fields, entry.data.body)}
      leftOut={leftOutOf(fields, entry.data.body)}
    />
  );
}
