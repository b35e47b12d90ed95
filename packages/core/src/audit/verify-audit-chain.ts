import { IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { db, type Db } from '../db/index.ts';
import { hashEntry, hashedColumns, noHash } from './hash-entry.ts';

const batchSize = 1000;

/**
 * Recomputes the audit chain of a workspace from its committed entries. Returns the first sequence at which an entry
 * is missing, changed, swapped or added, and null when everything is as it was sealed.
 *
 * It cannot see what happened to entries before they were sealed (about a second), and who rewrites every later hash
 * and the head in `workspace` as well leaves a chain that is right in itself: keep heads elsewhere to notice that.
 */
export async function verifyAuditChain(em: EntityManager, workspaceId: string): Promise<number | null> {
  // One snapshot of its own, or a sealer at work would look like an entry too many.
  return em.fork().transactional((tx) => verify(db(tx), workspaceId), {
    isolationLevel: IsolationLevel.REPEATABLE_READ,
    readOnly: true,
  });
}

async function verify(kysely: Db, workspaceId: string): Promise<number | null> {
  let sequence = 0;
  let hash: Buffer = noHash;
  for (;;) {
    const entries = await readEntries(kysely, workspaceId, sequence);
    for (const { hash: stored, ...entry } of entries) {
      const expected = sequence + 1;
      const chained = entry.sequence === expected && isSame(entry.previousHash, hash);
      if (!chained || !isSame(stored, hashEntry(entry))) return expected;
      sequence = expected;
      hash = stored;
    }
    if (entries.length < batchSize) return compareWithHead(kysely, workspaceId, sequence, hash);
  }
}

/** The head tells where the chain ends: an entry cut off there, or one put behind it, breaks no hash. */
async function compareWithHead(
  kysely: Db,
  workspaceId: string,
  sequence: number,
  hash: Buffer,
): Promise<number | null> {
  const head = await kysely
    .selectFrom('workspace')
    .select(['auditSequence', 'auditHash'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  if (head.auditSequence !== sequence) return Math.min(head.auditSequence, sequence) + 1;
  return sequence === 0 || isSame(head.auditHash, hash) ? null : sequence;
}

function isSame(stored: Buffer | null | undefined, expected: Buffer): stored is Buffer {
  return stored !== null && stored !== undefined && stored.equals(expected);
}

async function readEntries(kysely: Db, workspaceId: string, after: number) {
  return kysely
    .selectFrom('audit_entry')
    .select([...hashedColumns, 'hash'])
    .where('workspaceId', '=', workspaceId)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(batchSize)
    .execute();
}
