import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import {
  handlersWith,
  scratchTransports,
  silentLog,
  testRedisUrl,
  transportKinds,
  type ScratchTransports,
} from '../testing/scratch-transport.ts';
import { openTransport, type JobRun, type Transport, type Workers } from './index.ts';

const concurrency = 4;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const soon = { timeout: 10_000, interval: 20 };

describe.each(transportKinds)('transport on %s', (kind) => {
  let database: ScratchDatabase;
  let scratch: ScratchTransports;
  let transport: Transport;
  let workspaceId: string;
  let authorizationId: string;
  let jobId: string;
  let workers: Workers[];

  beforeAll(async () => {
    database = await openScratchDatabase('queue');
    scratch = scratchTransports(kind, database.url);
    transport = await scratch.open();
    await vi.waitFor(() => transport.ping(), soon);
  });

  afterAll(async () => {
    await scratch.drop();
    await database.drop();
  });

  beforeEach(async () => {
    await scratch.clear();
    workspaceId = newId('workspace');
    authorizationId = newId('authorization');
    jobId = `${authorizationId}-0`;
    workers = [];
    return async () => {
      await Promise.all(workers.map((each) => each.close(0)));
    };
  });

  const add = (delaySeconds = 0) =>
    transport.queues.add('validate-key', { workspaceId, authorizationId }, { jobId, delaySeconds });
  const isKnown = () => transport.queues.has('validate-key', jobId);
  async function work(
    handler: (data: unknown, run: JobRun) => Promise<void>,
    through: Transport = transport,
  ): Promise<Workers> {
    const started = await through.startWorkers(handlersWith({ 'validate-key': handler }), { concurrency });
    workers.push(started);
    return started;
  }

  it('says what it is', () => {
    expect(transport.kind).toBe(kind);
  });

  it('hands a job with its data and id to the handler of another process', async () => {
    const handler = vi.fn(async () => undefined);
    await work(handler, await scratch.open());
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);
    expect(handler).toHaveBeenCalledWith(
      { workspaceId, authorizationId },
      { jobId, signal: expect.any(AbortSignal) },
    );
  });

  it('adds a job once however often it is added while it waits, is delayed or runs', async () => {
    await Promise.all(Array.from({ length: 20 }, () => add()));
    await add(60);
    expect((await transport.queues.counts())['validate-key']).toEqual({ waiting: 1, active: 0, delayed: 0 });

    const running = Promise.withResolvers<void>();
    const handler = vi.fn(() => running.promise);
    await work(handler);
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);
    await add();
    expect((await transport.queues.counts())['validate-key']).toEqual({ waiting: 0, active: 1, delayed: 0 });
    running.resolve();
    await vi.waitFor(async () => expect(await isKnown()).toBe(false), soon);
    expect(handler).toHaveBeenCalledOnce();

    jobId = `${authorizationId}-1`;
    await add(60);
    await add();
    expect((await transport.queues.counts())['validate-key']).toEqual({ waiting: 0, active: 0, delayed: 1 });
  });

  it('runs what somebody waits for before what is in the background, however much that is', async () => {
    const idOf = (n: number) => `background-${n}`;
    const options = (id: string, background: boolean) => ({ jobId: id, background });
    const job = (id: string, background: boolean) =>
      ({
        name: 'validate-key',
        data: { workspaceId, authorizationId: id },
        options: options(id, background),
      }) as const;
    await transport.queues.addAll(Array.from({ length: 100 }, (_, n) => job(idOf(n), true)));
    await transport.queues.add('validate-key', { workspaceId, authorizationId }, options(jobId, false));
    expect((await transport.queues.counts())['validate-key']).toEqual({
      waiting: 101,
      active: 0,
      delayed: 0,
    });
    expect(await transport.queues.has('validate-key', idOf(7))).toBe(true);

    const order: string[] = [];
    await work(async (_data, run) => void order.push(run.jobId));
    await vi.waitFor(() => expect(order).toHaveLength(101), soon);
    expect(order[0]).toBe(jobId);
    // In their order, but for those that run at the same time.
    const places = order.slice(1, 40).map((id) => Number(id.split('-')[1]));
    expect(Math.max(...places)).toBeLessThan(39 + concurrency);
  });

  it('adds many at once, of several queues, each once', async () => {
    const ids = upTo(50).map((n) => `many-${n}`);
    const jobs = ids.flatMap((id) =>
      (['validate-key', 'refresh-token'] as const).map((name) => ({
        name,
        data: { workspaceId, authorizationId: id },
        options: { jobId: id },
      })),
    );
    await transport.queues.add(
      'refresh-token',
      { workspaceId, authorizationId: 'many-3' },
      { jobId: 'many-3' },
    );
    await Promise.all([transport.queues.addAll(jobs), transport.queues.addAll(jobs)]);
    await transport.queues.addAll([]);
    const counts = await transport.queues.counts();
    expect([counts['validate-key'].waiting, counts['refresh-token'].waiting]).toEqual([50, 50]);
  });

  it('takes the id of a finished job again', async () => {
    const handler = vi.fn(async () => undefined);
    await work(handler);
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(1), soon);
    await vi.waitFor(async () => expect(await isKnown()).toBe(false), soon);
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2), soon);
  });

  it('runs a delayed job when it is due', async () => {
    const handler = vi.fn(async () => undefined);
    await work(handler);
    const added = performance.now();
    await add(0.5);
    expect(await isKnown()).toBe(true);
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);
    expect(performance.now() - added).toBeGreaterThanOrEqual(490);
    expect(performance.now() - added).toBeLessThan(10_000);
  });

  it('tries a job again after an exception', { timeout: 15_000 }, async () => {
    const handler = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('unexpected'));
    await work(handler);
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2), soon);
    await vi.waitFor(async () => expect(await isKnown()).toBe(false), soon);
  });

  it('keeps neither the result of a handler nor a finished job', async () => {
    const secret = 'canary-of-the-result';
    const handler = vi.fn(async () => secret as unknown as undefined);
    await work(handler);
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);
    await vi.waitFor(async () => expect(await isKnown()).toBe(false), soon);
    expect(await everythingStored()).not.toContain(secret);
  });

  it('aborts a handler whose lock was lost', { timeout: 20_000 }, async () => {
    const aborted = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    await work(async (_data, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      started.resolve();
      await aborted.promise;
    });
    await add();
    await started.promise;
    await stealLock();
    expect(await aborted.promise).toBe('the lock of the job was lost');
  });

  it('gives a job whose worker was killed to another one, twice', { timeout: 60_000 }, async () => {
    const handler = vi.fn(async () => undefined);
    await add();
    for (let crash = 0; crash < 2; crash += 1) {
      const script = fileURLToPath(new URL('../testing/stuck-worker.ts', import.meta.url));
      const redisUrl = kind === 'redis' ? testRedisUrl() : '';
      const child = spawn(process.execPath, [script, redisUrl, database.url, scratch.prefix], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [taken] = (await once(child.stdout, 'data')) as [Buffer];
      expect(taken.toString()).toBe(jobId);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await isKnown()).toBe(true);
    }
    await work(handler);
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), { timeout: 30_000, interval: 100 });
  });

  it('runs a delayed job at once when it is promoted, and leaves one that waits as it is', async () => {
    await add(3600);
    const { waiting, delayed } = (await transport.queues.counts())['validate-key'];
    expect({ waiting, delayed }).toEqual({ waiting: 0, delayed: 1 });
    const job = { name: 'validate-key', data: { workspaceId, authorizationId }, options: { jobId } } as const;
    await transport.queues.promote([job]);
    await transport.queues.promote([job]);
    expect((await transport.queues.counts())['validate-key']).toMatchObject({ waiting: 1, delayed: 0 });
    const handler = vi.fn(async () => undefined);
    await work(handler);
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);
  });

  it('waits on closing for the handlers that run, without aborting them, and takes no more jobs', async () => {
    const running = Promise.withResolvers<void>();
    const handler = vi.fn((_data: unknown, _run: JobRun) => running.promise);
    const closing = await work(handler);
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), soon);

    const close = closing.close(10_000).then(() => 'closed');
    const others = Promise.resolve(transport.queues.counts()).then(() => 'still running');
    expect(await Promise.race([close, others])).toBe('still running');
    expect(handler.mock.calls[0]?.[1].signal.aborted).toBe(false);
    running.resolve();
    await close;
    expect(await isKnown()).toBe(false);

    await add();
    expect((await transport.queues.counts())['validate-key']).toEqual({ waiting: 1, active: 0, delayed: 0 });
    expect(handler).toHaveBeenCalledOnce();
  });

  it('closes in bounded time though a handler hangs', { timeout: 40_000 }, async () => {
    const stuck = vi.fn(() => new Promise<void>(() => undefined));
    const own = await scratch.open();
    const closing = await work(stuck, own);
    await add();
    await vi.waitFor(() => expect(stuck).toHaveBeenCalledOnce(), soon);
    const started = performance.now();
    await closing.close(300);
    expect(performance.now() - started).toBeLessThan(6_000);
    const handler = vi.fn(async () => undefined);
    await work(handler);
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce(), { timeout: 30_000, interval: 100 });
  });

  it('starts in several processes at once', { timeout: 30_000 }, async () => {
    const fresh = await openScratchDatabase('queue');
    const options = {
      redisUrl: kind === 'redis' ? testRedisUrl() : null,
      databaseUrl: fresh.url,
      log: silentLog,
      prefix: scratch.prefix,
    };
    const opened = await Promise.all(Array.from({ length: 6 }, () => openTransport(options)));
    const counts = await vi.waitFor(() => Promise.all(opened.map((each) => each.queues.counts())), soon);
    expect(counts).toHaveLength(6);
    await Promise.all(opened.map((each) => each.close()));
    await fresh.drop();
  });

  async function everythingStored(): Promise<string> {
    if (kind === 'postgres') {
      const { rows } = await database.superuser.query(
        'select to_jsonb(j)::text as one from bullmq.job j union all select to_jsonb(e)::text from bullmq.event e',
      );
      expect(rows.length).toBeGreaterThan(0);
      return JSON.stringify(rows);
    }
    const redis = new Redis(testRedisUrl());
    const stream = await redis.xrange(`${scratch.prefix}:validate-key:events`, '-', '+');
    expect(stream.length).toBeGreaterThan(0);
    const job = await redis.hgetall(`${scratch.prefix}:validate-key:${jobId}`);
    await redis.quit();
    return JSON.stringify([stream, job]);
  }

  async function stealLock(): Promise<void> {
    if (kind === 'postgres') {
      const { rowCount } = await database.superuser.query(
        `update bullmq.job set lock_token = 'thief' where id = $1`,
        [jobId],
      );
      expect(rowCount).toBe(1);
      return;
    }
    const redis = new Redis(testRedisUrl());
    expect(await redis.set(`${scratch.prefix}:validate-key:${jobId}:lock`, 'thief', 'EX', 30, 'XX')).toBe(
      'OK',
    );
    await redis.quit();
  }
});
