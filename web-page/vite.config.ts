import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The planner serves target/classes/calico-fleet-page from its class path; npm start has Vite serve the sources and ask the planner.
export default defineConfig({
  root: 'src/main/page',
  plugins: [react()],
  cacheDir: '../../../node_modules/.vite',
  build: {
    outDir: '../../../target/classes/calico-fleet-page',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing inline: the policy of the page allows no script and no style that is not a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    strictPort: true,
    // The schema of the campaign file is a file of another module.
    fs: { allow: ['../../../..'] },
    proxy: {
      '/api/v1': {
        target: process.env['PLANNER'] ?? 'http://127.0.0.1:8080',
        // The planner lets no other origin ask: to it, this server is the page.
        changeOrigin: true,
        headers: { origin: process.env['PLANNER'] ?? 'http://127.0.0.1:8080' },
      },
    },
  },
  test: {
    root: '.',
    include: ['src/test/unit/**/*.test.ts'],
    environment: 'node',
    reporters: ['dot'],
  },
});
