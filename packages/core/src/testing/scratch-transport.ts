import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { pino, type Logger } from 'pino';
import { openTransport, type JobHandlers, type JobRun, type Transport } from '../queues/index.ts';

export type TransportKind = 'redis' | 'postgres';

/** Both, where there is a Redis to test with. */
export const transportKinds: readonly TransportKind[] =
  process.env['TEST_WITHOUT_REDIS'] === undefined ? ['redis', 'postgres'] : ['postgres'];

export const silentLog: Logger = pino({ level: 'silent' });

export function testRedisUrl(): string {
  return process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379/15';
}

/** Queues and a bus of their own, on one of the two technologies, for one test file. */
export interface ScratchTransports {
  /** Another process, as far as Redis and PostgreSQL can tell. Closed by `drop`. */
  open(log?: Logger): Promise<Transport>;
  /** What starts the keys of the queues in Redis. */
  readonly prefix: string;
  /** Forgets all jobs. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

export function scratchTransports(kind: TransportKind, databaseUrl: string): ScratchTransports {
  const prefix = `{lk-test-${randomBytes(6).toString('hex')}}`;
  const transports: Transport[] = [];
  return {
    prefix,
    async open(log = silentLog) {
      const transport = await openTransport({
        redisUrl: kind === 'redis' ? testRedisUrl() : null,
        databaseUrl,
        log,
        prefix,
      });
      transports.push(transport);
      return transport;
    },
    async clear() {
      if (kind === 'redis') await deleteKeys(prefix);
      else await deleteRows(databaseUrl);
    },
    async drop() {
      await Promise.all(transports.map((transport) => transport.close()));
      if (kind === 'redis') await deleteKeys(prefix);
    },
  };
}

async function deleteKeys(prefix: string): Promise<void> {
  const redis = new Redis(testRedisUrl());
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1000 })) {
    if (keys.length > 0) await redis.del(...keys);
  }
  await redis.quit();
}

async function deleteRows(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('delete from bullmq.job');
  await client.end();
}

/** Handlers of which one does something. */
export function handlersWith(handlers: Partial<JobHandlers>): JobHandlers {
  const nothing = async (_data: unknown, _run: JobRun) => undefined;
  return {
    'validate-key': nothing,
    'exchange-code': nothing,
    'refresh-token': nothing,
    revoke: nothing,
    ...handlers,
  };
}
