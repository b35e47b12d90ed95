import { sql } from 'kysely';
import { inWorkspace, type Context } from '../context.ts';
import type { CredentialRow } from '../credentials/index.ts';
import { acrossWorkspaces, databaseTime, db, isDatabaseAway } from '../db/index.ts';
import { replayRecord } from './replay-record.ts';
import type { SpillRecord } from './spill-record.ts';

/**
 * What becomes of an answer that nobody will ever use, since its credential was deleted or connected again: it is alive
 * at the provider. The file stays until this resolves, and is tried again when it throws.
 * @param ctx of the record's workspace, outside any transaction
 */
export type OnGone = (ctx: Context, record: SpillRecord, why: 'deleted' | 'reauthorized') => Promise<void>;

/**
 * Brings the answers of all spill files into the database and removes the files. Any number of processes may do so at
 * once. Files whose writer is at it in this process are left to it.
 * @returns how many files were replayed
 * @throws Error when the database is away
 */
export async function replaySpill(system: (workspaceId: string) => Context, onGone: OnGone): Promise<number> {
  const ctx = system('');
  const attempts = (await ctx.spill.list()).filter((attemptId) => !ctx.spill.isBeingStored(attemptId));
  if (attempts.length === 0) return 0;
  await databaseTime(ctx.em);
  return replayFiles(ctx, attempts, { onGone, queue: true });
}

/**
 * Does the same for the presentations of one grant whose end nobody knows, before its token is presented again: the
 * answer may lie on this host. Nothing is queued: the caller looks into the journal next.
 */
export async function replaySpillOf(
  ctx: Context,
  credential: Pick<CredentialRow, 'id' | 'grantFingerprint'>,
  onGone: OnGone,
): Promise<number> {
  const spilled = new Set(await ctx.spill.list());
  if (spilled.size === 0) return 0;
  const { rows } = await sql<{ id: string }>`
    select id from refresh_attempt
    where state in ('presented', 'unknown')
      and (credential_id = ${credential.id} or grant_fingerprint = ${credential.grantFingerprint})`.execute(
    db(acrossWorkspaces(ctx.em)),
  );
  const attempts = rows.map(({ id }) => id).filter((id) => spilled.has(id));
  return replayFiles(ctx, attempts, { onGone, queue: false });
}

interface ReplayOptions {
  readonly onGone: OnGone;
  /** Whether work is queued that adopts the answer. */
  readonly queue: boolean;
}

async function replayFiles(
  ctx: Context,
  attempts: readonly string[],
  options: ReplayOptions,
): Promise<number> {
  let replayed = 0;
  for (const attemptId of attempts) {
    const record = await ctx.spill.read(attemptId);
    if (record === null) continue;
    try {
      await replayFile(inWorkspace(ctx, record.workspaceId), record, options);
      replayed += 1;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      // One file must not hold up the others.
      ctx.log.error({ err: error, attemptId }, 'a spill file could not be replayed; it stays');
    }
  }
  return replayed;
}

async function replayFile(
  ctx: Context,
  record: SpillRecord,
  { onGone, queue }: ReplayOptions,
): Promise<void> {
  const result = await replayRecord(ctx, record, { queue });
  if (result !== 'journaled') await onGone(ctx, record, result);
  await ctx.spill.remove(record.attemptId);
  ctx.meters.spilled('replayed');
  const { attemptId, credentialId } = record;
  ctx.log.warn(
    { attemptId, credentialId, result },
    'a token answer from the spill folder is in the database',
  );
}
