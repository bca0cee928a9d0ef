// Tests that need a real API server, kept out of `npm test`: test/cluster/main.ts brings one, or takes that of KUBECONFIG.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    fileParallelism: false, // they share one cluster
    reporters: ['verbose'], // a run takes minutes: each test is told as it ends
  },
});
