import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { acrossWorkspaces, db } from '../db/index.ts';

/**
 * Every refresh token, as a fingerprint, that came before or after this one on its grant as far as the journal knows: a
 * credential that holds any of them hangs on the same grant.
 */
export async function fingerprintsOfGrant(em: EntityManager, fingerprint: Buffer): Promise<Buffer[]> {
  const { rows } = await sql<{ fingerprint: Buffer }>`
    with recursive grant_token (fingerprint) as (
      values (${fingerprint}::bytea)
      union
      select case when j.presented_fingerprint = g.fingerprint then j.grant_fingerprint else j.presented_fingerprint end
      from grant_token g join token_journal j on g.fingerprint in (j.presented_fingerprint, j.grant_fingerprint)
    )
    select fingerprint from grant_token where fingerprint is not null`.execute(db(acrossWorkspaces(em)));
  return rows.map((row) => row.fingerprint);
}
