// The tests that mutants meet: those of domain and app that take well under two seconds. Each mutant meets all that reach it,
// so a whole backtest or a real table in between would turn minutes into hours. What only those notice counts as missed.
import { defineConfig } from 'vitest/config';

/** They play a whole system or a whole backtest, or are laws over thousands of situations. */
const SLOW = [
  'annotation-bombs',
  'backtest',
  'backtest-advised',
  'backtest-ours-over-hpa',
  'bounds',
  'deciding-laws',
  'floor',
  'last-failure',
  'learn',
  'llm-budget',
  'memory-nature',
  'other-kinds',
  'own-changes',
  'raise',
  'safe-hands',
  'schedule-api',
  'seen-at-once',
  'stored-history',
  'telling',
  'tick',
  'tick-safety',
  'tick-time',
  'to-and-fro',
  'worth-asking',
];
/** Of the LLM and its answers, of the API and of traces: they say nothing of deciding. */
const BESIDE = ['api', 'api-edges', 'api-keys', 'advise', 'plainer', 'purse', 'frontier', 'history-trace'];

/** The same of the domain: choices of a plan day after day, clocks of every time zone, wild series, spellings of models. */
const IN_DOMAIN = [
  'plan-search',
  'schedule-window',
  'forecast-robustness',
  'advice',
  'advice-beside',
  'advice-drafts',
  'advice-spelling',
];

export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts', 'test/app/**/*.test.ts'],
    exclude: [
      ...[...SLOW, ...BESIDE].map((name) => `test/app/**/${name}.test.ts`),
      ...IN_DOMAIN.map((name) => `test/domain/**/${name}.test.ts`),
    ],
    testTimeout: 30_000,
    // Modules are loaded once for all files: they hold no state, and loading them is most of what a mutant costs.
    isolate: false,
  },
});
