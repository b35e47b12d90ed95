import { dumpDatabase } from './dump-database.ts';
import { eventually } from './eventually.ts';
import type { Stack } from './stack.ts';
import type { TestRedis } from './test-redis.ts';

/** Hears everything that passes through PostgreSQL, Redis and the event stream, also what is gone a moment later. */
export interface Eavesdropper {
  /** Ends it, and returns all there was by source. */
  end(): Promise<Map<string, string[]>>;
}

/** Every version of every row, also of rows that are deleted in the same second. */
const keepEveryRow = `
  create schema capture;
  create table capture.rows (source text not null, row jsonb not null);
  create function capture.keep() returns trigger language plpgsql security definer as $$
  begin
    insert into capture.rows values (format('%s.%s', tg_table_schema, tg_table_name), to_jsonb(new));
    return null;
  end $$;
  do $$ declare each regclass; begin
    for each in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'bullmq')
    loop
      execute format('create trigger capture_all after insert or update on %s for each row execute function capture.keep()', each);
    end loop;
  end $$`;

export async function eavesdrop(stack: Stack, token: string): Promise<Eavesdropper> {
  const { superuser } = stack.database;
  await superuser.query(keepEveryRow);
  const notified: string[] = [];
  superuser.on('notification', ({ channel, payload }) => notified.push(`${channel} ${payload ?? ''}`));
  await superuser.query('listen latchkey_events');
  const monitor = stack.redis === null ? null : await openMonitor(stack.redis);
  const stream = await openStream(stack, token);
  return {
    async end() {
      const streamed = await stream.end();
      const heard = (await monitor?.end()) ?? [];
      const kept = stack.redis === null ? [] : await dumpRedis(stack.redis);
      return new Map([
        ['event stream', streamed],
        ['Redis, as it was sent', heard],
        ['Redis, as it is', kept],
        ['PostgreSQL notifications', notified],
        ['PostgreSQL, every row there ever was', await dumpDatabase(superuser)],
      ]);
    },
  };
}

async function openStream(stack: Stack, token: string) {
  const stop = new AbortController();
  const response = await fetch(`${stack.url}/v1/events/stream?lastEventId=0`, {
    headers: { authorization: `Bearer ${token}` },
    signal: stop.signal,
  });
  const chunks: string[] = [];
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) chunks.push(chunk);
  })().catch(() => undefined);
  return {
    async end() {
      stop.abort();
      await reading;
      return [chunks.join('')];
    },
  };
}

async function openMonitor(server: TestRedis) {
  const lines: string[] = [];
  // A connection of its own, that lives on.
  const monitor = await server.run(async (redis) => redis.duplicate({ monitor: true }));
  // The client takes for an error what comes in one piece with the answer to MONITOR, so before there is anything to hear.
  monitor.on('error', () => undefined);
  monitor.on('monitor', (_time: string, args: string[]) => lines.push(args.join(' ')));
  await new Promise((resolve) => monitor.once('monitoring', resolve));
  return {
    async end() {
      // What was sent before this line was heard before it.
      await server.run((redis) => redis.echo('the end of the eavesdropping'));
      await eventually(() => lines.some((line) => line.includes('the end of the eavesdropping')), {
        describe: 'the monitor has caught up',
      });
      monitor.disconnect();
      return lines;
    },
  };
}

/** Every key of every type. */
async function dumpRedis(server: TestRedis): Promise<string[]> {
  return server.run(async (redis) => {
    const lines: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      if (type === 'none') continue; // expired meanwhile, as counts of rate limits do
      const value = await {
        string: () => redis.get(key),
        hash: () => redis.hgetall(key),
        list: () => redis.lrange(key, '0', '-1'),
        set: () => redis.smembers(key),
        zset: () => redis.zrange(key, '0', '-1', 'WITHSCORES'),
        stream: () => redis.xrange(key, '-', '+'),
      }[type as 'string']?.();
      if (value === undefined) throw new Error(`what is a ${type}?`);
      lines.push(`${key} ${JSON.stringify(value)}`);
    }
    return lines;
  });
}
