import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Actor } from '../context.ts';
import { db } from '../db/index.ts';
import type { Vault } from '../vault/index.ts';

/** How long an API process may go on trusting a token that was revoked meanwhile. */
export const authenticationCacheSeconds = 5;

export interface Authenticated {
  readonly workspaceId: string;
  readonly actor: Actor;
  readonly expiresAt: Date | null;
}

/**
 * Finds the service token by its keyed hash, which costs the same whether or not the token is valid. `last_used_at`
 * is written at most once a minute.
 */
export async function authenticateToken(
  { em, vault }: { em: EntityManager; vault: Vault },
  { token }: { token: string },
): Promise<Authenticated | null> {
  const { rows } = await sql<{
    id: string;
    workspaceId: string;
    name: string;
    role: Actor['role'];
    expiresAt: Date | null;
  }>`
    with found as (
      select id, workspace_id, name, role, expires_at, last_used_at from service_token
      where token_hash = ${vault.lookupHash('service_token', token)} and (expires_at is null or expires_at > now())
    ), used as (
      update service_token set last_used_at = now() from found
      where service_token.id = found.id and (found.last_used_at is null or found.last_used_at < now() - interval '1 minute')
    )
    select id, workspace_id as "workspaceId", name, role, expires_at as "expiresAt" from found`.execute(
    db(em),
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    workspaceId: row.workspaceId,
    actor: { type: 'service_token', id: row.id, name: row.name, role: row.role },
    expiresAt: row.expiresAt,
  };
}
