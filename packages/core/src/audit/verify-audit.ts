import { IsolationLevel } from '@mikro-orm/core';
import {
  beginning,
  compareWithHead,
  compareWithNoted,
  diagnose,
  follow,
  type ChainBreak,
  type Head,
  type SealedEntry,
} from '../audit-chain/index.ts';
import type { Context } from '../context.ts';
import { db, type Db } from '../db/index.ts';
import { openPruneWitness } from './prune-witness.ts';
import { readAnchor, readHead, readUnsealed, type Anchor, type Unsealed } from './read-chain-ends.ts';
import { readEntries, type ReadPosition } from './read-entries.ts';

export interface AuditVerification {
  /** Nothing is wrong with what was sealed. Entries that wait for their seal are counted apart. */
  readonly intact: boolean;
  readonly problem: ChainBreak | null;
  /** Sealed entries that were found to follow each other. */
  readonly entries: number;
  /** What the workspace says is the end of the chain. */
  readonly head: Head;
  readonly anchor: Anchor | null;
  readonly unsealed: Unsealed & { readonly overdue: boolean };
}

interface VerifyInput {
  /** A head that was kept elsewhere; null compares with none. */
  readonly noted: Head | null;
  readonly signal?: AbortSignal;
}

/** Hashing a batch keeps the process from everything else for some milliseconds. */
const batchSize = 250;

/** So many entries behind a break help to say what it is. */
const lookAhead = 1000;

/** The relay seals within seconds: what waits for longer waits for a relay. */
const overdueSeconds = 60;

/**
 * Recomputes the audit chain of a workspace from its anchor to its head, in batches, on one connection and one snapshot.
 *
 * It cannot see what happened to entries before they were sealed (about a second). Who rewrites every later hash and the
 * head in `workspace` as well leaves a chain that is right in itself: only a head that was noted elsewhere shows that.
 * @throws the reason of `signal`
 */
export async function verifyAudit(
  { em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>,
  { noted, signal }: VerifyInput,
): Promise<AuditVerification> {
  // One snapshot of its own, or a sealer at work would look like an entry too many. Every statement of it is short.
  return em.fork().transactional((tx) => verify(db(tx), workspaceId, noted, signal), {
    isolationLevel: IsolationLevel.REPEATABLE_READ,
    readOnly: true,
  });
}

async function verify(
  kysely: Db,
  workspaceId: string,
  noted: Head | null,
  signal?: AbortSignal,
): Promise<AuditVerification> {
  const anchor = await readAnchor(kysely, workspaceId);
  const head = await readHead(kysely, workspaceId);
  const waiting = await readUnsealed(kysely, workspaceId);
  const { problem, entries } = await walk(kysely, { workspaceId, anchor, head, noted, signal });
  const unsealed = { ...waiting, overdue: waiting.oldestSeconds > overdueSeconds };
  return { intact: problem === null, problem, entries, head, anchor, unsealed };
}

interface Walk {
  readonly workspaceId: string;
  readonly anchor: Anchor | null;
  readonly head: Head;
  readonly noted: Head | null;
  readonly signal: AbortSignal | undefined;
}

async function walk(
  kysely: Db,
  { workspaceId, anchor, head, noted, signal }: Walk,
): Promise<{ problem: ChainBreak | null; entries: number }> {
  const comparison = compareWithNoted(noted);
  const witness = openPruneWitness(kysely, workspaceId, anchor);
  let walked: Head = anchor ?? beginning;
  let entries = 0;
  let position: ReadPosition | null = null;
  const read = (after: ReadPosition | null, limit: number) =>
    readEntries(kysely, workspaceId, { after, limit });
  const mismatch = comparison.passes(walked);
  if (mismatch !== null) return { problem: mismatch, entries };
  for (;;) {
    signal?.throwIfAborted();
    const batch = await read(position, batchSize);
    const last = batch.at(-1);
    for (const [index, entry] of batch.entries()) {
      const next = follow(walked, entry);
      if (next === null) {
        const around = [...batch.slice(index), ...(await read(positionOf(last), lookAhead))];
        const afterAnchor = anchor !== null && entries === 0;
        return { problem: diagnose(walked, around, afterAnchor), entries };
      }
      witness.saw(entry);
      walked = next;
      entries += 1;
      const other = comparison.passes(next);
      if (other !== null) return { problem: other, entries };
    }
    if (batch.length < batchSize) break;
    position = positionOf(last);
  }
  const problem = compareWithHead(walked, head) ?? (await witness.denies()) ?? comparison.ends(walked);
  return { problem, entries };
}

function positionOf(entry: SealedEntry | undefined): ReadPosition | null {
  return entry === undefined ? null : { sequence: entry.sequence ?? 0, id: entry.id };
}
