import { defineConfig } from 'vitest/config';

/** Suites that take minutes: `npm run test:slow`. */
export default defineConfig({
  test: {
    include: ['**/*.slow.test.ts'],
    exclude: ['node_modules/**', 'rehearsal*/**'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    reporters: ['default', './test-support/summary-reporter.ts'],
  },
});
