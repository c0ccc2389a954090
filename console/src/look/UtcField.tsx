import { TextInput } from '@mantine/core';
import { useT } from '../messages';
import { inZone, readUtc } from './time';

/** A time as it is typed: UTC, by date or as a date-time group. What cannot be read stays as it was typed, and can be saved so. */
export function UtcField({
  label,
  value,
  onChange,
  zones = [],
  required = false,
  error = null,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  zones?: readonly { name: string; zone: string }[];
  required?: boolean;
  /** What else is to be said of it. */
  error?: string | null;
}) {
  const t = useT();
  const at = readUtc(value);
  const wrong = value.trim() === '' ? (required ? t('form.wanted') : null) : at === null ? t('form.bad-time') : null;
  const local =
    at === null
      ? ''
      : zones
          .filter(({ zone }) => zone !== 'UTC')
          .map(({ name, zone }) => `${name} ${inZone(at, zone) ?? '?'}`)
          .join(' · ');
  return (
    <TextInput
      label={label}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      placeholder="2026-11-22 17:30"
      error={wrong ?? error}
      description={local === '' ? null : local}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      size="sm"
    />
  );
}
