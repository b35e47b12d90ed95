import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { acrossWorkspaces, db } from '../db/index.ts';

/**
 * Deletes what is over and of no further use: states of a day ago, sessions, connect sessions, replaced values of service tokens, stored answers to Idempotency-Keys, and
 * journal entries that no credential has yet to take over.
 */
export async function removeExpired(em: EntityManager): Promise<void> {
  const all = db(acrossWorkspaces(em));
  const dayAgo = sql<Date>`now() - interval '1 day'`;
  await all.deleteFrom('authorization_state').where('expiresAt', '<', dayAgo).execute();
  await all.deleteFrom('console_session').where('expiresAt', '<', dayAgo).execute();
  await all.deleteFrom('connect_session').where('expiresAt', '<', dayAgo).execute();
  await all.deleteFrom('replaced_token').where('endsAt', '<', dayAgo).execute();
  await sql`
    delete from token_journal j
    where received_at < ${dayAgo}
      and not exists (
        select from credential c where c.id = j.credential_id and c.token_version < j.token_version
      )
      and not exists (
        select from credential c where c.id <> j.credential_id and c.grant_fingerprint = j.presented_fingerprint
      )`.execute(all);
  await all.deleteFrom('idempotency_key').where('createdAt', '<', dayAgo).execute();
}
