import type { Service, Services } from './services.ts';
import { startContainers } from './containers.ts';
import { startLocalPostgres } from './local-postgres.ts';
import { startLocalRedis } from './local-redis.ts';

/** The images may have to be pulled; nobody waits longer than that for them. */
const containersTimeoutMs = 60_000;

/**
 * Uses TEST_DATABASE_URL and TEST_REDIS_URL where they are set; else containers when a Docker engine answers;
 * else the embedded PostgreSQL and a `redis-server` of this machine. Without any Redis, `redisUrl` is null.
 */
export async function startServices(env: NodeJS.ProcessEnv): Promise<Services> {
  const given = {
    postgres: fromVariable(env, 'TEST_DATABASE_URL'),
    redis: fromVariable(env, 'TEST_REDIS_URL'),
  };
  const notes: string[] = [];
  let postgres = given.postgres;
  let redis = given.redis;
  if (postgres === null || redis === null) {
    const containers = await startContainers(
      { postgres: postgres === null, redis: redis === null },
      containersTimeoutMs,
    );
    if (typeof containers === 'string') notes.push(`No containers: ${containers}`);
    else {
      postgres ??= containers.postgres;
      redis ??= containers.redis;
    }
  }
  postgres ??= await startLocalPostgres();
  redis ??= await startLocalRedis();
  notes.push(`PostgreSQL: ${postgres.note}`);
  notes.push(
    redis === null
      ? 'Redis: none (no TEST_REDIS_URL, no Docker engine, no redis-server)'
      : `Redis: ${redis.note}`,
  );
  const running = [postgres, redis];
  return {
    databaseUrl: postgres.url,
    redisUrl: redis?.url ?? null,
    notes,
    close: async (failed) => {
      await Promise.all(running.map(async (service) => service?.close(failed)));
    },
  };
}

function fromVariable(env: NodeJS.ProcessEnv, name: string): Service | null {
  const url = env[name]?.trim();
  return url ? { url, note: `as set in ${name}`, close: async () => {} } : null;
}
