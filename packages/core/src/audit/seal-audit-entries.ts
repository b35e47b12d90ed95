import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db, type Db } from '../db/index.ts';
import { hashedColumns, hashEntry, noHash } from '../audit-chain/index.ts';

interface ChainHead {
  readonly id: string;
  auditSequence: number;
  auditHash: Buffer | null;
}

interface Link {
  readonly id: string;
  readonly sequence: number;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

/**
 * Numbers up to `limit` new entries in the order of their position and chains each to the one before, per workspace,
 * in one short transaction (or inside the caller's). Says how many.
 * Several processes may run it at once: the row of the workspace is what they take turns at.
 */
export async function sealAuditEntries(em: EntityManager, limit: number): Promise<number> {
  return em.transactional(async (tx) => {
    const kysely = db(tx);
    const heads = await lockHeads(kysely, limit);
    if (heads.size === 0) return 0;
    const links = await chain(kysely, heads, limit);
    await store(kysely, links, [...heads.values()]);
    return links.length;
  });
}

async function lockHeads(kysely: Db, limit: number): Promise<Map<string, ChainHead>> {
  const waiting = await kysely
    .selectFrom('audit_entry')
    .select('workspaceId')
    .where('sequence', 'is', null)
    .orderBy('position')
    .limit(limit)
    .execute();
  const workspaceIds = [...new Set(waiting.map(({ workspaceId }) => workspaceId))];
  if (workspaceIds.length === 0) return new Map();
  // Weaker than `for update`, which would make every writer with a foreign key to the workspace wait.
  const rows = await kysely
    .selectFrom('workspace')
    .select(['id', 'auditSequence', 'auditHash'])
    .where('id', 'in', workspaceIds)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Read again under the lock: another process may have sealed what was waiting before. */
async function chain(kysely: Db, heads: Map<string, ChainHead>, limit: number): Promise<Link[]> {
  const entries = await kysely
    .selectFrom('audit_entry')
    .select(hashedColumns)
    .where('sequence', 'is', null)
    .where('workspaceId', 'in', [...heads.keys()])
    .orderBy('position')
    .limit(limit)
    .execute();
  return entries.flatMap((entry) => {
    const head = heads.get(entry.workspaceId);
    if (!head) return [];
    const sequence = head.auditSequence + 1;
    const previousHash = head.auditHash ?? noHash;
    const hash = hashEntry({ ...entry, sequence, previousHash });
    head.auditSequence = sequence;
    head.auditHash = hash;
    return [{ id: entry.id, sequence, previousHash, hash }];
  });
}

async function store(kysely: Db, links: readonly Link[], heads: readonly ChainHead[]): Promise<void> {
  await sql`
    update audit_entry set sequence = link.sequence, previous_hash = link.previous_hash, hash = link.hash
    from unnest(
      ${links.map(({ id }) => id)}::text[],
      ${links.map(({ sequence }) => sequence)}::bigint[],
      ${links.map(({ previousHash }) => previousHash)}::bytea[],
      ${links.map(({ hash }) => hash)}::bytea[]
    ) as link (id, sequence, previous_hash, hash)
    where audit_entry.id = link.id`.execute(kysely);
  await sql`
    update workspace set audit_sequence = head.audit_sequence, audit_hash = head.audit_hash
    from unnest(
      ${heads.map(({ id }) => id)}::text[],
      ${heads.map(({ auditSequence }) => auditSequence)}::bigint[],
      ${heads.map(({ auditHash }) => auditHash)}::bytea[]
    ) as head (id, audit_sequence, audit_hash)
    where workspace.id = head.id`.execute(kysely);
}
