// The page, built: static files that need nothing but the API.
import { join } from 'node:path';
import { build } from 'vite';

/** Under it are the page's own files; no cluster and no namespace begins with a dash. */
const BASE = '/autoscaling/-/';

const ROOT = join(import.meta.dirname, 'app');

/** @param outDir emptied first; it holds `index.html` and `assets/` then */
export async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    envDir: false,
    root: ROOT,
    base: BASE,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  });
}
