import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import type { Vault } from '../vault/index.ts';

export interface FoundSession {
  readonly actor: Actor;
  readonly expiresAt: Date;
}

/** The person behind a session cookie, or null when it is unknown or over. */
export async function findSession(
  { em, vault }: { em: EntityManager; vault: Vault },
  { value }: { value: string },
): Promise<FoundSession | null> {
  const row = await db(em)
    .selectFrom('console_session')
    .select(['id', 'subject', 'role', 'expiresAt'])
    .where('tokenHash', '=', vault.lookupHash('session', value))
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    actor: { type: 'session', id: row.id, name: row.subject, role: row.role },
    expiresAt: row.expiresAt,
  };
}
