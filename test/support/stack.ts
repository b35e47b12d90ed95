import { rm } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '@latchkey/api/app.ts';
import { readEnvironment } from '@latchkey/api/env.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime, type Runtime } from '@latchkey/core/runtime.ts';
import { openScratchDatabase, type ScratchDatabase } from '@latchkey/core/testing/scratch-database.ts';
import { startSandbox, type Sandbox } from '@latchkey/sandbox';
import { createHandlers } from '@latchkey/worker/handlers.ts';
import { startSchedules } from '@latchkey/worker/schedules.ts';
import { openClient, type Client } from './client.ts';
import { freePort } from '../../scripts/start/free-port.ts';
import { sandboxEnv } from './sandbox-env.ts';
import { openTestRedis, type TestRedis } from './test-redis.ts';

/** The whole product in one process: API, worker and sandbox providers on a database and a transport of their own. */
export interface Stack {
  readonly url: string;
  /** Speaks with the bootstrap admin token. */
  readonly admin: Client;
  readonly sandbox: Sandbox;
  readonly database: ScratchDatabase;
  /** Null on the PostgreSQL transport. */
  readonly redis: TestRedis | null;
  readonly api: Runtime;
  readonly worker: Runtime;
  /** Ends the job handlers as SIGTERM does: what was begun is finished. Also done by `close`. */
  stopWorkers(graceMs?: number): Promise<void>;
  /** Ends every connection to the API, as a proxy that restarts does. */
  cutConnections(): void;
  /** A client with another token, or none. */
  clientWith(token: string | null): Client;
  close(): Promise<void>;
}

interface StackOptions {
  /** Beside the usual one; a function gets the sandbox that was started. */
  readonly env?: NodeJS.ProcessEnv | ((sandbox: Sandbox) => NodeJS.ProcessEnv);
  /** Everything that the processes log ends up here. */
  readonly onLog?: (line: string) => void;
}

export const transport = process.env['TEST_TRANSPORT'] === 'redis' ? 'redis' : 'postgres';

export const adminToken = 'lk_test_admin_token_for_integration_tests';

/** Starts everything on the transport that this run of the suite is for. */
export async function startStack({ env = {}, onLog }: StackOptions = {}): Promise<Stack> {
  const [database, redis, sandbox, port] = await Promise.all([
    openScratchDatabase('it'),
    transport === 'redis' ? openTestRedis() : null,
    startSandbox(),
    freePort(),
  ]);
  await sandbox.control.updateSettings({ autoApprove: true });
  const url = `http://127.0.0.1:${port}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-it-'));
  const { settings, apiSettings } = readEnvironment({
    DATABASE_URL: database.url,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    DATA_DIR: dataDir,
    PUBLIC_URL: url,
    HOST: '127.0.0.1',
    PORT: String(port),
    LATCHKEY_ADMIN_TOKEN: adminToken,
    LOG_LEVEL: onLog === undefined ? (process.env['TEST_LOG_LEVEL'] ?? 'fatal') : 'trace',
    ...sandboxEnv(sandbox),
    ...(typeof env === 'function' ? env(sandbox) : env),
  });
  const log = createLogger({
    name: 'test',
    level: settings.logLevel,
    ...(onLog === undefined ? {} : { write: onLog }),
  });
  const api = await openRuntime(settings, { role: 'api', log });
  const app = await buildApp({ runtime: api, apiSettings });
  await app.listen({ host: '127.0.0.1', port });
  const worker = await openRuntime(settings, { role: 'worker', log });
  const workers = await worker.transport.startWorkers(createHandlers(worker), { concurrency: 10 });
  const schedules = startSchedules(worker, { concurrency: 10 });
  let stopped: Promise<void> | null = null;
  const stopWorkers = (graceMs = 2000) => (stopped ??= workers.close(graceMs));
  return {
    url,
    admin: openClient(url, adminToken),
    sandbox,
    database,
    redis,
    api,
    worker,
    stopWorkers,
    cutConnections: () => app.server.closeAllConnections(),
    clientWith: (token) => openClient(url, token),
    async close() {
      await sandbox.close();
      await schedules.close();
      await stopWorkers();
      await app.close();
      await worker.close();
      await api.close();
      await database.drop();
      await redis?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
