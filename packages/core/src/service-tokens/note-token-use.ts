import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';

/** Writes `last_used_at`, at most once a minute however many ask. */
export async function noteTokenUse(em: EntityManager, id: string): Promise<void> {
  await sql`
    update service_token set last_used_at = now()
    where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`.execute(
    db(em),
  );
}
