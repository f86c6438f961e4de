import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const inRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where to write the results as JSON beside the usual output; .ci/run reads them. */
const reportFile = process.env['QUANTCELL_TEST_REPORT'];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^quantcell$/, replacement: inRoot('./src/index.ts') },
      { find: /^quantcell\/strategy$/, replacement: inRoot('./src/strategy/index.ts') },
    ],
  },
  test: {
    pool: 'forks',
    reporters:
      reportFile === undefined ? ['default'] : ['default', ['json', { outputFile: reportFile }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // A process for each file would spend most of its time on loading the same modules again.
          isolate: false,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts several processes, which wait for one another most of the time.
          maxWorkers: availableParallelism() + 1,
          // So many processes on a busy machine are now and then kept from the processor for seconds.
          retry: process.env['CI'] === 'true' ? 1 : 0,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file has a server with its workers and a browser.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
