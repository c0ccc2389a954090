// Sends a message, waits until every party holds it, and follows what happens on the line, with openapi-fetch and types that
// openapi-typescript made of the station's own description:
//
//   npx openapi-typescript openapi.json -o parley-api.ts
//   node example.ts http://127.0.0.1:7180 DIR/api.token LINE "The corridor is open"
//
// Cut off, it goes on after the last entry that it saw: Last-Event-ID is that entry's place.
import { readFile } from 'node:fs/promises';
import { argv, exit, stderr } from 'node:process';
import createClient from 'openapi-fetch';
import type { paths } from './parley-api';

const [base = '', tokenFile = '', line = '', text = ''] = argv.slice(2);
const token = (await readFile(tokenFile, 'utf8')).trim();
const station = createClient<paths>({ baseUrl: base, headers: { authorization: `Bearer ${token}` } });

const { data: sent, error: refused } = await station.POST('/api/v1/lines/{line}/entries', {
  params: { path: { line }, query: { wait: 'sealed', timeout: 60 } },
  body: { text, by: { seat: 'watch', name: 'A. Client' } },
});
// With propose=true the answer would be a proposal, which has no id of an entry: the types tell the two apart.
if (!sent || !('id' in sent)) {
  stderr.write(`refused (${refused?.code}): ${refused?.title}\n`);
  exit(1);
}
console.log(sent.id, sent.sealed ? 'held by every party' : 'on the record; not every party holds it yet');

let last = '';
for (;;) {
  try {
    const { data: events } = await station.GET('/api/v1/events', {
      params: { query: { line } },
      headers: last ? { 'last-event-id': last } : {},
      parseAs: 'stream',
    });
    let rest = '';
    let [id, name, content] = ['', '', ''];
    for await (const chunk of (events as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const raw of lines) {
        if (raw.startsWith('id:')) id = raw.slice(3).trim();
        else if (raw.startsWith('event:')) name = raw.slice(6).trim();
        else if (raw.startsWith('data:')) content += raw.slice(5).trim();
        else if (raw === '' && name !== '') {
          // An event counts at its empty line, and not before.
          if (name === 'entry') last = id;
          console.log(name, content);
          [id, name, content] = ['', '', ''];
        }
      }
    }
  } catch {
    // The station is away.
  }
  await new Promise((done) => setTimeout(done, 1000));
}
