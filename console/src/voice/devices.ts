export type Device = { id: string; label: string };

/** Which devices an officer wants, on this computer: asked for before a call, and kept for the next. */
const keys = { microphone: 'parley-microphone', speaker: 'parley-speaker' } as const;
export type DeviceKind = keyof typeof keys;

export function wantedDevice(kind: DeviceKind): string | null {
  try {
    return localStorage.getItem(keys[kind]);
  } catch {
    return null;
  }
}

/** Keeps the choice; the empty one is the computer's own. */
export function wantDevice(kind: DeviceKind, device: string): void {
  try {
    if (device === '') localStorage.removeItem(keys[kind]);
    else localStorage.setItem(keys[kind], device);
  } catch {
    // It is asked for again at the next call.
  }
}

export async function devicesOf(kind: DeviceKind): Promise<Device[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const of = kind === 'microphone' ? 'audioinput' : 'audiooutput';
  return all
    .filter((one) => one.kind === of && one.deviceId !== '')
    .map((one) => ({ id: one.deviceId, label: one.label }));
}
