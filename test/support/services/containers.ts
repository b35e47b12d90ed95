import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from './services.ts';

interface Wanted {
  readonly postgres: boolean;
  readonly redis: boolean;
}

interface Containers {
  readonly postgres: Service | null;
  readonly redis: Service | null;
}

/**
 * Starts what is wanted with Testcontainers.
 * @returns why not, in words, when there is no engine, an image cannot be had, or it takes too long
 */
export async function startContainers(wanted: Wanted, timeoutMs: number): Promise<Containers | string> {
  if (process.env['DOCKER_HOST'] === undefined && !existsSync('/var/run/docker.sock'))
    return 'no Docker engine';
  const late = new AbortController();
  const starting = start(wanted);
  const timeout = wait(timeoutMs, `not ready after ${timeoutMs / 1000} s`, { signal: late.signal });
  try {
    const outcome = await Promise.race([starting, timeout]);
    if (typeof outcome === 'string') void starting.then(closeAll, () => {});
    return outcome;
  } catch (error) {
    return firstLine(error);
  } finally {
    late.abort();
    timeout.catch(() => {});
  }
}

async function start(wanted: Wanted): Promise<Containers> {
  // Loaded here only: it takes a second, and most runs on a laptop without Docker never need it.
  const [{ PostgreSqlContainer }, { RedisContainer }] = await Promise.all([
    import('@testcontainers/postgresql'),
    import('@testcontainers/redis'),
  ]);
  const starts = await Promise.allSettled([
    wanted.postgres
      ? new PostgreSqlContainer('postgres:17-alpine')
          .withCommand([
            'postgres',
            '-c',
            'fsync=off',
            '-c',
            'synchronous_commit=off',
            '-c',
            'max_connections=300',
          ])
          .start()
          .then((container) => serviceOf(container, container.getConnectionUri(), 'postgres:17-alpine'))
      : null,
    wanted.redis
      ? new RedisContainer('redis:7-alpine')
          .start()
          .then((container) => serviceOf(container, container.getConnectionUrl(), 'redis:7-alpine'))
      : null,
  ]);
  const [postgres, redis] = starts.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : null));
  const containers = { postgres: postgres ?? null, redis: redis ?? null };
  const failure = starts.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return containers;
  await closeAll(containers);
  throw failure.reason;
}

function serviceOf(container: { stop(): Promise<unknown> }, url: string, image: string): Service {
  return {
    url,
    note: `a container of ${image}`,
    close: async () => {
      await container.stop();
    },
  };
}

async function closeAll({ postgres, redis }: Containers): Promise<void> {
  await Promise.all([postgres?.close(false), redis?.close(false)]);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
