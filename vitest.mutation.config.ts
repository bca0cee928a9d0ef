// The tests that mutants meet: those of domain and app that take well under two seconds. Each mutant meets all that reach it,
// so a whole backtest or a real table in between would turn minutes into hours. What only those notice counts as missed.
import { defineConfig } from 'vitest/config';

/** They play a whole system or a whole backtest, are laws over thousands of situations, or choose day after day. */
const SLOW = [
  'app/annotation-bombs',
  'app/tick/*',
  'app/apply/floor',
  'app/report/telling',
  'app/watchdog/raise',
  'domain/guardrails/bounds',
  'domain/decision/deciding-laws',
  'domain/decision/to-and-fro',
  'domain/decision/worth-asking',
  'domain/learning/fit-workload',
  'domain/sizing/memory-sizing',
  'domain/sizing/experts/learn-sizing',
  'domain/schedule/window',
  'domain/forecast/robustness',
];
/** Of the LLM and its answers, of the API and of traces: they say nothing of deciding. */
const BESIDE = ['app/api/*', 'app/advise/*', 'app/backtest/*', 'domain/advice/*'];

export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts', 'test/app/**/*.test.ts'],
    exclude: [...SLOW, ...BESIDE].map((name) => `test/${name}.test.ts`),
    testTimeout: 30_000,
    // Modules are loaded once for all files: they hold no state, and loading them is most of what a mutant costs.
    isolate: false,
  },
});
