import type { Service, Services } from './services.ts';
import { startContainers } from './containers.ts';
import { startLocalPostgres } from './local-postgres.ts';
import { startLocalRedis } from './local-redis.ts';
import { openTemplateDatabase } from './template-database.ts';

/** The images may have to be pulled; nobody waits longer than that for them. */
const containersTimeoutMs = 60_000;

/**
 * Uses TEST_DATABASE_URL and TEST_REDIS_URL where they are set; else containers when a Docker engine answers;
 * else the embedded PostgreSQL and a `redis-server` of this machine. There may be no Redis.
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
  const template = await openTemplateDatabase(postgres.url);
  const running = [postgres, redis];
  return {
    hasRedis: redis !== null,
    env: {
      TEST_SERVICES_READY: 'yes',
      TEST_DATABASE_URL: postgres.url,
      TEST_TEMPLATE_DATABASE: template.name,
      ...(redis === null ? { TEST_WITHOUT_REDIS: 'yes' } : { TEST_REDIS_URL: redis.url }),
    },
    notes,
    close: async (failed) => {
      await template.drop();
      await Promise.all(running.map(async (service) => service?.close(failed)));
    },
  };
}

function fromVariable(env: NodeJS.ProcessEnv, name: string): Service | null {
  const url = env[name]?.trim();
  return url ? { url, note: `as set in ${name}`, close: async () => {} } : null;
}
