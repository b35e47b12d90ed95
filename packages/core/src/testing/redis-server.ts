import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A Redis that a test may kill, start again without its data, and empty. */
export interface OwnRedis {
  readonly url: string;
  /** SIGKILL, as in a crash. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** A connection beside the application. */
  run<T>(use: (redis: Redis) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
}

/** The server dies with the process that holds the other end of its input, also where that one is killed. */
const untilInputEnds = 'redis-server "$@" & pid=$!; cat; kill -9 $pid; wait $pid';

/** A Redis for one test file that is somebody else's process: one database of it, emptied before and after. */
export async function openSharedRedis(
  server: string,
  database: number,
): Promise<Pick<OwnRedis, 'url' | 'run' | 'drop'>> {
  const url = new URL(server);
  url.pathname = `/${database}`;
  const run = connections(url.href);
  const empty = () => run(async (redis) => void (await redis.flushdb()));
  await empty();
  return { url: url.href, run, drop: empty };
}

function connections(url: string): OwnRedis['run'] {
  return async (use) => {
    // For half a minute: a server that is being started is not there yet.
    const retryStrategy = (attempt: number) => (attempt > 600 ? null : 50);
    const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
    redis.on('error', () => undefined);
    try {
      return await use(redis);
    } finally {
      redis.disconnect();
    }
  };
}

/** @param more settings of the server, such as `--cluster-enabled yes` */
export async function openOwnRedis(more: readonly string[] = []): Promise<OwnRedis> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'lk-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;

  const run = connections(url);
  async function start(): Promise<void> {
    const settings = [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
      ...more,
    ];
    server = spawn('sh', ['-c', untilInputEnds, 'redis-server', ...settings], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await run((redis) => redis.ping());
  }
  async function kill(): Promise<void> {
    const running = server;
    server = null;
    if (running === null) return;
    const ended = once(running, 'exit');
    running.stdin?.end();
    await ended;
  }

  await start();
  return {
    url,
    kill,
    start,
    run,
    async drop() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
