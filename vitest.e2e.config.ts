// From end to end, kept out of `npm test`: programs as processes of their own, bundles as Lambda runs them, another engine, a
// release before, tools on a copy of the sources. They wait for processes more than they compute.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.e2e.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
    maxWorkers: '100%',
  },
});
