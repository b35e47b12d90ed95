import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { queueAuthorization } from './queue-authorization.ts';

/** A context of the system itself in a workspace. */
export type SystemContext = (workspaceId: string) => Context;

const claims = {
  refresh_token: { column: 'next_refresh_at', statuses: ['active'] },
  validate_key: { column: 'next_validation_at', statuses: ['pending', 'active', 'invalid'] },
} as const;

/** A claim is repeated after this long when nothing came of it. */
const claimMinutes = 5;

/**
 * Queues what is due: one indexed claim per tick that skips rows other processes are claiming, in a bounded batch.
 * The claim and the work queued for it commit together.
 * @param limit most credentials per tick
 * @returns how many were claimed
 */
export async function claimDue(
  system: SystemContext,
  kind: keyof typeof claims,
  limit: number,
): Promise<number> {
  const { column, statuses } = claims[kind];
  return transact(system(''), async (tx) => {
    const due = await claim(tx.em, column, [...statuses], limit);
    for (const credential of due) {
      await queueAuthorization(
        { ...tx, workspaceId: credential.workspaceId },
        { kind, credential, reason: 'schedule' },
      );
    }
    return due.length;
  });
}

async function claim(em: EntityManager, column: string, statuses: string[], limit: number) {
  const { rows } = await sql<{ id: string; workspaceId: string; provider: string; tokenVersion: number }>`
    with due as (
      select id from credential
      where ${sql.ref(column)} <= now() and ${sql.ref(column)} is not null and status = any(${statuses})
      order by ${sql.ref(column)} limit ${limit} for update skip locked
    )
    update credential set ${sql.ref(column)} = now() + make_interval(mins => ${claimMinutes})
    from due where credential.id = due.id
    returning credential.id, workspace_id as "workspaceId", provider, token_version as "tokenVersion"`.execute(
    db(em),
  );
  return rows;
}
