import { openEndpoint } from '@latchkey/worker/endpoint.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/start/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { sandboxEnv } from '../support/sandbox-env.ts';
import { adminToken, startStack, transport, type Stack } from '../support/stack.ts';
import { startProcess, type TestProcess } from '../support/start-process.ts';

let stack: Stack;
let worker: TestProcess;
let url: string;

beforeAll(async () => {
  stack = await startStack();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  worker = startProcess('worker', {
    DATABASE_URL: stack.database.url,
    ...(stack.redis === null ? {} : { REDIS_URL: stack.redis.url }),
    DATA_DIR: stack.api.settings.dataDir,
    LATCHKEY_ADMIN_TOKEN: adminToken,
    WORKER_PORT: String(port),
    ...sandboxEnv(stack.sandbox),
  });
  await worker.waitReady();
});

afterAll(async () => {
  await worker.kill('SIGKILL');
  await stack.close();
});

const get = async (path: string, method = 'GET') => {
  const answer = await fetch(url + path, { method });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

describe(`the endpoint of a worker (${transport})`, () => {
  it('answers to whoever asks: alive, ready, and what it counts', async () => {
    expect(await get('/livez')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    const ready = await get('/readyz?from=a-supervisor');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toEqual({
      status: 'ready',
      checks: { database: 'ok', transport: 'ok' },
    });
    const metrics = await get('/metrics');
    expect(metrics).toMatchObject({
      status: 200,
      type: expect.stringMatching(/^text\/plain; version=0\.0\.4/),
    });
    expect(metrics.text).toMatch(/^process_cpu_seconds_total /m);
    expect(metrics.text).toMatch(/^latchkey_spill_files 0$/m);
    expect(metrics.text).not.toMatch(/lk_|secret/i);
  });

  it('has nothing else', async () => {
    expect(await get('/v1/credentials')).toMatchObject({
      status: 404,
      type: expect.stringContaining('problem+json'),
    });
    expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 });
    expect(await get('/livez', 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  it('is not ready while its database is away, says so, goes on showing its own counters, and recovers', async () => {
    const { superuser, url: database } = stack.database;
    const name = new URL(database).pathname.slice(1);
    const allow = (yes: boolean) =>
      superuser.query('update pg_database set datallowconn = $2 where datname = $1', [name, yes]);
    await allow(false);
    try {
      await superuser.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
      const refused = await eventually(
        async () => {
          const answer = await get('/readyz');
          return answer.status === 503 && answer;
        },
        { describe: 'it is not ready' },
      );
      expect(refused.type).toContain('application/problem+json');
      expect(JSON.parse(refused.text)).toMatchObject({
        status: 503,
        code: 'service_unavailable',
        checks: { database: 'failing' },
      });
      expect((await get('/livez')).status).toBe(200);
      await eventually(async () => !(await get('/metrics')).text.includes('overdue_seconds 0'), {
        describe: 'what the database would know has no value',
      });
      expect(await get('/metrics')).toMatchObject({
        status: 200,
        text: expect.stringContaining('latchkey_spills_total{result="written"} 0'),
      });
    } finally {
      await allow(true);
    }
    await eventually(async () => (await get('/readyz')).status === 200, {
      describe: 'it is ready again',
      timeoutMs: 20_000,
    });
  });

  it('is ready from its first job to SIGTERM, not before and not after', async () => {
    const port = await freePort();
    const endpoint = await openEndpoint(stack.worker, { host: '127.0.0.1', port });
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      return { status: answer.status, body: await answer.json() };
    };
    try {
      expect(await ask()).toMatchObject({ status: 503, body: { title: 'The worker is starting' } });
      endpoint.working();
      await eventually(async () => (await ask()).status === 200, {
        describe: 'it is ready',
        timeoutMs: 20_000,
      });
      expect(await ask()).toMatchObject({ status: 200, body: { status: 'ready' } });
      endpoint.stopping();
      expect(await ask()).toMatchObject({ status: 503, body: { title: 'The worker is stopping' } });
    } finally {
      await endpoint.close();
    }
  });

  it('is gone when the worker has stopped', async () => {
    expect(await worker.kill('SIGTERM')).toMatchObject({ success: true });
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });
});
