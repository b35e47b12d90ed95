import { defineConfig } from 'vitest/config';

const globalSetup = ['test/support/global-setup.ts'];
const beside = (pattern: string) => [`packages/*/src/**/${pattern}`, `apps/*/src/**/${pattern}`];

/** Integration tests run once per transport. */
const integration = (transport: 'postgres' | 'redis') => ({
  test: {
    name: `integration-${transport}`,
    include: ['test/integration/**/*.test.ts'],
    globalSetup,
    env: { TEST_TRANSPORT: transport },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Most of their time the tests wait for PostgreSQL, Redis or a deadline: more of them than processors.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            ...beside('*.test.ts'),
            'scripts/**/*.test.ts',
            'test/support/**/*.test.ts',
            'test/chaos/*/**/*.test.ts',
          ],
          exclude: ['**/*.db.test.ts', '**/node_modules/**'],
          // No test of these asks for a time: a busy machine may hold one up.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'database',
          include: beside('*.db.test.ts'),
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      integration('postgres'),
      integration('redis'),
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real processes on real ports: one file after the other, after everything else.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real processes that are killed under load: their timing should be their own.
        test: {
          name: 'chaos',
          include: ['test/chaos/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'containers',
          include: ['test/containers/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
