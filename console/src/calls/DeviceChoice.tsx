import { NativeSelect } from '@mantine/core';
import { useT } from '../messages';
import type { Device, DeviceKind } from '../voice/devices';

/** By which device an officer speaks or hears: what is shown is what is really used. */
export function DeviceChoice({
  kind,
  devices,
  used,
  onChoose,
}: {
  kind: DeviceKind;
  devices: Device[];
  used: string;
  onChoose: (device: string) => void;
}) {
  const t = useT();
  const word = t(kind === 'microphone' ? 'calls.microphone' : 'calls.speaker');
  if (devices.length === 0) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label={word}
      value={devices.some((one) => one.id === used) ? used : ''}
      onChange={(e) => onChoose(e.currentTarget.value)}
      data={[
        { value: '', label: `${word}: ${t('calls.device-own')}` },
        ...devices.map((one, i) => ({ value: one.id, label: one.label || `${word} ${i + 1}` })),
      ]}
    />
  );
}
