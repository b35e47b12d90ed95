import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../support/client.ts';
import { buildImage, docker, openCompose, type Compose } from '../support/compose.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../../scripts/start/free-port.ts';

const tag = `test-${randomBytes(4).toString('hex')}`;
const adminToken = `lk_${randomBytes(32).toString('base64url')}`;

/** Runs in the container: names of packages by its bill of materials, and by what lies in its node_modules. */
const readPackages = `
  const { existsSync, readdirSync, readFileSync } = require('node:fs');
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const listed = read('/app/sbom.cdx.json').components.map(({ purl }) => decodeURIComponent(purl).slice(8).replace(/@[^@]*$/, ''));
  const installed = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder).filter((name) => !name.startsWith('.'))) {
      const path = folder + '/' + name;
      if (name.startsWith('@')) walk(path);
      else {
        if (existsSync(path + '/package.json')) installed.push(read(path + '/package.json').name);
        if (existsSync(path + '/node_modules')) walk(path + '/node_modules');
      }
    }
  };
  walk('/app/node_modules');
  const names = (list) => [...new Set(list)].sort();
  console.log(JSON.stringify({ listed: names(listed), installed: names(installed) }));`;

describe('docker compose up', () => {
  let compose: Compose;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    compose = openCompose(`latchkey-${tag}`, {
      LATCHKEY_VERSION: tag,
      LATCHKEY_PORT: String(port),
      PUBLIC_URL: url,
      LATCHKEY_ROOT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      LATCHKEY_ADMIN_TOKEN: adminToken,
      POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
    });
    await buildImage(tag);
    await compose.run('up', '--detach', '--no-build');
    await eventually(async () => (await fetch(`${url}/readyz`)).ok, {
      describe: `${url}/readyz answers 200`,
      timeoutMs: 120_000,
    });
  });

  afterAll(async () => {
    await compose.down();
    await docker('image', 'rm', '--force', `latchkey:${tag}`);
  });

  it('is alive and ready without a token', async () => {
    const anonymous = openClient(url, null);
    expect((await anonymous.get('/livez')).status).toBe(200);
    expect((await anonymous.get('/readyz')).status).toBe(200);
    expect((await anonymous.get('/v1/providers')).status).toBe(401);
  });

  it('has the console, with its scripts', async () => {
    const anonymous = openClient(url, null);
    const page = await anonymous.get('/');
    expect(page.status).toBe(200);
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page.text) ?? [];
    expect((await anonymous.get(script)).status).toBe(200);
  });

  it('answers the admin token of its environment', async () => {
    const { status, body } = await openClient(url, adminToken).get('/v1/providers');
    expect(status).toBe(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toContain('notion');
  });

  it('offers no sandbox provider', async () => {
    expect((await openClient(url, adminToken).get('/v1/providers/sandbox')).status).toBe(404);
  });

  const inApi = (...command: string[]) => compose.run('exec', '-T', 'api', ...command);

  it('runs the API as an ordinary user that cannot write to its file system', async () => {
    expect(await inApi('node', '-p', 'process.getuid()')).toContain('1000');
    await expect(inApi('node', '-e', `require('fs').writeFileSync('/app/x', '')`)).rejects.toThrow(
      /read-only/i,
    );
  });

  it('writes no core dump: the memory of a process holds keys', async () => {
    const limits = await inApi('node', '-p', `require('fs').readFileSync('/proc/self/limits', 'utf8')`);
    expect(limits).toMatch(/Max core file size +0 +0 /);
  });

  it('has no shell', async () => {
    // 126 and 127: the engine found nothing to run.
    for (const shell of ['sh', 'bash', '/bin/sh', '/bin/busybox'])
      await expect(inApi(shell, '-c', 'exit 0'), shell).rejects.toMatchObject({
        code: expect.toBeOneOf([126, 127]),
      });
  });

  it('lists all that is installed in its software bill of materials, and nothing else', async () => {
    const { listed, installed } = JSON.parse(await inApi('node', '-e', readPackages));
    expect(listed).toEqual(expect.arrayContaining(['zod', 'pg-types', '@latchkey/core', 'bullmq']));
    expect(listed).toEqual(installed);
  });

  it('operates itself with latchkey', async () => {
    expect(JSON.parse(await inApi('latchkey', '--json', 'status'))).toMatchObject({ status: 'ready' });
  });

  it('runs as many workers as asked for', async () => {
    await compose.run('up', '--detach', '--no-build', '--no-recreate', '--scale', 'worker=3');
    const workers = await compose.containersOf('worker');
    expect(workers).toHaveLength(3);
    for (const worker of workers) {
      const ready = async () => (await docker('logs', worker)).includes('the worker is ready');
      await eventually(ready, { describe: `worker ${worker} is ready`, timeoutMs: 60_000 });
    }
  });

  it('comes back by itself when the API is killed', async () => {
    const [api = ''] = await compose.containersOf('api');
    const before = await docker('inspect', '--format', '{{.State.Pid}}', api);
    process.kill(Number(before), 'SIGKILL');
    const restarts = async () => Number(await docker('inspect', '--format', '{{.RestartCount}}', api));
    await eventually(restarts, { describe: 'the API container was restarted', timeoutMs: 30_000 });
    const answer = await eventually(() => fetch(`${url}/readyz`), {
      describe: 'it answers',
      timeoutMs: 60_000,
    });
    expect(answer.status).toBe(200);
  });

  it('stops the API within its grace period, by itself', async () => {
    const [api = ''] = await compose.containersOf('api');
    await compose.run('stop', 'api');
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', api)).toBe('0');
  });
});
