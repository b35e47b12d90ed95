import { sql } from 'kysely';
import { readUnsealed, type Unsealed } from '../audit/index.ts';
import { acrossWorkspaces, db, type Orm } from '../db/index.ts';

/** How much of the audit of all workspaces waits for its seal, and for how long; given up after a second. */
export async function unsealedEntries(orm: Orm): Promise<Unsealed> {
  return acrossWorkspaces(orm.em).transactional(async (em) => {
    await sql`set local statement_timeout = '1s'`.execute(db(em));
    return readUnsealed(db(em), null);
  });
}
