import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { CredentialRow } from '../credentials/index.ts';
import { acrossWorkspaces, db } from '../db/index.ts';

/** A token that came for the one at hand, and that the credential does not hold yet. */
export interface Successor {
  readonly id: string;
  readonly workspaceId: string;
  readonly tokenVersion: number;
  readonly keySalt: Buffer;
  readonly sealed: Buffer;
  readonly source: 'answer' | 'spill';
}

/**
 * Looks in the journal for what followed the refresh token of a credential: an answer that came after its lease was
 * lost or waited in a spill file, or the refresh of another credential on the same grant. It may be the only token that
 * is still valid.
 */
export async function findSuccessor(
  em: EntityManager,
  credential: Pick<CredentialRow, 'id' | 'tokenVersion' | 'grantFingerprint'>,
): Promise<Successor | undefined> {
  const { rows } = await sql<Successor>`
    select id, workspace_id as "workspaceId", token_version as "tokenVersion", key_salt as "keySalt", sealed, source
    from token_journal
    where presented_fingerprint = ${credential.grantFingerprint}
      and (grant_fingerprint <> presented_fingerprint
        or (credential_id = ${credential.id} and token_version = ${credential.tokenVersion + 1}))
    order by received_at desc, fence desc
    limit 1`.execute(db(acrossWorkspaces(em)));
  return rows[0];
}
