import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, openOwnRedis, type OwnRedis } from '../testing/redis-server.ts';
import { silentLog, testRedisUrl } from '../testing/scratch-transport.ts';
import { openLimiter, type Limiter } from './open-limiter.ts';
import { openRedisShares, type Shares } from './redis-shares.ts';

const small = { name: `test${process.pid}.token`, count: 20, seconds: 600 };
const quick = { name: `quick${process.pid}.token`, count: 10, seconds: 1 };

async function ready(shares: Shares): Promise<Shares> {
  for (const until = Date.now() + 10_000; !shares.ready(); await delay(10))
    if (Date.now() > until) throw new Error('Redis is not connected');
  return shares;
}

let ids = 0;
const newId = () => `id ${(ids += 1)}`;

/** On one server, and on a cluster (of one node: the keys are what matters). */
const places = {
  'one server': async () => ({ urls: [testRedisUrl()], close: async () => undefined }),
  'a cluster': async () => {
    const server = await openCluster();
    return { urls: [server.url, server.url], close: () => server.drop() };
  },
} satisfies Record<string, () => Promise<{ urls: string[]; close: () => Promise<void> }>>;

async function openCluster(): Promise<OwnRedis> {
  const bus = await freePort();
  // A node that never met another one does not know its own address.
  const address = ['--cluster-port', String(bus), '--cluster-announce-ip', '127.0.0.1'];
  const server = await openOwnRedis(['--cluster-enabled', 'yes', ...address]);
  await server.run(async (redis) => {
    await redis.call('cluster', 'addslotsrange', '0', '16383');
    for (let up = ''; !up.includes('cluster_state:ok'); await delay(10))
      up = String(await redis.call('cluster', 'info'));
  });
  return server;
}

describe
  .runIf(process.env['TEST_WITHOUT_REDIS'] === undefined)
  .each(Object.keys(places) as (keyof typeof places)[])('counts that processes share on %s', (place) => {
  let opened: { urls: string[]; close: () => Promise<void> };
  let shares: Shares;
  const limiters: Limiter[] = [];
  const openProcess = async () => {
    const limiter = openLimiter({ shares: await ready(openRedisShares(opened.urls, silentLog)) });
    limiters.push(limiter);
    return limiter;
  };

  beforeAll(async () => {
    opened = await places[place]();
    shares = await ready(openRedisShares(opened.urls, silentLog));
  });

  afterAll(async () => {
    for (const limiter of limiters) limiter.close();
    shares.close();
    await opened.close();
  });

  it('add up, for many ids in one call', async () => {
    const [one, other] = [newId(), newId()];
    await shares.add([{ limit: small, id: one, count: 3 }]);
    const [first = 0, second = 0] = await shares.add([
      { limit: small, id: one, count: 4 },
      { limit: small, id: other, count: 1 },
    ]);
    expect(first).toBeGreaterThan(6);
    expect(first).toBeLessThanOrEqual(7);
    expect(second).toBeCloseTo(1, 1);
  });

  it('tell of an overflow and keep no more than the limit, so that it is over in its time', async () => {
    const id = newId();
    const [used = 0] = await shares.add([{ limit: quick, id, count: 1_000 }]);
    expect(used).toBeCloseTo(1_000, 0);
    const [again = 0] = await shares.add([{ limit: quick, id, count: 1 }]);
    expect(again).toBeLessThanOrEqual(11);
    for (const until = Date.now() + 10_000; ; await delay(20)) {
      const [now = 0] = await shares.add([{ limit: quick, id, count: 0 }]);
      if (now < 1) break;
      expect(Date.now()).toBeLessThan(until);
    }
  });

  it('let four processes together through no more than the limit, however many ask at once', async () => {
    const processes = await Promise.all(Array.from({ length: 4 }, openProcess));
    // Again where the machine was so slow that a process did not wait for Redis any longer and went on alone.
    await vi.waitFor(
      async () => {
        const id = newId();
        const asked = processes.flatMap((limiter) =>
          Array.from({ length: 30 }, () => limiter.takeTogether(small, id)),
        );
        const through = (await Promise.all(asked)).filter(({ allowed }) => allowed).length;
        expect(through).toBeGreaterThan(0);
        expect(through).toBeLessThanOrEqual(small.count);
        for (const limiter of processes) expect((await limiter.takeTogether(small, id)).allowed).toBe(false);
      },
      { timeout: 20_000 },
    );
  });
});
