import { recordAudits } from '../audit/index.ts';
import { isInstanceAdmin, transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';

/**
 * Ends every session of a person but the one that asks.
 * @param subject null: of the person who asks
 * @returns how many
 * @throws Problem `forbidden` for somebody else's, unless an administrator of the instance asks; `validation_failed` when
 * it is not said whose and who asks is no person
 */
export async function endSessions(ctx: Context, { subject }: { subject: string | null }): Promise<number> {
  const { actor } = ctx;
  const own = actor.type === 'session' ? actor.subject : null;
  const whose = subject ?? own;
  if (whose === null) {
    throw new Problem('validation_failed', {
      errors: [{ path: 'subject', message: 'is required: a token has no sessions' }],
    });
  }
  if (whose !== own && !isInstanceAdmin(actor))
    throw new Problem('forbidden', { detail: 'These are not your sessions.' });
  return transact(ctx, async (tx) => {
    const gone = await db(tx.em)
      .deleteFrom('console_session')
      .where('subject', '=', whose)
      .where('id', '<>', actor.id)
      .returning('id')
      .execute();
    const { workspaceId, requestId, clientAddress } = tx;
    await recordAudits(
      tx.em,
      gone.map(({ id }) => ({
        workspaceId,
        actor,
        requestId,
        clientAddress,
        action: 'session.end',
        subject: id,
        data: { person: whose },
      })),
    );
    return gone.length;
  });
}
