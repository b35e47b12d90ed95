import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { findProcesses } from '../support/find-processes.ts';
import { secondsSince } from '../support/seconds-since.ts';
import { startProcess } from '../support/start-process.ts';

const supervisor = new URL('../../scripts/start.ts', import.meta.url);
const loadRunning = new URL('../../scripts/load-running.ts', import.meta.url);
const adminToken = 'lk_test_admin_token_for_npm_start';

describe('npm start with the whole product on the embedded PostgreSQL', () => {
  let dataDir: string;

  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'latchkey-start-'));
  });

  afterAll(() => {
    for (const { pid } of findProcesses(dataDir)) process.kill(pid, 'SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Starts it with nothing set but where its data is; a free port is chosen. */
  async function start() {
    const began = performance.now();
    const started = startProcess(supervisor, {
      DATA_DIR: dataDir,
      PORT: '0',
      LATCHKEY_ADMIN_TOKEN: adminToken,
    });
    await started.waitForLine(/Latchkey is ready/, 90_000);
    const seconds = secondsSince(began);
    const [, url = ''] = /(http:\S+)/.exec(await started.waitForLine(/Console/)) ?? [];
    return { started, seconds, admin: openClient(url, adminToken) };
  }

  /** @returns seconds until no process is left that uses the data directory */
  async function gone(): Promise<number> {
    const began = performance.now();
    const check = () => {
      const left = findProcesses(dataDir);
      if (left.length === 0) return true;
      throw new Error(`left: ${left.map(({ pid, command }) => `${pid} ${command}`).join(', ')}`);
    };
    await eventually(check, { describe: 'no process of it is left', timeoutMs: 20_000, intervalMs: 50 });
    return secondsSince(began);
  }

  it('starts from nothing, checks a key at the sandbox, and Ctrl-C leaves no process behind', async ({
    annotate,
  }) => {
    const { started, seconds, admin } = await start();
    await annotate(`first start: ${seconds.toFixed(1)} s`);
    const added = await admin.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_start' },
    });
    const path = `/v1/credentials/${added.body.credential?.id}`;
    await eventually(async () => (await admin.get(path)).body.status === 'active', {
      describe: 'the key is active',
    });
    expect(findProcesses(dataDir).length).toBeGreaterThan(4);
    const began = performance.now();
    expect(await started.kill('SIGINT')).toMatchObject({ success: true });
    await annotate(`Ctrl-C: ${secondsSince(began).toFixed(1)} s`);
    expect(await gone()).toBeLessThan(15);
    expect(started.lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  });

  it('sets nothing up a second time, and kill -9 of the supervisor leaves no process behind', async ({
    annotate,
  }) => {
    const { started, seconds } = await start();
    await annotate(`second start: ${seconds.toFixed(1)} s`);
    expect(started.lines.filter((line) => line.includes('The database is up to date'))).toHaveLength(1);
    await started.kill('SIGKILL');
    const left = await gone();
    await annotate(`kill -9 of the supervisor: nothing left after ${left.toFixed(1)} s`);
    expect(left).toBeLessThan(15);
  });

  it('starts again after that with its data; a worker that is killed comes back, and another is started by hand', async ({
    annotate,
  }) => {
    const { started, seconds, admin } = await start();
    await annotate(`start after a crash: ${seconds.toFixed(1)} s`);
    expect((await admin.get('/v1/credentials')).body.items).toMatchObject([{ status: 'active' }]);
    const workers = () =>
      findProcesses(dataDir).filter(({ command }) => /apps\/worker\/src\/worker\.ts/.test(command));
    const [killed] = workers();
    process.kill(killed?.pid ?? Number.NaN, 'SIGKILL');
    await started.waitForLine(/worker ended unexpectedly \(killed by SIGKILL\)/);
    await eventually(() => workers().some(({ pid }) => pid !== killed?.pid), {
      describe: 'another worker is started',
    });
    const byHand = startProcess('worker', {
      DATA_DIR: dataDir,
      NODE_OPTIONS: `--import=${loadRunning.href}`,
    });
    await byHand.waitReady();
    const added = await admin.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_again' },
    });
    await eventually(
      async () => (await admin.get(`/v1/credentials/${added.body.credential.id}`)).body.status === 'active',
      {
        describe: 'the key is active',
      },
    );
    await byHand.stop();
    expect(await byHand.ended).toMatchObject({ success: true });
    expect(await started.kill('SIGINT')).toMatchObject({ success: true });
    expect(await gone()).toBeLessThan(15);
  });
});
