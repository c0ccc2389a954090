import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** In development only: where a running station's API is, and the bearer token of its data directory; to sign in there, its settings name this server as `console`. In production both are one origin. */
const station = process.env['PARLEY_STATION'] ?? 'http://127.0.0.1:7801';
const token = process.env['PARLEY_TOKEN'];

export default defineConfig({
  plugins: [react()],
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
