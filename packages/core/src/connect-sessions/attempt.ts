import { sql } from 'kysely';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { cancelWithin } from '../authorizations/cancel-authorization.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { attemptsOf, loadSession, requireOpen } from './load-session.ts';

/** Whoever has the address must not fill the tables of the workspace. */
const mostAttempts = 50;

/**
 * The context for a use case that returns an `authorization`: in its transaction that becomes an attempt of the session,
 * in place of the one that waits for consent, if any.
 */
export function asAttempt(ctx: Context): Context {
  return {
    ...ctx,
    beforeCommit: async (tx, result) => {
      await noteAttempt(tx, (result as { authorization: Authorization }).authorization);
      await ctx.beforeCommit?.(tx, result);
    },
  };
}

/** Of two at the same moment the second finds the first, and ends it. @throws Problem `connect_session_over`, `authorization_not_cancellable` */
async function noteAttempt(tx: Context, made: Authorization): Promise<void> {
  const session = await loadSession(tx, { id: tx.actor.id, hold: true });
  const earlier = (await attemptsOf(tx, session)).filter(({ id }) => id !== made.id);
  requireOpen(session, earlier);
  if (session.authorizationIds.length >= mostAttempts)
    throw new Problem('connect_session_over', { detail: 'It was used too often.' });
  for (const { id, kind, status } of earlier) {
    if (kind !== 'exchange_code') continue;
    if (status === 'awaiting_consent') await cancelWithin(tx, id);
    else if (status === 'queued' || status === 'running')
      throw new Problem('authorization_not_cancellable', {
        detail: 'The account before is being connected.',
      });
  }
  if (session.authorizationIds.includes(made.id)) return;
  await db(tx.em)
    .updateTable('connect_session')
    .set({ authorizationIds: sql<string[]>`array_append(authorization_ids, ${made.id})` })
    .where('id', '=', session.id)
    .execute();
}
