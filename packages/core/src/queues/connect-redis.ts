import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { backOff } from './time-limit.ts';

export type RedisClient = Redis | Cluster;

/** The reply mapping is a type parameter of the client, so it cannot be an option that may be there or not. */
type NodeOptions = Omit<RedisOptions, 'replyMapping'>;

/** Keys of the queues start with it; the hash tag keeps them in one slot of a cluster. */
export const keyPrefix = '{latchkey}';

/** Options for the node behind a `redis://` or `rediss://` URL. */
export function nodeOptions(url: string): NodeOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    connectTimeout: 5_000,
    keepAlive: 10_000,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 ? { db: Number(pathname.slice(1)) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** One URL is a single node, several are the first addresses of a cluster. Reconnects for ever. */
export function connectRedis(urls: readonly string[], options: NodeOptions): RedisClient {
  const retryStrategy = (attempt: number) => backOff(attempt, 50, 2_000);
  const [first = ''] = urls;
  const common = { ...nodeOptions(first), ...options };
  if (urls.length === 1) return new Redis({ ...common, retryStrategy });
  const { host: _host, port: _port, db: _db, ...redisOptions } = common;
  return new Cluster(
    urls.map((url) => {
      const { host = '', port = 6379 } = nodeOptions(url);
      return { host, port };
    }),
    {
      redisOptions,
      clusterRetryStrategy: retryStrategy,
      enableOfflineQueue: options.enableOfflineQueue ?? true,
      // Certificates name hosts, not addresses.
      ...(common.tls === undefined ? {} : { dnsLookup: (address, callback) => callback(null, address) }),
    },
  );
}
