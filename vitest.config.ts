import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const EARLIER = ['test/cluster/**', 'test/domain/**', 'test/bad-days/**'];

export default defineConfig({
  test: {
    projects: [
      // Pure: modules hold no state, and loading them anew for each file is most of what such a file costs.
      { extends: true, test: { name: 'domain', include: ['test/domain/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'bad days',
          include: ['test/bad-days/**/*.test.ts'],
          globalSetup: 'test/bad-days/synthesised.ts',
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: EARLIER },
      },
    ],
    // Against what hangs: how fast something is, benchmarks measure, and a busy machine takes several times as long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Commands and packages are compiled once, not in each of hundreds of processes.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
    // One worker less than there are processors is half of a small machine.
    maxWorkers: '100%',
    // `npm run coverage`, of the whole suite or of the files named; what a test starts as a process of its own is not counted.
    coverage: { include: ['lib/**/*.ts', 'functions/**/*.ts', 'cli/**/*.ts'], reporter: ['text', 'html'] },
  },
});
