import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOwnRedis, type OwnRedis } from '@latchkey/core/testing/redis-server.ts';
import { createSandboxControlClient, type SandboxControl } from '@latchkey/sandbox';
import { freePort } from '../../../scripts/start/free-port.ts';
import { openClient, type Client } from '../../support/client.ts';
import { labEnv, writeLabProviders } from '../../support/lab-providers.ts';
import { startProcess } from '../../support/start-process.ts';
import { accessTokenSeconds } from '../lab.ts';
import type { ChaosOptions } from '../options.ts';
import { openDisturbances, type Disturbances } from './disturbances.ts';
import { openLogs, type Logs } from './logs.ts';
import { openOwnPostgres, type OwnPostgres } from './postgres.ts';
import { recordChanges } from './record-changes.ts';
import { openSlot, type Slot } from './slot.ts';

export interface ApiSlot extends Slot {
  /** Speaks with the bootstrap admin token. */
  readonly client: Client;
}

/** A deployment of real processes, each of which can be made to fail. */
export interface World {
  readonly publicUrl: string;
  readonly apis: readonly ApiSlot[];
  readonly workers: readonly Slot[];
  readonly sandbox: SandboxControl;
  readonly postgres: OwnPostgres;
  /** Null on the PostgreSQL transport. */
  readonly redis: OwnRedis | null;
  /** What a fault is at work on. */
  readonly beingBroken: Set<string>;
  readonly disturbances: Disturbances;
  readonly logs: Logs;
  readonly dataDir: string;
  /** @param keep leaves logs and data for whoever looks into a failure */
  close(keep: boolean): Promise<void>;
}

const adminToken = 'lk_test_admin_token_for_chaos';

export async function openWorld({ transport, apis, workers, variant }: ChaosOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-chaos-'));
  const logs = openLogs(join(folder, 'logs'));
  const onLine = (name: string, line: string) => logs.write(name, line);
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (keep: boolean) => {
    for (const each of closing.toReversed()) await each();
    await logs.close();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const dataDir = join(folder, 'data');
    const providersDir = join(folder, 'providers');
    for (const directory of [dataDir, providersDir]) mkdirSync(directory);
    await writeLabProviders(providersDir);
    const redis = transport === 'redis' ? await openOwnRedis() : null;
    if (redis !== null) closing.push(() => redis.drop());
    const postgres = await openOwnPostgres(dataDir, onLine);
    closing.push(() => postgres.stop());
    await recordChanges(postgres);

    const ports = await Promise.all(Array.from({ length: apis + 1 }, () => freePort()));
    const sandboxUrl = `http://127.0.0.1:${ports[0]}`;
    const sandboxEnv = { SANDBOX_HOST: '127.0.0.1', SANDBOX_PORT: String(ports[0]) };
    const sandboxProcess = startProcess('sandbox', sandboxEnv, (line) => logs.write('sandbox', line));
    closing.push(() => sandboxProcess.kill('SIGKILL'));
    await sandboxProcess.waitForLine(/Sandbox providers on/);
    const sandbox = createSandboxControlClient(sandboxUrl);
    await sandbox.updateSettings({ autoApprove: true, accessTokenTtlSeconds: accessTokenSeconds });

    const disturbances = openDisturbances();
    const urlOf = (port: number | undefined) => `http://127.0.0.1:${port}`;
    const publicUrl = urlOf(ports[1]);
    const env: NodeJS.ProcessEnv = {
      DATABASE_URL: postgres.url,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      DATA_DIR: dataDir,
      PUBLIC_URL: publicUrl,
      HOST: '127.0.0.1',
      LATCHKEY_ADMIN_TOKEN: adminToken,
      ...labEnv({ url: sandboxUrl, overrides: await sandbox.overrides() }, providersDir),
    };
    const shared = { disturbances, onLine };
    const apiSlots = ports.slice(1).map((port, index): ApiSlot => {
      const own = { ...env, PORT: String(port) };
      const slot = openSlot({ ...shared, name: `api-${index + 1}`, entry: 'api', env: own });
      return Object.assign(slot, { client: openClient(urlOf(port), adminToken) });
    });
    const broken = variant === 'correct' ? {} : { BROKEN_LEASE: variant };
    const workerSlots = Array.from({ length: workers }, (_, index) =>
      openSlot({ ...shared, name: `worker-${index + 1}`, entry: 'worker', env: { ...env, ...broken } }),
    );
    const slots = [...apiSlots, ...workerSlots];
    closing.push(() => Promise.all(slots.map((slot) => slot.kill())));
    await Promise.all(slots.map((slot) => slot.start()));
    return {
      publicUrl,
      apis: apiSlots,
      workers: workerSlots,
      sandbox,
      postgres,
      redis,
      beingBroken: new Set(),
      disturbances,
      logs,
      dataDir,
      close,
    };
  } catch (error) {
    await close(true);
    throw new Error(`The deployment did not come up; its logs:\n${logs.tails(30)}`, { cause: error });
  }
}
