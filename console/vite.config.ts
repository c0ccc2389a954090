import react from '@vitejs/plugin-react';
import { build, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** In development only: where a running station's API is, and the bearer token of its data directory; to sign in there, its settings name this server as `console`. In production both are one origin. */
const station = process.env['PARLEY_STATION'] ?? 'http://127.0.0.1:7801';
const token = process.env['PARLEY_TOKEN'];

/** The check of published pages, as one script with everything in it: `parley publish` puts it into each page. The console itself never asks for it. */
const verifier: Plugin = {
  name: 'parley-verify',
  apply: 'build',
  async generateBundle() {
    const built = await build({
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      build: {
        write: false,
        target: 'es2022',
        lib: { entry: 'src/public/page.ts', formats: ['iife'], name: 'parleyVerify', fileName: () => 'verify.js' },
      },
    });
    const [output] = Array.isArray(built) ? built : [built];
    if (output === undefined || !('output' in output)) throw new Error('the check of published pages was not built');
    const [{ code }] = output.output;
    if (/<\/?script|<!--/i.test(code)) throw new Error('the check of published pages cannot stand in a page');
    this.emitFile({ type: 'asset', fileName: 'verify.js', source: code });
  },
};

export default defineConfig({
  plugins: [react(), verifier],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the station's content security policy lets nothing inline pass
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/openapi', '/health'].map((path) => [
        path,
        {
          target: station,
          headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        },
      ]),
    ),
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing/words.ts'] },
});
