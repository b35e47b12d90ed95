import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { isDatabaseAway } from '../db/index.ts';
import { Failure, Problem } from '../errors.ts';
import { copyAnswer, type SpillRecord } from '../spill/index.ts';
import { isKeyServiceAway } from '../vault/index.ts';

/** A run holds on to an answer for as long although it is in a file: long enough for a database to restart. */
export const patienceSeconds = 60;

/** A database that hangs refuses nothing: a commit that takes longer counts as one that may fail. */
const slowSeconds = 3;

/** It is told again after this long that an answer still waits. */
const reminderSeconds = 60;

type GetRecord = () => SpillRecord | Promise<SpillRecord>;

/**
 * Repeats `commit` until the database takes it: once a provider has answered, giving up loses a token. Without a
 * durable copy it goes on for ever, unless waiting mends nothing; with one it ends after `patienceSeconds`.
 * @param record what goes to the spill folder when the first commit fails or hangs; asked for again when it throws
 * @returns what `commit` returned, or `spilled`: the copy is durable, and the replay of the spill folder stores it.
 *   Then the run ends and changes nothing more
 * @throws Failure, Problem at once; what else no waiting mends after `patienceSeconds`
 */
export async function untilCommitted<T>(ctx: Context, commit: () => Promise<T>): Promise<T>;
export async function untilCommitted<T>(
  ctx: Context,
  commit: () => Promise<T>,
  record: GetRecord,
): Promise<T | 'spilled'>;
export async function untilCommitted<T>(
  ctx: Context,
  commit: () => Promise<T>,
  record: GetRecord | null = null,
): Promise<T | 'spilled'> {
  const copy = copyAnswer(ctx, record);
  const deadline = performance.now() + patienceSeconds * 1000;
  let remindAt = -Infinity;
  for (let pause = 50; ; pause = Math.min(pause * 2, 2000)) {
    const slow = setTimeout(() => void copy.make(), slowSeconds * 1000);
    try {
      const committed = await commit();
      clearTimeout(slow);
      await copy.discard();
      return committed;
    } catch (error) {
      clearTimeout(slow);
      if (error instanceof Failure || error instanceof Problem) throw error;
      if (performance.now() > remindAt) {
        ctx.log.error({ err: error }, 'a token answer could not be stored yet; trying again');
        remindAt = performance.now() + reminderSeconds * 1000;
      }
      const isDurable = await copy.make();
      if (performance.now() > deadline) {
        if (isDurable) {
          await copy.handOver();
          return 'spilled';
        }
        if (!isWorthWaiting(error)) throw error;
      }
      await sleep(pause);
    }
  }
}

/** SQLSTATE classes 22 and 23: the data is refused, and will be again (PostgreSQL, Appendix A). */
const refusedStates = /^2[23]...$/;

/** What the database, a key service or the way to them says may pass. A mistake of ours does not, and must not hold a worker for ever. */
function isWorthWaiting(error: unknown): boolean {
  if (isDatabaseAway(error) || isKeyServiceAway(error)) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return !refusedStates.test(code);
  }
  return false;
}
