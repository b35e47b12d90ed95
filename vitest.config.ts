import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { headlessShellPath } from './test/support/find-chromium.ts';

const globalSetup = ['test/support/global-setup.ts'];
const beside = (pattern: string) => [`packages/*/src/**/${pattern}`, `apps/*/src/**/${pattern}`];

/**
 * What these are about knows of no transport, so that once is enough: PostgreSQL decides what they ask for, and that jobs of
 * each kind come to it on Redis is for all others, and for the real processes.
 */
const withoutTransport = [
  'api/{base-path,clients-and-workspaces,headers,lists,odd-input,openapi,problems}.test.ts',
  'audit/**',
  'command-line/**',
  'connect/{keys,pages,pipeline-editor}.test.ts',
  'fuzz/**',
  'providers/**',
  'sign-in/**',
  'statements/{a,b,c}-*.test.ts',
  '{attempts,back-off,fair-claims,lab-providers,late-answers,provider-gates,refresh-takeover,shared-grants,spill}.test.ts',
  '{callback,ciphertext,constraints,credentials,erasure,key-service,keys-command,migrations,overview}.test.ts',
  '{permissions,private-credentials,root-keys,service-tokens,tenancy,timeline}.test.ts',
].map((pattern) => `test/integration/${pattern}`);

/** Many processes under load, whose timing is their own: nothing may run beside them. */
const alone = ['crash-points', 'refreshes-under-way', 'single-flight'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

/** A quarter of their work was to load the product anew for each file. No file of theirs changes what others import. */
const isolate = false;

/** A machine may stand still for a second, which is how long Vitest would wait. */
const patience = { poll: { timeout: 10_000 } };

/** Integration tests run once per transport. */
const integration = (transport: 'postgres' | 'redis') => ({
  test: {
    name: `integration-${transport}`,
    include: ['test/integration/**/*.test.ts'],
    exclude: transport === 'redis' ? withoutTransport : [],
    globalSetup,
    isolate,
    expect: patience,
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
          isolate,
          expect: patience,
          // No test of these asks for a time: a busy machine may hold one up.
          testTimeout: 30_000,
        },
      },
      {
        // Components as a browser draws them, without a server.
        test: {
          name: 'components',
          include: ['apps/web/src/**/*.component.test.tsx'],
          expect: patience,
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            // The machine's own: Playwright would download one.
            provider: playwright({
              launchOptions: {
                ...(headlessShellPath === null ? {} : { executablePath: headlessShellPath }),
                args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
              },
            }),
          },
        },
      },
      {
        test: {
          name: 'database',
          include: beside('*.db.test.ts'),
          globalSetup,
          isolate,
          expect: patience,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      integration('postgres'),
      integration('redis'),
      {
        // After the tests that keep the processors busy, as a browser does.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup,
          isolate,
          // What a page shows comes by way of the API, the worker and the stream.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real processes on real ports, which wait most of their time.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Real processes that are killed under load: their timing should be their own.
        test: {
          name: 'chaos',
          include: ['test/chaos/*.test.ts', ...alone],
          globalSetup,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'containers',
          include: ['test/containers/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
