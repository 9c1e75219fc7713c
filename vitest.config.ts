import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', '**/*.slow.test.ts', 'rehearsal*/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test-support/summary-reporter.ts'],
  },
});
