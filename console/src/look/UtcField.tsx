import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useT, type Key, type T } from '../messages';
import { stationNow } from './now';
import { englishWords, fullUtc, inZone, readUtc, readWords, typedUtc, type TimeWords } from './time';

/** The words of the officer's own language beside the English ones. */
function wordsOf(t: T): TimeWords {
  const own = (key: Key): string[] => t(key).toLocaleLowerCase().split(' ');
  return {
    now: [...englishWords.now, ...own('time.word-now')],
    today: [...englishWords.today, ...own('time.word-today')],
    tomorrow: [...englishWords.tomorrow, ...own('time.word-tomorrow')],
    local: [...englishWords.local, ...own('time.word-local')],
  };
}

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
  // What is said in words is a date as soon as the field is left: what is signed says no "tomorrow".
  const said = readUtc(value) === null ? readWords(value, stationNow(), wordsOf(t)) : null;
  const at = readUtc(value) ?? said;
  // What is wanted is said to who went past it, and not to who has yet to come there.
  const [left, setLeft] = useState(false);
  const wrong =
    value.trim() === '' ? (required && left ? t('form.wanted') : null) : at === null ? t('form.bad-time') : null;
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
      onBlur={() => {
        setLeft(true);
        if (said !== null) onChange(typedUtc(said));
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && said !== null) onChange(typedUtc(said));
      }}
      dir="ltr"
      placeholder="YYYY-MM-DD HH:MM"
      error={wrong ?? error}
      description={[said === null ? '' : `${fullUtc(said)}`, local].filter((one) => one !== '').join(' · ') || null}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      size="sm"
    />
  );
}
