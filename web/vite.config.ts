import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const inRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The dashboard: files that our own server hands out, under a policy that allows nothing inline. */
export default defineConfig({
  root: inRoot('.'),
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: inRoot('../dist/web'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // An inlined asset is a data: URL, which the policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
