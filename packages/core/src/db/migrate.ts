import { sql } from 'kysely';
import { ConfigurationError } from '../errors.ts';
import { db, openOrm } from './orm.ts';
import { reason } from './require-schema.ts';

/** Any number that no other use of advisory locks in this database has. */
const lockKey = 4_713_001;

/**
 * Runs the migrations that are missing, under a lock: of several processes one works and the others wait.
 * @returns the names of those that ran
 * @throws ConfigurationError when the database cannot be reached
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const locker = await openOrm({ databaseUrl, poolSize: 1, timeoutSeconds: 0, rowLevelSecurity: false });
  const orm = await openOrm({ databaseUrl, poolSize: 2, timeoutSeconds: 0, rowLevelSecurity: false });
  try {
    // Held by a transaction of its own connection, so that a crash gives it back.
    return await locker.em.fork().transactional(async (em) => {
      await sql`select pg_advisory_xact_lock(${lockKey})`.execute(db(em));
      return (await orm.migrator.up()).map(({ name }) => name);
    });
  } catch (error) {
    const { code } = error as { code?: unknown };
    const unreachable = typeof code === 'string' && (/^E[A-Z]+$/.test(code) || /^(08|28|3D|57P)/.test(code));
    if (!unreachable && !(error instanceof AggregateError)) throw error;
    throw new ConfigurationError([`DATABASE_URL: the database cannot be used: ${reason(error)}`]);
  } finally {
    await orm.close(true);
    await locker.close(true);
  }
}
