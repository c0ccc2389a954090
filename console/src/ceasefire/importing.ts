import { refusedOf, Unreachable } from '../api/client';
import { secretHeader } from '../api/secret';
import type { Mark } from '../api/types';
import type { components } from '../api/schema';

export type Imported = components['schemas']['ImportView'];

/** Gives a file of observations to the station, as it is: it is read there row by row. */
export async function importLog(line: string, file: File, mark: Mark): Promise<Imported> {
  const query = new URLSearchParams({ mark, name: file.name.slice(0, 200) });
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/lines/${line}/observations?${String(query)}`, {
      method: 'POST',
      headers: { ...secretHeader(), 'Content-Type': 'text/csv' },
      body: file,
    });
  } catch (e) {
    throw new Unreachable(String(e));
  }
  if (!answer.ok)
    throw refusedOf(
      answer.status,
      answer.statusText,
      await answer.json().catch(() => ({})),
      answer.headers.get('Retry-After'),
    );
  return (await answer.json()) as Imported;
}
