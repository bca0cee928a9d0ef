// Tests that need a real control plane (KUBECONFIG), kept out of `npm test`: npx vitest run --config vitest.cluster.config.ts
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    testTimeout: 60_000,
    fileParallelism: false, // they share one cluster
  },
});
