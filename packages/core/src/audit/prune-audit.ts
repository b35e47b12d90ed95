import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { beginning, diagnose, follow, type ChainBreak, type Head } from '../audit-chain/index.ts';
import { db, type Db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { readAnchor } from './read-chain-ends.ts';
import { readEntries } from './read-entries.ts';

interface PruneOptions {
  /** Entries older than this go; at least 30, which the database insists on. */
  readonly retentionDays: number;
  /** Entries per transaction. */
  readonly limit: number;
  readonly log: Logger;
}

/**
 * Removes up to `limit` entries per workspace that are older than the retention, from the front of the chain, and leaves
 * `audit.prune` for each such batch. What it removes is verified first: of a chain that is broken there nothing is
 * removed, since that is the evidence.
 * @returns the entries that were removed; fewer than there are to remove, until it is 0
 */
export async function pruneAudit(em: EntityManager, options: PruneOptions): Promise<number> {
  const kysely = db(em);
  let removed = 0;
  for (const workspaceId of await findOverdue(kysely, options.retentionDays))
    removed += await pruneWorkspace(kysely, workspaceId, options);
  return removed;
}

/** One look into an index per workspace. */
async function findOverdue(kysely: Db, retentionDays: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select w.id from workspace w where exists (
      select from audit_entry e where e.workspace_id = w.id and e.sequence is not null
        and e.at < now() - make_interval(days => ${retentionDays})
    ) order by w.id`.execute(kysely);
  return rows.map(({ id }) => id);
}

async function pruneWorkspace(
  kysely: Db,
  workspaceId: string,
  { retentionDays, limit, log }: PruneOptions,
): Promise<number> {
  const anchor = (await readAnchor(kysely, workspaceId)) ?? beginning;
  const last = await findLastOverdue(kysely, workspaceId, anchor, { retentionDays, limit });
  if (last === null) return 0;
  const problem = await verifyFront(kysely, workspaceId, anchor, last);
  if (problem !== null) {
    log.error({ workspaceId, ...problem }, 'the audit is not intact; retention removes nothing of it');
    return 0;
  }
  const { rows } = await sql<{ removed: number }>`
    select prune_audit(${workspaceId}, ${last}, ${newId('audit')}) as removed`.execute(kysely);
  return rows[0]?.removed ?? 0;
}

/** Times may go back a little from one entry to the next: the batch ends before the first that must stay. */
async function findLastOverdue(
  kysely: Db,
  workspaceId: string,
  anchor: Head,
  { retentionDays, limit }: Pick<PruneOptions, 'retentionDays' | 'limit'>,
): Promise<number | null> {
  const { rows } = await sql<{ last: number | null }>`
    select max(sequence) filter (where all_overdue) as last from (
      select sequence, bool_and(at < now() - make_interval(days => ${retentionDays})) over (order by sequence) as all_overdue
      from (
        select sequence, at from audit_entry
        where workspace_id = ${workspaceId} and sequence > ${anchor.sequence} order by sequence limit ${limit}
      ) as front
    ) as judged`.execute(kysely);
  return rows[0]?.last ?? null;
}

async function verifyFront(
  kysely: Db,
  workspaceId: string,
  anchor: Head,
  last: number,
): Promise<ChainBreak | null> {
  const limit = last - anchor.sequence;
  const entries = await readEntries(kysely, workspaceId, { after: null, limit });
  let head = anchor;
  for (const [index, entry] of entries.entries()) {
    const next = follow(head, entry);
    if (next === null) return diagnose(head, entries.slice(index), index === 0 && anchor.sequence > 0);
    head = next;
  }
  return null;
}
