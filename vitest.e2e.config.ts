// From end to end, kept out of `npm test`: programs as processes of their own, bundles as Lambda runs them, another engine, a
// release before, tools on a copy of the sources, goldens, whole bad days, days and years of load, items as full as they may be,
// 100,000 names, and the package installed elsewhere.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'bad days',
          include: ['test/bad-days/**/*.test.ts'],
          globalSetup: 'test/bad-days/synthesised.ts',
          isolate: false, // modules hold no state
        },
      },
      {
        extends: true,
        test: { name: 'package', include: ['test/package/**/*.e2e.test.ts'], globalSetup: 'test/package/packed.ts' },
      },
      {
        extends: true,
        test: { name: 'end to end', include: ['test/**/*.e2e.test.ts'], exclude: ['test/package/**'] },
      },
    ],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
    // What waits for programs and browsers leaves room for one more.
    maxWorkers: availableParallelism() + 1,
  },
});
