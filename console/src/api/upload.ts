import { refusedOf, Unreachable } from './client';
import { secretHeader } from './secret';

/** The largest attachment that a station takes, in bytes (docs/protocol/entry.md). */
export const maxAttachment = 256 * 1024 * 1024;

export type Attached = { id: string; size: number; sha256: string };
export type Upload = { done: Promise<Attached>; cancel: () => void };

/** Hands a file to the station, once however often it is tried under one key (`attempt`). It tells how far it is, which fetch cannot; a cancelled one leaves nothing behind there. */
export function upload(
  line: string,
  file: File,
  about: { mark: string; re?: string[] },
  progress: (sent: number) => void,
  attempt: Record<string, string> = {},
): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<Attached>((resolve, reject) => {
    const query = new URLSearchParams({ name: file.name, mark: about.mark });
    for (const entry of about.re ?? []) query.append('re', entry);
    request.open('POST', `/api/v1/lines/${line}/attachments?${query.toString()}`);
    for (const [name, value] of Object.entries(attempt)) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', 'application/octet-stream'); // the station keeps bytes, not what a browser takes them for
    for (const [name, value] of Object.entries(secretHeader())) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => progress(e.loaded);
    request.onload = () => {
      let answer: unknown = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        /* a proxy's page: the status says enough */
      }
      if (request.status === 201) resolve(answer as Attached);
      else reject(refusedOf(request.status, request.statusText, answer, request.getResponseHeader('Retry-After')));
    };
    request.onerror = () => reject(new Unreachable('the upload broke off'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
