import { sql } from 'kysely';
import { acrossWorkspaces, db, type Db, type Orm } from '../db/index.ts';

/** Advisory locks, one number each: "latch" and "audit" as ASCII. */
export const relayLock = 0x6c61746368;
export const sealLock = 0x6175646974;

/** Another process has the lock. */
export const busy = Symbol('busy');

/**
 * Runs `work` in one transaction as the only process that holds `lock`, or returns `busy`. The lock goes with the
 * transaction, also when the process or its connection dies; PostgreSQL ends a holder that is silent for 15 seconds.
 * The transaction is Kysely's own: the ORM keeps the connection of one that was cut off, and a pool runs dry of that.
 * @param options `durable: false` where losing the commit in a crash of PostgreSQL only means doing it again
 */
export async function underLock<T>(
  orm: Orm,
  lock: number,
  { durable }: { durable: boolean },
  work: (tx: Db) => Promise<T>,
): Promise<T | typeof busy> {
  return db(acrossWorkspaces(orm.em))
    .transaction()
    .execute(async (tx) => {
      const { rows } = await sql<{ taken: boolean }>`
        select pg_try_advisory_xact_lock(${lock}) as taken,
          set_config('idle_in_transaction_session_timeout', '15s', true),
          set_config('synchronous_commit', ${durable ? 'on' : 'off'}, true)`.execute(tx);
      return rows[0]?.taken === true ? work(tx) : busy;
    });
}
