import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Failure } from '../errors.ts';
import { isKeyServiceAway } from '../vault/index.ts';
import { authorizationColumns } from './authorization-columns.ts';
import { retryDelaySeconds } from './retry-delay.ts';
import { errorColumns, queueAgain, retryOrFail } from './run.ts';

/** The pause grows no further from then on, so that a key service that comes back is noticed within 32 s. */
const longestPauseAttempt = 5;

/**
 * Settles an authorization whose run threw something that nobody expected: it is tried again later like after any
 * transient failure, and not for ever. One that could not be read or sealed waits for the key service for as long as it
 * takes: nothing that belongs to it went wrong.
 * @throws Error when it had not even begun to run
 */
export async function failUnexpectedly(
  ctx: Context,
  { authorizationId, error }: { authorizationId: string; error: unknown },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const authorization = await db(tx.em)
      .selectFrom('authorization')
      .select(authorizationColumns)
      .where('id', '=', authorizationId)
      .where('workspaceId', '=', tx.workspaceId)
      .where('status', 'in', ['queued', 'running'])
      .executeTakeFirst();
    if (authorization === undefined) return;
    if (authorization.status === 'queued')
      throw new Error('the run did not begin: its job must be tried again');
    if (!isKeyServiceAway(error)) {
      await retryOrFail(tx, authorization, new Failure('internal_error'));
      return;
    }
    const { code, message } = new Failure('key_service_unavailable');
    const delaySeconds = retryDelaySeconds(Math.min(authorization.attempts, longestPauseAttempt), null);
    await queueAgain(tx, authorization, delaySeconds, errorColumns({ code, message }));
  });
}
