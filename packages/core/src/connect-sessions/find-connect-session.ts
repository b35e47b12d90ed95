import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Actor } from '../context.ts';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import type { Vault } from '../vault/index.ts';

export interface FoundConnectSession {
  readonly workspaceId: string;
  /** As whom its page acts: with the permissions that connecting takes, as the person who made it, if any. */
  readonly actor: Actor;
  readonly allowedOrigins: readonly string[];
  /** Closed or past its end: it may be looked at for another hour, since what was begun may end late. */
  readonly isOver: boolean;
}

const lookAgain = sql<Date>`now() - interval '1 hour'`;

/** The session behind the address of a connect page; null when nobody made it or it is long over. */
export async function findConnectSession(
  { em, vault }: { em: EntityManager; vault: Vault },
  { token }: { token: string },
): Promise<FoundConnectSession | null> {
  const row = await db(acrossWorkspaces(em))
    .selectFrom('connect_session')
    .select(['id', 'workspaceId', 'requestedBy', 'owner', 'allowedOrigins'])
    .select((eb) => eb.or([eb('closedAt', 'is not', null), eb('expiresAt', '<=', now)]).as('isOver'))
    .where('tokenHash', '=', vault.lookupHash('connect_session', token))
    .where('expiresAt', '>', lookAgain)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { id, workspaceId, requestedBy, owner, allowedOrigins, isOver } = row;
  return {
    workspaceId,
    actor: { type: 'connect_session', id, name: requestedBy, role: 'editor', subject: owner },
    allowedOrigins,
    isOver: Boolean(isOver),
  };
}
