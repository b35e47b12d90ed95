import { afterEach, expect, test, vi } from 'vitest';
import { startSandbox } from './start-sandbox.ts';

afterEach(() => vi.unstubAllEnvs());

test('production refuses to start it', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await expect(startSandbox()).rejects.toThrow(/production/);
});

test('closing cuts hung and delayed requests off at once', async () => {
  const sandbox = await startSandbox();
  const url = `${sandbox.url}/sandbox/me`;
  await sandbox.control.addFault({ provider: 'sandbox', fault: 'hang' });
  await sandbox.control.addFault({ provider: 'sandbox', fault: 'delay', ms: 60_000, times: 2 });
  const requests = [fetch(url), fetch(url)].map(async (request) =>
    expect(request).rejects.toThrow('fetch failed'),
  );
  await expect.poll(async () => (await sandbox.control.log()).length).toBe(2);
  const startedAt = performance.now();
  await sandbox.close();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await Promise.all(requests);
});

test('a taken port is an error, not a crash', async () => {
  const sandbox = await startSandbox();
  const port = Number(new URL(sandbox.url).port);
  await expect(startSandbox({ port })).rejects.toThrow(/EADDRINUSE/);
  await sandbox.close();
});
