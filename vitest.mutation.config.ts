// The tests that mutants meet: quick ones of domain and app.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts', 'test/app/**/*.test.ts'],
    exclude: [
      'test/app/{backtest-advised,floor,raise,last-failure,annotation-bombs,tick,bounds,other-kinds,schedule-api,api,api-edges,api-keys,seen-at-once,tick-time,telling,safe-hands,backtest,memory-nature,worth-asking,to-and-fro,stored-history,own-changes,llm-budget,deciding-laws}.test.ts',
      'test/domain/{forecast-robustness,schedule-window,advice}.test.ts',
    ],
    testTimeout: 30_000,
    isolate: false,
  },
});
