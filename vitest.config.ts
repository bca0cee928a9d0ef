import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Of suites of their own: `npm run test:cluster`, `npm run test:e2e`. */
const ELSEWHERE = ['test/cluster/**', 'test/bad-days/**', 'test/**/*.e2e.test.ts'];
/**
 * They put modules or the process out of order, or read zod's own words, which the API's contract changes for a whole process:
 * each has one of its own. Everywhere else modules are loaded once for all files, since that is most of what such a file costs.
 */
const APART = [
  'test/aws/sdk-error.test.ts',
  'test/cli/terminal.test.ts',
  'test/wire/{llm-key,once}.test.ts',
  'test/adapters/{log,metrics,eks,prometheus-endpoint}.test.ts',
  'test/signals-config/read.test.ts',
  'test/infra/deployment.test.ts',
  'test/domain/complexity/learned.test.ts',
];
/** The first synthesis of a process costs ten times what the others do. */
const SYNTHESIS = ['test/infra/**/*.test.ts', 'test/cli/verify/**/*.test.ts'];
const DOMAIN = ['test/domain/**/*.test.ts'];

/** Where modules hold no state, or every test cleans up behind itself. */
const together = (name: string, include: readonly string[], except: readonly string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include: [...include],
    exclude: [...ELSEWHERE, ...APART, ...except],
    isolate: false,
    // As Node itself loads them: what the bundler's own loader makes of an import is slower at every use of it.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});

export default defineConfig({
  test: {
    projects: [
      together('domain', DOMAIN),
      together('synthesis', SYNTHESIS),
      together('rest', ['test/**/*.test.ts'], [...DOMAIN, ...SYNTHESIS]),
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
