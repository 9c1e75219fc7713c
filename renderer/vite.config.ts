/** How the window is built: one page, its own files only, nothing inlined that the content security policy would refuse. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  // One file: whatever it imported it would have to fetch.
  worker: { format: 'es' },
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    // data: is not an allowed source.
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: true,
    // The dictionary of the strength estimate: loaded only where a passphrase is chosen.
    chunkSizeWarningLimit: 3000,
  },
});
