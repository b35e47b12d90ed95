import { openOwnRedis, openSharedRedis, type OwnRedis } from '@latchkey/core/testing/redis-server.ts';
import { hasRedisServer } from './services/local-redis.ts';

/** A Redis that nobody else uses as long as the stack lives. */
export type TestRedis = Pick<OwnRedis, 'url' | 'run' | 'drop'>;

/** A server of its own; where there is no `redis-server`, one database of the Redis at `TEST_REDIS_URL`. */
export async function openTestRedis(): Promise<TestRedis> {
  const shared = process.env['TEST_REDIS_URL'];
  if (shared === undefined || hasRedisServer()) return openOwnRedis();
  // One per worker of the test runner; a Redis has 16 unless told otherwise.
  return openSharedRedis(shared, Number(process.env['VITEST_POOL_ID'] ?? 1) % 16);
}
