import { NativeSelect } from '@mantine/core';
import type { Mark } from '../api/types';
import { useT } from '../messages';

/** What something new is for. What answers an entry needs none: the station marks it as that entry. */
export function MarkField({ value, onChange }: { value: Mark; onChange: (mark: Mark) => void }) {
  const t = useT();
  return (
    <NativeSelect
      label={t('composer.mark')}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value as Mark)}
      data={(['actual', 'exercise', 'test'] as const).map((mark) => ({ value: mark, label: t(`mark.${mark}`) }))}
    />
  );
}
