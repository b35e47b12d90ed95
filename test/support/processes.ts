import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openOwnRedis, type OwnRedis } from '@latchkey/core/testing/redis-server.ts';
import { openScratchDatabase, type ScratchDatabase } from '@latchkey/core/testing/scratch-database.ts';
import { startSandbox, type Sandbox } from '@latchkey/sandbox';
import { openClient, type Client } from './client.ts';
import { freePort } from '../../scripts/start/free-port.ts';
import { sandboxEnv } from './sandbox-env.ts';
import { hasRedisServer } from './services/local-redis.ts';
import { startProcess, type TestProcess } from './start-process.ts';

export type TransportKind = 'postgres' | 'redis';

export interface ApiProcess extends TestProcess {
  readonly url: string;
  /** Speaks with the bootstrap admin token. */
  readonly admin: Client;
}

/** A deployment of real API and worker processes on a database and a transport of their own; the sandbox is in this process. */
export interface Deployment {
  /** PUBLIC_URL: where the first API process listens, and the next one after its death. */
  readonly url: string;
  /** Speaks to `url` with the bootstrap admin token. */
  readonly admin: Client;
  readonly sandbox: Sandbox;
  readonly database: ScratchDatabase;
  /** Null on the PostgreSQL transport. */
  readonly redis: OwnRedis | null;
  /** Starts one more and waits until it is ready. */
  startApi(env?: NodeJS.ProcessEnv): Promise<ApiProcess>;
  startWorker(env?: NodeJS.ProcessEnv): Promise<TestProcess>;
  /** What a process of it gets as its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Kills what still runs and removes everything. */
  close(): Promise<void>;
}

const adminToken = 'lk_test_admin_token_for_real_processes';

export async function openDeployment(kind: TransportKind): Promise<Deployment> {
  const [database, redis, sandbox, publicPort] = await Promise.all([
    openScratchDatabase('e2e'),
    kind === 'redis' ? openOwnRedis() : null,
    startSandbox(),
    freePort(),
  ]);
  await sandbox.control.updateSettings({ autoApprove: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
  const url = `http://127.0.0.1:${publicPort}`;
  const env: NodeJS.ProcessEnv = {
    DATABASE_URL: database.url,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    DATA_DIR: dataDir,
    PUBLIC_URL: url,
    HOST: '127.0.0.1',
    LATCHKEY_ADMIN_TOKEN: adminToken,
    ...sandboxEnv(sandbox),
  };
  const running = new Set<TestProcess>();
  const start = (entry: 'api' | 'worker', own: NodeJS.ProcessEnv) => {
    const process = startProcess(entry, { ...env, ...own });
    running.add(process);
    void process.ended.then(() => running.delete(process));
    return process;
  };
  let publicApi: TestProcess | null = null;
  return {
    url,
    admin: openClient(url, adminToken),
    sandbox,
    database,
    redis,
    env,
    async startApi(own = {}) {
      const isPublic = publicApi === null || !running.has(publicApi);
      const port = isPublic ? publicPort : await freePort();
      const api = start('api', { PORT: String(port), ...own });
      if (isPublic) publicApi = api;
      await api.waitReady();
      const apiUrl = `http://127.0.0.1:${port}`;
      return { ...api, url: apiUrl, admin: openClient(apiUrl, adminToken) };
    },
    async startWorker(own = {}) {
      const worker = start('worker', own);
      await worker.waitReady();
      return worker;
    },
    async close() {
      await Promise.all([...running].map((process) => process.kill('SIGKILL')));
      await sandbox.close();
      await database.drop();
      await redis?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same tests on both transports, at the same time: most of it they wait. */
export function onBothTransports(title: string, tests: (kind: TransportKind) => void): void {
  for (const kind of ['postgres', 'redis'] as const) {
    const skip = kind === 'redis' && !hasRedisServer();
    describe(`${title} (${kind})`, { concurrent: true, skip }, () => {
      tests(kind);
    });
  }
}
