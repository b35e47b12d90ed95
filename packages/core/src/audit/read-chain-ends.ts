import { sql } from 'kysely';
import { noHash, type Head } from '../audit-chain/index.ts';
import type { Db } from '../db/index.ts';

export interface Anchor extends Head {
  readonly prunedAt: Date;
}

/** Where retention has cut the chain; null where it has not. */
export async function readAnchor(kysely: Db, workspaceId: string): Promise<Anchor | null> {
  const row = await kysely
    .selectFrom('audit_anchor')
    .select(['sequence', 'hash', 'prunedAt'])
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirst();
  return row ?? null;
}

/** The end of the chain, as the sealer wrote it down. */
export async function readHead(kysely: Db, workspaceId: string): Promise<Head> {
  const row = await kysely
    .selectFrom('workspace')
    .select(['auditSequence', 'auditHash'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  return { sequence: row.auditSequence, hash: row.auditHash ?? noHash };
}

/** Entries that are committed and not in the chain yet. */
export interface Unsealed {
  readonly entries: number;
  /** Age of the oldest; 0 where there is none. */
  readonly oldestSeconds: number;
}

/** @param workspaceId null: of all workspaces */
export async function readUnsealed(kysely: Db, workspaceId: string | null): Promise<Unsealed> {
  const { rows } = await sql<Unsealed>`
    select count(*)::int as entries,
      coalesce(greatest(0, extract(epoch from clock_timestamp() - min(at))), 0)::float8 as "oldestSeconds"
    from audit_entry where sequence is null and (${workspaceId}::text is null or workspace_id = ${workspaceId})
  `.execute(kysely);
  return rows[0] ?? { entries: 0, oldestSeconds: 0 };
}
