import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';

/** Deletes what is over and of no further use: states of a day ago, sessions, stored answers to Idempotency-Keys. */
export async function removeExpired(em: EntityManager): Promise<void> {
  const dayAgo = sql<Date>`now() - interval '1 day'`;
  await db(em).deleteFrom('authorization_state').where('expiresAt', '<', dayAgo).execute();
  await db(em).deleteFrom('console_session').where('expiresAt', '<', dayAgo).execute();
  await db(em).deleteFrom('idempotency_key').where('createdAt', '<', dayAgo).execute();
}
