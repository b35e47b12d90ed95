import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Actor } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import type { Vault } from '../vault/index.ts';
import { idleSince } from './session-columns.ts';

export interface FoundSession {
  readonly actor: Actor;
  readonly expiresAt: Date;
}

interface FindSessionInput {
  /** Of the cookie. */
  readonly value: string;
  /** A session that was not seen for so long is over. */
  readonly idleMinutes: number;
  /** `look`: nobody is there, a response that goes on only asks whether it may. */
  readonly as?: 'seen' | 'look';
}

/** The person behind a session cookie, or null when it is unknown or over. `last_seen_at` is written at most once a minute. */
export async function findSession(
  { em, vault }: { em: EntityManager; vault: Vault },
  { value, idleMinutes, as = 'seen' }: FindSessionInput,
): Promise<FoundSession | null> {
  const row = await db(em)
    .selectFrom('console_session')
    .select(['id', 'subject', 'role', 'expiresAt'])
    .select(sql<boolean>`last_seen_at < now() - interval '1 minute'`.as('isOld'))
    .where('tokenHash', '=', vault.lookupHash('session', value))
    .where('expiresAt', '>', now)
    .where('lastSeenAt', '>', idleSince(idleMinutes))
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.isOld && as === 'seen') await noteSeen(em, row.id);
  return {
    actor: { type: 'session', id: row.id, name: row.subject, role: row.role, subject: row.subject },
    expiresAt: row.expiresAt,
  };
}

async function noteSeen(em: EntityManager, id: string): Promise<void> {
  await sql`
    update console_session set last_seen_at = now()
    where id = ${id} and last_seen_at < now() - interval '1 minute'`.execute(db(em));
}
