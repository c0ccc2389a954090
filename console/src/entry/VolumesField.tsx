import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { fetched } from '../look/Fetched';
import screen from '../look/screen.module.css';
import { UtcField } from '../look/UtcField';
import { useT } from '../messages';
import type { Writing } from './BodyFields';
import css from './entry.module.css';
import { rowsOf, withoutRow } from './fields';
import { references, shapeOf, shapes } from './volumes';

const VolumesMap = fetched(async () => (await import('./VolumesMap')).default);

/** Where and when something is to be: volumes, each an outline, two heights and two times; drawn on the map, or typed. */
export function VolumesField({ values, onChange, problem, zones, at, label }: Writing & { at: string; label: string }) {
  const t = useT();
  const count = rowsOf(values, at);
  const [onMap, setOnMap] = useState(true);
  return (
    <fieldset className={screen['card']} data-volumes>
      <legend>{label}</legend>
      <div className="row">
        <Button
          type="button"
          size="compact-xs"
          variant="default"
          onClick={() => setOnMap(!onMap)}
          aria-expanded={onMap}
        >
          {t('forms.on-map')}
        </Button>
      </div>
      {onMap && <VolumesMap values={values} onChange={onChange} at={at} label={label.replace(/ \*$/, '')} />}
      {Array.from({ length: count }, (_, i) => {
        const row = `${at}.${i}`;
        const shape = shapeOf(values, row);
        const field = (name: string) => ({
          value: values[`${row}.${name}`] ?? '',
          error: problem(`${row}.${name}`),
          onChange: (e: { currentTarget: { value: string } }) =>
            onChange({ [`${row}.${name}`]: e.currentTarget.value }),
        });
        const time = (name: string, text: string) => (
          <UtcField
            label={text}
            value={values[`${row}.${name}`] ?? ''}
            onChange={(typed) => onChange({ [`${row}.${name}`]: typed })}
            zones={zones}
            error={problem(`${row}.${name}`)}
          />
        );
        return (
          <div key={i} className={css['row']} role="group" aria-label={t('volume.of', { number: i + 1 })}>
            <div className={screen['grid']}>
              <NativeSelect
                label={t('volume.shape')}
                {...field('shape')}
                value={shape}
                data={shapes.map((one) => ({ value: one, label: t(`volume.shape.${one}`) }))}
              />
              {shape === 'circle' && (
                <>
                  <TextInput
                    label={`${t('volume.centre')} *`}
                    dir="ltr"
                    placeholder="57.31 N 19.42 E"
                    {...field('centre')}
                  />
                  <TextInput label={`${t('volume.radius')} *`} inputMode="decimal" {...field('radius')} />
                </>
              )}
            </div>
            {shape === 'corridor' && (
              <div className={screen['grid']}>
                <Textarea
                  label={`${t('volume.line')} *`}
                  dir="ltr"
                  placeholder={'57.31 N 19.42 E\n57.31 N 19.60 E'}
                  autosize
                  minRows={2}
                  {...field('line')}
                />
                <TextInput label={`${t('volume.width')} *`} inputMode="decimal" {...field('width')} />
              </div>
            )}
            {shape === 'polygon' && (
              <Textarea
                label={`${t('volume.corners')} *`}
                dir="ltr"
                placeholder={'57.31 N 19.42 E\n57.31 N 19.60 E\n57.20 N 19.60 E'}
                autosize
                minRows={3}
                {...field('corners')}
              />
            )}
            {shape === 'json' ? (
              <Textarea label={t('volume.json')} dir="ltr" autosize minRows={3} className="mono" {...field('json')} />
            ) : (
              <div className={screen['grid']}>
                <TextInput label={t('volume.lower')} inputMode="decimal" {...field('lower')} />
                <TextInput label={t('volume.upper')} inputMode="decimal" {...field('upper')} />
                <NativeSelect
                  label={t('volume.reference')}
                  {...field('reference')}
                  data={references.map((one) => ({ value: one, label: t(`volume.reference.${one}`) }))}
                />
                {time('from', t('volume.from'))}
                {time('until', t('volume.until'))}
              </div>
            )}
            <Button
              type="button"
              size="compact-xs"
              variant="subtle"
              onClick={() => onChange((all) => withoutRow(all, at, i))}
            >
              {t('form.drop-row', { number: i + 1 })}
            </Button>
          </div>
        );
      })}
      {problem(at) !== null && <p role="alert">{problem(at)}</p>}
      <div className="row">
        <Button
          type="button"
          size="compact-xs"
          variant="default"
          onClick={() => onChange({ [`${at}#`]: String(count + 1) })}
        >
          {t('volume.add')}
        </Button>
      </div>
    </fieldset>
  );
}
