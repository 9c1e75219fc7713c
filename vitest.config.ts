import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts', 'e2e/**/*.e2e.ts'],
    exclude: ['node_modules/**', 'out/**', '**/*.slow.test.ts', 'rehearsal*/**'],
    // Tests start the command line some hundred times. Its code is the same each time, and need not be read anew.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'reseal', 'node') },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Half of the tests wait for processes of their own; on two cores vitest would keep one of them idle.
    maxWorkers: '100%',
    reporters: ['default', './test-support/summary-reporter.ts'],
  },
});
