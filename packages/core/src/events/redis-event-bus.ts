import { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { nodeOptions, type RedisClient } from '../queues/connect-redis.ts';
import type { CloudEvent, EventBus } from './event-bus.ts';
import { keepListening, type ListeningConnection } from './keep-listening.ts';
import { parseEvent } from './parse-event.ts';

const channelPrefix = 'latchkey:events:';

interface RedisEventBusOptions {
  readonly urls: readonly string[];
  /** Rejects commands at once while it is not connected. */
  readonly publisher: RedisClient;
  readonly log: Logger;
}

/**
 * Events over Redis pub/sub, one channel per workspace: `latchkey:events:<workspaceId>`. A node of a cluster passes
 * on what any other was told, so one connection to any node hears everything; a lost one moves on to the next URL.
 */
export function openRedisEventBus({ urls, publisher, log }: RedisEventBusOptions): EventBus {
  const { connection: _, ...subscription } = keepListening({
    log,
    open: (deliver, attempt) => connect(urls[attempt % urls.length] ?? '', deliver),
  });
  return {
    ...subscription,
    async publish(event) {
      await publishingNode(publisher).publish(`${channelPrefix}${event.workspaceid}`, JSON.stringify(event));
    },
  };
}

/** In a cluster always the same node: what goes through different nodes can overtake each other. */
function publishingNode(client: RedisClient): Redis {
  if (!(client instanceof Cluster)) return client;
  const address = (node: Redis) => `${node.options.host}:${node.options.port}`;
  const [node] = client.nodes('master').toSorted((one, other) => address(one).localeCompare(address(other)));
  if (node === undefined) throw new Error('The Redis cluster is not connected');
  return node;
}

async function connect(url: string, deliver: (event: CloudEvent) => void): Promise<ListeningConnection> {
  const client = new Redis({
    ...nodeOptions(url),
    lazyConnect: true,
    retryStrategy: () => null,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
  });
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
  });
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.on('pmessage', (_pattern: string, _channel: string, message: string) => {
    const event = parseEvent(message);
    if (event !== null) deliver(event);
  });
  try {
    await client.connect();
    await client.psubscribe(`${channelPrefix}*`);
  } catch (error) {
    client.disconnect();
    throw lastError ?? error;
  }
  return { ended, end: () => client.disconnect(), ping: () => client.ping() };
}
