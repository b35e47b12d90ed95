import { Pool } from 'pg';
import type { PgPool } from 'bullmq';
import type { Logger } from 'pino';
import { reasonOf, watchOutage } from './outage.ts';
import { settles } from './time-limit.ts';

interface JobPoolOptions {
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Connections at most; none are kept while nothing happens, but for those that LISTEN. */
  readonly size: number;
}

/**
 * The pool that all queues or all workers of a process share. Given a pool, BullMQ leaves schema and keep-alive to us.
 */
export function openJobPool({ databaseUrl, log, size }: JobPoolOptions): PgPool & { end(): Promise<void> } {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'latchkey-jobs',
    max: size,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // A crash of PostgreSQL may lose the last moments of the queues: their jobs are made again from authorizations.
    options: '-c search_path=bullmq -c synchronous_commit=off',
  });
  pool.setMaxListeners(0); // every queue and worker listens
  const outage = watchOutage(log, 'PostgreSQL, for jobs,');
  pool.on('error', () => undefined);
  // The pool listens to idle clients only; an error of one in use would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function watched<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      outage.ended();
      return result;
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      outage.began(error);
      throw Object.assign(new Error(reasonOf(error), { cause: error }), { code: 'ECONNREFUSED' });
    }
  }

  const shared = {
    options: pool.options,
    query: (text: string, values?: readonly unknown[]) => watched(pool.query(text, values as unknown[])),
    connect: () => watched(pool.connect()),
    on: pool.on.bind(pool),
    removeAllListeners: () => shared,
    end: async () => void (await settles(2_000, pool.end())),
  } as unknown as PgPool & { end(): Promise<void> };
  return shared;
}

/**
 * Everything that says "not now" rather than "wrong". BullMQ pauses and tries again after ECONNREFUSED alone and
 * retries at once, in a loop, after any other error; so each of these is passed on as that one.
 */
function isConnectionError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return true; // "Connection terminated unexpectedly", "Query read timeout", …
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57)/.test(code);
}
