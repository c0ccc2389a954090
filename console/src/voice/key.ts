/** The key that this console speaks by on one call: kept by the browser, so that a reload speaks by the same. */
export type Key = { certificate: RTCCertificate; fingerprint: string };

const store = 'keys';

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('parley-calls', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error('no database'));
  });
}

const done = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error('no answer'));
  });

export async function newKey(): Promise<Key> {
  const certificate = await RTCPeerConnection.generateCertificate({
    name: 'ECDSA',
    namedCurve: 'P-256',
  } as EcKeyGenParams);
  return { certificate, fingerprint: fingerprintOf(certificate) };
}

/** As it stands in a joining: sha256: and 64 digits. */
function fingerprintOf(certificate: RTCCertificate): string {
  const found = certificate.getFingerprints().find((one) => one.algorithm?.toLowerCase() === 'sha-256');
  if (found?.value === undefined) throw new Error('the browser does not tell the key of its certificate');
  return `sha256:${found.value.replaceAll(':', '').toLowerCase()}`;
}

/** Keeps a key under its joining; a browser that keeps nothing only means that a reload joins anew. */
export async function keep(joined: string, key: Key): Promise<void> {
  try {
    const db = await database();
    const keys = db.transaction(store, 'readwrite').objectStore(store);
    await done(keys.clear());
    await done(keys.put(key.certificate, joined));
    db.close();
  } catch {
    // The call goes on without it.
  }
}

export async function keptFor(joined: string): Promise<Key | null> {
  try {
    const db = await database();
    const certificate = (await done(db.transaction(store).objectStore(store).get(joined))) as
      RTCCertificate | undefined;
    db.close();
    if (certificate === undefined || certificate.expires < Date.now()) return null;
    return { certificate, fingerprint: fingerprintOf(certificate) };
  } catch {
    return null;
  }
}

/** The one key that a session description names; null where it names another number of them. */
export function keyIn(sdp: string): string | null {
  const found = new Set(
    [...sdp.matchAll(/^a=fingerprint:sha-256 ([0-9A-F:]{95})\r?$/gim)].map((m) => m[1]?.toLowerCase()),
  );
  const [only] = found;
  return found.size === 1 && only !== undefined ? `sha256:${only.replaceAll(':', '')}` : null;
}
