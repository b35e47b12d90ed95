import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Failure } from '../errors.ts';
import { authorizationColumns } from './authorization-columns.ts';
import { retryOrFail } from './run.ts';

/**
 * Settles an authorization whose run threw something that nobody expected: it is tried again later like after any
 * transient failure, and not for ever.
 * @throws Error when it had not even begun to run
 */
export async function failUnexpectedly(
  ctx: Context,
  { authorizationId }: { authorizationId: string },
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
    await retryOrFail(tx, authorization, new Failure('internal_error'));
  });
}
