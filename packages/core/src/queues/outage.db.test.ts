import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acrossWorkspaces, db } from '../db/index.ts';
import { recordEvent, startRelay, type CloudEvent } from '../events/index.ts';
import { newId } from '../ids.ts';
import { openOwnRedis, type OwnRedis } from '../testing/redis-server.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { handlersWith, silentLog, transportKinds } from '../testing/scratch-transport.ts';
import { openTransport, type Transport } from './index.ts';

const soon = { timeout: 15_000, interval: 20 };
const data = { workspaceId: 'ws_1', authorizationId: 'auth_1' };
const options = { jobId: 'auth_1-0' };

let database: ScratchDatabase;
let opened: { close(): Promise<unknown> }[];

beforeEach(async () => {
  database = await openScratchDatabase('queue');
  opened = [];
});

afterEach(async () => {
  for (const each of opened.toReversed()) await each.close();
  await database.drop();
});

function closeAfter<T extends { close(graceMs: number): Promise<void> }>(one: T): T {
  opened.push({ close: () => one.close(0) });
  return one;
}

describe.runIf(transportKinds.includes('redis'))('when Redis is away', () => {
  let redis: OwnRedis;
  const open = async (log = silentLog) =>
    closeAfter(await openTransport({ redisUrl: redis.url, databaseUrl: database.url, log }));

  beforeEach(async () => {
    redis = await openOwnRedis();
    return () => redis.drop();
  });

  it('a transport opens, refuses quickly, and works once Redis is there', { timeout: 30_000 }, async () => {
    await redis.kill();
    const transport = await open();
    const handler = vi.fn(async () => undefined);
    closeAfter(await transport.startWorkers(handlersWith({ 'validate-key': handler }), { concurrency: 1 }));
    const started = performance.now();
    await expect(transport.queues.add('validate-key', data, options)).rejects.toThrow(
      'Redis is not connected',
    );
    await expect(transport.bus.publish({} as CloudEvent)).rejects.toThrow();
    await expect(transport.ping()).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(transport.bus.connected()).toBe(false);

    await redis.start();
    await vi.waitFor(() => transport.queues.add('validate-key', data, options), soon);
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);
    await vi.waitFor(() => transport.ping(), soon);
  });

  it(
    'a running worker and its producer go on after a crash that lost all jobs, and a lost job may be added again',
    { timeout: 40_000 },
    async () => {
      const transport = await open();
      await vi.waitFor(
        () => transport.queues.add('validate-key', data, { ...options, delaySeconds: 3_600 }),
        soon,
      );
      const handler = vi.fn(async () => undefined);
      closeAfter(await transport.startWorkers(handlersWith({ 'validate-key': handler }), { concurrency: 1 }));
      await redis.kill();
      await redis.start();
      await vi.waitFor(
        async () => expect(await transport.queues.has('validate-key', options.jobId)).toBe(false),
        soon,
      );
      await transport.queues.add('validate-key', data, options);
      await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);

      await transport.queues.add('validate-key', data, { ...options, delaySeconds: 3_600 });
      await redis.run((client) => client.flushall());
      expect(await transport.queues.has('validate-key', options.jobId)).toBe(false);
      await transport.queues.add('validate-key', data, options);
      await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2), soon);
    },
  );

  it(
    'the relay goes on numbering, says so once, and publishes everything afterwards',
    { timeout: 40_000 },
    async () => {
      const lines: string[] = [];
      const log = pino(
        { level: 'warn', base: null, timestamp: false },
        { write: (line) => lines.push(line) },
      );
      const transport = await open();
      await vi.waitFor(() => transport.ping(), soon);
      const relay = closeAfter(
        startRelay({
          orm: database.orm,
          bus: transport.bus,
          queues: transport.queues,
          log,
          seal: async () => 0,
        }),
      );
      const workspaceId = newId('workspace');
      await db(acrossWorkspaces(database.orm.em))
        .insertInto('workspace')
        .values({ id: workspaceId, name: workspaceId })
        .execute();
      const record = () =>
        recordEvent(
          { em: acrossWorkspaces(database.orm.em), workspaceId },
          {
            type: 'latchkey.oauth_client.changed',
            subject: 'ocl_1',
            data: { provider: 'sandbox', mode: 'custom' },
          },
        );
      const unnumbered = () =>
        db(acrossWorkspaces(database.orm.em))
          .selectFrom('event')
          .select('id')
          .where('sequence', 'is', null)
          .execute();

      await redis.kill();
      for (let index = 0; index < 30; index += 1) {
        await record();
        relay.nudge();
        await vi.waitFor(async () => expect(await unnumbered()).toEqual([]), soon);
      }
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('The transport of jobs and events is not available');

      await redis.start();
      await relay.idle();
      const unpublished = await db(acrossWorkspaces(database.orm.em))
        .selectFrom('event')
        .select('id')
        .where('publishedAt', 'is', null)
        .execute();
      expect(unpublished).toEqual([]);
    },
  );

  it('workers close in bounded time', { timeout: 30_000 }, async () => {
    const transport = await open();
    await vi.waitFor(() => transport.ping(), soon);
    const workers = await transport.startWorkers(handlersWith({}), { concurrency: 1 });
    await redis.kill();
    const started = performance.now();
    await workers.close(1_000);
    await transport.close();
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('when PostgreSQL cuts every connection', () => {
  it('its queues, workers and bus go on', { timeout: 40_000 }, async () => {
    const transport: Transport = closeAfter(
      await openTransport({ redisUrl: null, databaseUrl: database.url, log: silentLog }),
    );
    const handler = vi.fn(async () => undefined);
    closeAfter(await transport.startWorkers(handlersWith({ 'validate-key': handler }), { concurrency: 1 }));
    for (let round = 1; round <= 3; round += 1) {
      await vi.waitFor(() => transport.ping(), soon);
      await database.superuser.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await vi.waitFor(() => transport.queues.add('validate-key', data, { jobId: `auth_1-${round}` }), soon);
      await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(round), soon);
    }
    await vi.waitFor(() => transport.ping(), soon);
  });
});
