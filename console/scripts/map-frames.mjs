// How fast the map draws: 5,000 objects and 500 areas, or as many sectors of observations, moved and zoomed for six seconds in Chromium without a window,
// under the station's own content security policy. Prints one JSON object: frames a second, milliseconds between frames, and milliseconds that painting one took.
//   npm run frames [-- OBJECTS [SECONDS [SECTORS]]]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { build } from 'vite';

const [objects = '5000', seconds = '6', sectors = '0'] = process.argv.slice(2);
const made = mkdtempSync(join(tmpdir(), 'parley-frames-'));
const root = resolve(import.meta.dirname, 'frames');
const policy =
  "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
await build({
  root,
  logLevel: 'error',
  configFile: false,
  build: { outDir: join(made, 'dist'), target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});

let told;
const answer = new Promise((done) => (told = done));
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  if (request.method === 'POST') {
    let text = '';
    request.on('data', (piece) => (text += piece));
    request.on('end', () => {
      response.end();
      told(text);
    });
    return;
  }
  try {
    const file = path === '/' ? '/index.html' : path;
    const content = readFileSync(join(made, 'dist', file.replaceAll('..', '')));
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': policy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1', () => {
  const chromium = spawn(
    '/usr/bin/chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      `--user-data-dir=${join(made, 'profile')}`,
      '--window-size=1300,860',
      `http://127.0.0.1:${server.address().port}/?objects=${objects}&seconds=${seconds}&sectors=${sectors}`,
    ],
    { stdio: 'ignore', detached: true },
  );
  const late = setTimeout(() => told(null), 90_000);
  void answer.then((text) => {
    clearTimeout(late);
    chromium.once('exit', () => {
      server.close();
      // Its other processes may still be writing when it is gone itself: they end with its group.
      try {
        process.kill(-chromium.pid, 'SIGKILL');
      } catch {
        // none was left
      }
      rmSync(made, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      if (text === null) {
        console.error('no figure came within 90 s');
        process.exit(1);
      }
      console.log(text);
      process.exit(0);
    });
    chromium.kill();
  });
});
