import { visibleTo } from '../access/index.ts';
import { namedIds } from '../audit/list-audit.ts';
import { hashedColumns, toView } from '../audit-chain/index.ts';
import { authorizationColumns } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toCloudEvent } from '../events/index.ts';
import type { EventRow } from '../events/to-cloud-event.ts';

export interface Part {
  readonly credentialId: string;
  /** The key of the newest one to read; null: the newest there is. */
  readonly from: string | null;
  readonly limit: number;
}

type Items<T extends (...input: never[]) => Promise<unknown[]>> = Awaited<ReturnType<T>>[number];

/** An item with what its kind is read on by. */
export type Source = Items<typeof readAuthorizations> | Items<typeof readEvents> | Items<typeof readAudit>;

export async function readAuthorizations(ctx: Context, { credentialId, from, limit }: Part) {
  const rows = await db(ctx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('workspaceId', '=', ctx.workspaceId)
    .where('credentialId', '=', credentialId)
    .$if(from !== null, (query) => query.where('id', '<=', from ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((authorization) => ({
    type: 'authorization' as const,
    key: authorization.id,
    id: authorization.id,
    at: authorization.createdAt,
    authorization,
  }));
}

/** Of the credential alone: those of its authorizations are what their attempts are told from. */
export async function readEvents(ctx: Context, { credentialId, from, limit }: Part) {
  const rows = await db(ctx.em)
    .selectFrom('event')
    .select(['id', 'workspaceId', 'type', 'subject', 'data', 'time', 'sequence'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('subject', '=', credentialId)
    .where('sequence', 'is not', null)
    .$if(from !== null, (query) => query.where('sequence', '<=', Number(from)))
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    type: 'event' as const,
    key: String(row.sequence),
    id: row.id,
    at: row.time,
    event: toCloudEvent(row as EventRow),
  }));
}

/** Sealed entries, as `listAudit` has them. */
export async function readAudit(ctx: Context, { credentialId, from, limit }: Part) {
  const rows = await db(ctx.em)
    .selectFrom('audit_entry')
    .select([...hashedColumns, 'hash'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('subject', '=', credentialId)
    .where('sequence', 'is not', null)
    .where(visibleTo(ctx.actor, namedIds))
    .$if(from !== null, (query) => query.where('sequence', '<=', Number(from)))
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    type: 'audit' as const,
    key: String(row.sequence),
    id: row.id,
    at: row.at,
    entry: toView(row),
  }));
}
