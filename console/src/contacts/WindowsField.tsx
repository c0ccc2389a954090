import { Button } from '@mantine/core';
import type { Window } from '../api/types';
import { readUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { useT } from '../messages';
import screen from '../look/screen.module.css';

export type TypedWindow = { from: string; until: string };

/** The windows that can be read; those with an error in them stay in the form. */
export const windowsOf = (typed: readonly TypedWindow[]): Window[] =>
  typed.flatMap(({ from, until }) => {
    const [a, b] = [readUtc(from), readUtc(until)];
    return a === null || b === null ? [] : [{ from: a, until: b }];
  });

export function WindowsField({
  value,
  onChange,
  zones,
}: {
  value: TypedWindow[];
  onChange: (value: TypedWindow[]) => void;
  zones: readonly { name: string; zone: string }[];
}) {
  const t = useT();
  const change = (at: number, part: Partial<TypedWindow>): void =>
    onChange(value.map((window, i) => (i === at ? { ...window, ...part } : window)));
  return (
    <fieldset className={screen['card']}>
      <legend>{t('call.windows')}</legend>
      {value.map((window, i) => (
        <div key={i} className={screen['grid']}>
          <UtcField
            label={t('field.from')}
            value={window.from}
            onChange={(from) => change(i, { from })}
            zones={zones}
          />
          <UtcField
            label={t('field.until')}
            value={window.until}
            onChange={(until) => change(i, { until })}
            zones={zones}
          />
        </div>
      ))}
      <div className="row">
        <Button
          type="button"
          size="compact-xs"
          variant="default"
          onClick={() => onChange([...value, { from: '', until: '' }])}
        >
          {t('call.another-window')}
        </Button>
      </div>
    </fieldset>
  );
}
