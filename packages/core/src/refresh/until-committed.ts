import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { Failure, Problem } from '../errors.ts';

/** What the provider answered is in memory only: long enough for a database to restart, then the run ends. */
export const patienceSeconds = 60;

/**
 * Repeats `commit` until the database takes it: once a provider has answered, giving up loses a token.
 * @throws what `commit` threw when it is a decision of ours (Failure, Problem) or when the time is up
 */
export async function untilCommitted<T>(ctx: Context, commit: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceSeconds * 1000;
  for (let pause = 50; ; pause = Math.min(pause * 2, 2000)) {
    try {
      return await commit();
    } catch (error) {
      if (error instanceof Failure || error instanceof Problem || performance.now() > deadline) throw error;
      ctx.log.error({ err: error }, 'a token answer could not be stored yet; trying again');
      await sleep(pause);
    }
  }
}
