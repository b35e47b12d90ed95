import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { roleMay } from '../roles.ts';
import type { Credential } from './credential-columns.ts';

/** The last lease of a credential. */
export interface LastUse {
  readonly leaseId: string;
  readonly runId: string | null;
  readonly nodeId: string | null;
  readonly at: Date;
  /** Null: the role may not read the audit, or its entry is not among the latest. */
  readonly actor: { readonly type: string; readonly id: string; readonly name: string } | null;
}

/** So far back the audit is searched: more may have been written in the second before the last lease was sealed. */
const mostEntries = 200;

/** Who leased it last; null: nobody. Two looks into indexes. */
export async function lastUseOf(ctx: Context, credential: Credential): Promise<LastUse | null> {
  if (credential.lastUsedAt === null) return null;
  const lease = await db(ctx.em)
    .selectFrom('lease')
    .select(['id as leaseId', 'runId', 'nodeId', 'issuedAt as at'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('credentialId', '=', credential.id)
    .orderBy('issuedAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (lease === undefined) return null;
  return { ...lease, actor: await actorOf(ctx, credential.id, lease.leaseId) };
}

async function actorOf(ctx: Context, credentialId: string, leaseId: string): Promise<LastUse['actor']> {
  if (!roleMay(ctx.actor.role, 'audit:read')) return null;
  const { rows } = await sql<{ type: string; id: string; name: string }>`
    select actor_type as type, actor_id as id, actor_name as name from (
      select * from audit_entry where workspace_id = ${ctx.workspaceId} and subject = ${credentialId}
      order by sequence desc limit ${mostEntries}
    ) latest
    where action = 'lease.issue' and data->>'leaseId' = ${leaseId}`.execute(db(ctx.em));
  return rows[0] ?? null;
}
