import { recordAudit } from '../audit/index.ts';
import { cancelWithin } from '../authorizations/cancel-authorization.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { recordEvent } from '../events/index.ts';
import { attemptsOf, loadSession } from './load-session.ts';
import { outcomeOf, type ConnectOutcome } from './outcome.ts';
import { takeBackKeys } from './take-back.ts';

/**
 * Ends the session that asks: what waits is cancelled, and keys that have proven nothing are deleted. A second time it
 * changes nothing.
 * @param keep leaves keys that could not be checked yet; they are tried again
 */
export async function closeConnectSession(
  ctx: Context,
  { keep }: { keep: boolean },
): Promise<ConnectOutcome> {
  const { id } = ctx.actor;
  const before = await loadSession(ctx, { id });
  if (before.closedAt === null && !keep) await takeBackWhatIsIdle(ctx, before);
  return transact(ctx, async (tx) => {
    const session = await loadSession(tx, { id, hold: true });
    if (session.closedAt !== null) return outcomeOf(tx, session, await attemptsOf(tx, session));
    for (const { id: attempt, kind, status } of await attemptsOf(tx, session)) {
      const waits = status === 'awaiting_consent' || status === 'queued';
      if (kind === 'exchange_code' && waits) await cancelWithin(tx, attempt);
    }
    await db(tx.em).updateTable('connect_session').set({ closedAt: now }).where('id', '=', id).execute();
    await recordEvent(tx, { type: 'latchkey.connect_session.closed', subject: id, data: {} });
    const closed = await loadSession(tx, { id });
    const outcome = await outcomeOf(tx, closed, await attemptsOf(tx, closed));
    await recordAudit(tx, {
      action: 'connect_session.close',
      subject: id,
      data: { result: outcome.result, credentialId: outcome.credentialId },
    });
    return outcome;
  });
}

/** A key that is being checked at this moment stays: it may turn out good. */
async function takeBackWhatIsIdle(ctx: Context, session: Parameters<typeof takeBackKeys>[1]): Promise<void> {
  try {
    await takeBackKeys(ctx, session);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'authorization_not_cancellable') throw error;
  }
}
