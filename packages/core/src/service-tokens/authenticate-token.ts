import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Actor } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import type { Vault } from '../vault/index.ts';

/** How long an API process may go on trusting a token that was revoked meanwhile. */
export const authenticationCacheSeconds = 5;

export interface Authenticated {
  readonly workspaceId: string;
  readonly actor: Actor;
  readonly expiresAt: Date | null;
  /** Networks that it may come from; null: any. */
  readonly allowedAddresses: readonly string[] | null;
  /** Its last use was noted more than a minute ago. */
  readonly useIsOld: boolean;
}

/**
 * Finds the service token by the keyed hash of its value, or of one that a rotation has replaced and that still works;
 * both are looked for, so that it costs the same whether or not the token is valid. Where it may come from is for the
 * caller to check: on every request, while this answer may be a few seconds old.
 */
export async function authenticateToken(
  { em, vault }: { em: EntityManager; vault: Vault },
  { token }: { token: string },
): Promise<Authenticated | null> {
  const hash = vault.lookupHash('service_token', token);
  const { rows } = await sql<{
    id: string;
    workspaceId: string;
    name: string;
    role: Actor['role'];
    owner: string | null;
    allowedAddresses: string[] | null;
    expiresAt: Date | null;
    useIsOld: boolean;
  }>`
    select t.id, t.workspace_id as "workspaceId", t.name, t.role, t.owner,
      t.allowed_addresses as "allowedAddresses", least(t.expires_at, found.ends_at) as "expiresAt",
      coalesce(t.last_used_at < now() - interval '1 minute', true) as "useIsOld"
    from (
      select id, null::timestamptz as ends_at from service_token where token_hash = ${hash}
      union all
      select service_token_id, ends_at from replaced_token where token_hash = ${hash} and ends_at > now()
    ) found
    join service_token t using (id)
    where t.expires_at is null or t.expires_at > now()`.execute(db(acrossWorkspaces(em)));
  const row = rows[0];
  if (row === undefined) return null;
  return {
    workspaceId: row.workspaceId,
    actor: { type: 'service_token', id: row.id, name: row.name, role: row.role, subject: row.owner },
    expiresAt: row.expiresAt,
    allowedAddresses: row.allowedAddresses,
    useIsOld: row.useIsOld,
  };
}
