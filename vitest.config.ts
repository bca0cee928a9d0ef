import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Of suites of their own: `npm run test:cluster`, `npm run test:e2e`. */
const ELSEWHERE = ['test/cluster/**', 'test/bad-days/**', 'test/**/*.e2e.test.ts'];
/**
 * They put modules or the process out of order: each has one of its own. Everywhere else modules are loaded once for all files
 * of a project, since that is most of what such a file costs.
 */
const APART = [
  'test/aws/sdk-error.test.ts',
  'test/cli/terminal.test.ts',
  'test/wire/{llm-key,once}.test.ts',
  'test/adapters/{log,metrics,eks,prometheus-endpoint}.test.ts',
];
const TOLD = ['test/domain/**', 'test/infra/**', 'test/cli/verify/**', ...APART];

/** Where modules hold no state, or every test cleans up behind itself. */
const together = (name: string, include: readonly string[], more: object = {}) => ({
  extends: true as const,
  test: { name, include: [...include], exclude: ELSEWHERE, isolate: false, ...more },
});

export default defineConfig({
  test: {
    projects: [
      together('domain', ['test/domain/**/*.test.ts']),
      // The first synthesis of a process costs ten times what the others do.
      together('synthesis', ['test/infra/**/*.test.ts', 'test/cli/verify/**/*.test.ts']),
      together('rest', ['test/**/*.test.ts'], { exclude: [...ELSEWHERE, ...TOLD] }),
      { extends: true, test: { name: 'apart', include: APART, exclude: ELSEWHERE } },
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
