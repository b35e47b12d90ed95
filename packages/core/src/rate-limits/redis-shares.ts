import type { Logger } from 'pino';
import { connectRedis, keyPrefix } from '../queues/connect-redis.ts';
import { watchOutage } from '../queues/outage.ts';
import type { Limit } from './bucket.ts';

/** What one process has let through and not told the others yet. */
export interface Share {
  readonly limit: Limit;
  readonly id: string;
  readonly count: number;
}

/** Where processes tell each other what they let through. */
export interface Shares {
  /** False while nobody would hear it. */
  ready(): boolean;
  /** @returns how much of each limit is used by all processes, these included; more than the limit when it overflows */
  add(shares: readonly Share[]): Promise<number[]>;
  close(): void;
}

/** A command that takes longer is given up. No request waits that long for it. */
const commandMs = 500;

/**
 * The moment at which each bucket is empty again, by Redis's clock: one number that drains by itself and expires with
 * it. What overflows is told but not kept. The keys have one hash tag, so one call serves all of them in a cluster too.
 */
const script = `
local time = redis.call('time')
local now = time[1] * 1000 + time[2] / 1000
local used = {}
for i, key in ipairs(KEYS) do
  local added, count, interval = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local empty = math.max(tonumber(redis.call('get', key) or '0') or 0, now) + added * interval
  used[i] = string.format('%.3f', (empty - now) / interval)
  empty = math.min(empty, now + count * interval)
  redis.call('set', key, string.format('%.6f', empty), 'px', math.max(1, math.ceil(empty - now)))
end
return used`;

/** @param urls one node, or the first addresses of a cluster */
export function openRedisShares(urls: readonly string[], log: Logger): Shares {
  const client = connectRedis(urls, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandMs,
  });
  const outage = watchOutage(log, 'The Redis of the rate limits');
  client.on('error', (error) => outage.began(error));
  client.on('ready', () => outage.ended());
  return {
    ready: () => client.status === 'ready',
    async add(shares) {
      const keys = shares.map(({ limit, id }) => `${keyPrefix}:limit:${limit.name}:${id}`);
      const facts = shares.flatMap(({ limit, count }) => [
        count,
        limit.count,
        (limit.seconds * 1000) / limit.count,
      ]);
      const used = (await client.eval(script, keys.length, ...keys, ...facts)) as string[];
      return used.map(Number);
    },
    close: () => client.disconnect(),
  };
}
