import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { VaultError } from './vault-error.ts';

/** "root" as ASCII: a number that no other advisory lock of this database has. */
const lockKey = 0x726f6f74;

/**
 * Until the end of the caller's transaction: `exclusive` for who changes which key is primary, `shared` for who says
 * which keys a process has. So no process appears between the look at all of them and the change.
 */
export async function lockRootKeys(em: EntityManager, mode: 'exclusive' | 'shared'): Promise<void> {
  const take = sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  await sql`select ${take}(${lockKey})`.execute(db(em));
}

/** The root key that wraps new data keys. @throws VaultError `unknown_key` when none was chosen yet */
export async function primaryRootKeyId(em: EntityManager): Promise<string> {
  const row = await db(em)
    .selectFrom('root_key_check')
    .select('keyId')
    .where('state', '=', 'primary')
    .executeTakeFirst();
  if (row === undefined) throw new VaultError('unknown_key');
  return row.keyId;
}

/** In a transaction that holds the exclusive lock. */
export async function makePrimary(em: EntityManager, keyId: string): Promise<void> {
  await db(em)
    .updateTable('root_key_check')
    .set({ state: 'known' })
    .where('state', '=', 'primary')
    .where('keyId', '<>', keyId)
    .execute();
  await db(em)
    .updateTable('root_key_check')
    .set({ state: 'primary', promotedAt: now })
    .where('keyId', '=', keyId)
    .execute();
}
