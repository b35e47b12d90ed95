import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';

/**
 * Deletes what is over and of no further use: states of a day ago, sessions, stored answers to Idempotency-Keys, and
 * journal entries that a newer token has replaced.
 */
export async function removeExpired(em: EntityManager): Promise<void> {
  const dayAgo = sql<Date>`now() - interval '1 day'`;
  await db(em).deleteFrom('authorization_state').where('expiresAt', '<', dayAgo).execute();
  await db(em).deleteFrom('console_session').where('expiresAt', '<', dayAgo).execute();
  await sql`
    delete from token_journal using credential
    where credential.id = token_journal.credential_id and token_journal.token_version <= credential.token_version
      and received_at < ${dayAgo}`.execute(db(em));
  await db(em).deleteFrom('idempotency_key').where('createdAt', '<', dayAgo).execute();
}
