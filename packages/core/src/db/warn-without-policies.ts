import { sql } from 'kysely';
import type { Logger } from 'pino';
import { db, type Orm } from './orm.ts';

/** Says so when policies do not hold the user of this process: then one wall between workspaces is missing. */
export async function warnWithoutPolicies(orm: Orm, log: Pick<Logger, 'warn'>): Promise<void> {
  const { rows } = await sql<{ holds: boolean; user: string }>`
    select row_security_active('credential') as holds, current_user as user`.execute(db(orm.em.fork()));
  const [found] = rows;
  if (found === undefined || found.holds) return;
  log.warn(
    { databaseUser: found.user },
    'row-level security does not hold this user: run the migrations as this user, or as one with its rights',
  );
}
