import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { reliefQuery } from '../api/queries';
import { useOfficer } from '../api/session';
import { useT, wordOf } from '../messages';

/** Who is to have the watch: chosen among those who can take it. Where the station cannot say who that is, the name is typed. */
export function ReliefField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const t = useT();
  const officer = useOfficer();
  const known = useQuery(reliefQuery);
  const others = (known.data ?? []).filter(({ name }) => name !== officer.name);
  if (known.isError)
    return (
      <TextInput
        label={t('handover.communicator')}
        value={value}
        required
        onChange={(e) => onChange(e.currentTarget.value)}
      />
    );
  return (
    <NativeSelect
      label={t('handover.communicator')}
      description={known.data !== undefined && others.length === 0 ? t('handover.nobody-else') : undefined}
      required
      value={others.some(({ name }) => name === value) ? value : ''}
      onChange={(e) => onChange(e.currentTarget.value)}
      data={[
        { value: '', label: t('handover.choose') },
        ...others.map(({ name, seats }) => ({
          value: name,
          label: `${name} (${seats.map((seat) => wordOf(t, 'seat', seat)).join(', ')})`,
        })),
      ]}
    />
  );
}
