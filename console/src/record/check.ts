import { cardsOf, cosignedAt, fromBase64, leafHash, readCheckpoint, rootOf, same, signedByLog } from './notes';

export type Finding = {
  what: 'same-header' | 'included' | 'signed' | 'cosigned' | 'no-ed25519';
  good: boolean;
  detail: string;
};

/**
 * Checks one entry's proof (c2sp.org/tlog-proof) against the line document: that the header is in the tree under the
 * checkpoint, that
 * its author signed the checkpoint, and which parties cosigned it. What this page computes, `parley verify` computes
 * without it.
 */
export async function checkEntry(
  header: string,
  proof: string,
  document: string,
  line: string,
  entry: string,
): Promise<Finding[]> {
  const slash = entry.lastIndexOf('/');
  const [party, seq] = [entry.slice(0, slash), Number(entry.slice(slash + 1))];
  const findings: Finding[] = [];
  const bytes = fromBase64(header);
  const head = JSON.parse(new TextDecoder().decode(bytes)) as { line?: string; from?: string; seq?: number };
  findings.push({
    what: 'same-header',
    good: head.line === line && head.from === party && head.seq === seq,
    detail: '',
  });

  const split = proof.indexOf('\n\n');
  const lines = proof.slice(0, split).split('\n');
  const checkpoint = readCheckpoint(proof.slice(split + 2));
  const index = Number(lines[1]?.replace('index ', ''));
  const path = lines
    .slice(2)
    .filter((one) => one !== '')
    .map(fromBase64);
  const root = await rootOf(index, checkpoint.size, await leafHash(bytes), path);
  findings.push({
    what: 'included',
    good:
      lines[0] === 'c2sp.org/tlog-proof@v1' &&
      index === seq &&
      checkpoint.origin === `${line}/${party}` &&
      root !== null &&
      same(root, checkpoint.root),
    detail: `${index} < ${checkpoint.size}`,
  });

  const cards = cardsOf(document);
  const author = cards.find((card) => card.party === party);
  try {
    findings.push({
      what: 'signed',
      good: author !== undefined && (await signedByLog(checkpoint, author.log)),
      detail: party,
    });
    for (const card of cards.filter((one) => one.party !== party)) {
      const at = await cosignedAt(checkpoint, card.party, card.cosign);
      findings.push({
        what: 'cosigned',
        good: at !== null,
        detail: at === null ? card.party : `${card.party} ${new Date(at * 1000).toISOString()}`,
      });
    }
  } catch {
    findings.push({ what: 'no-ed25519', good: false, detail: '' });
  }
  return findings;
}
