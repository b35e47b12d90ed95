import { setTimeout as wait } from 'node:timers/promises';
import type { OwnRedis } from '@latchkey/core/testing/redis-server.ts';
import type { World } from '../world/world.ts';
import { exclusively, type FaultKinds } from './fault-kind.ts';

async function withRedis(
  world: World,
  kind: string,
  work: (redis: OwnRedis) => Promise<unknown>,
): Promise<boolean> {
  const { redis, disturbances } = world;
  if (redis === null) return false;
  return exclusively(world, 'redis', () =>
    disturbances.during({ kind, pid: null, what: 'redis' }, async () => void (await work(redis))),
  );
}

export const redisFaults: FaultKinds = {
  'redis-crash': {
    transport: 'redis',
    duration: [500, 5_000],
    strike: (world, { durationMs }) =>
      withRedis(world, 'redis-crashed', async (redis) => {
        await redis.kill();
        await wait(durationMs);
        await redis.start();
      }),
  },
  'redis-pause': {
    transport: 'redis',
    // Past the lock of a job, 10 s, now and then.
    duration: [2_000, 14_000],
    strike: (world, { durationMs }) =>
      withRedis(world, 'redis-paused', async (redis) => {
        await redis.run((connection) => connection.call('CLIENT', 'PAUSE', String(durationMs), 'ALL'));
        await wait(durationMs);
      }),
  },
  'redis-flush': {
    transport: 'redis',
    duration: [0, 0],
    strike: (world) =>
      withRedis(world, 'redis-flushed', (redis) => redis.run((connection) => connection.flushall())),
  },
  'redis-cut-subscribers': {
    transport: 'redis',
    duration: [0, 0],
    strike: (world) =>
      withRedis(world, 'redis-subscribers-cut', (redis) =>
        redis.run((connection) => connection.call('CLIENT', 'KILL', 'TYPE', 'pubsub')),
      ),
  },
};
