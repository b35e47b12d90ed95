import { recordAudit } from '../audit/index.ts';
import { isInstanceAdmin, transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';

/**
 * Ends one session: of the person who asks, or any for an administrator of the instance.
 * @throws Problem `session_not_found`, also for somebody else's
 */
export async function endSession(ctx: Context, { id }: { id: string }): Promise<void> {
  const { actor } = ctx;
  if (actor.type !== 'session' && !isInstanceAdmin(actor)) throw new Problem('session_not_found');
  await transact(ctx, async (tx) => {
    const gone = await db(tx.em)
      .deleteFrom('console_session')
      .where('id', '=', id)
      .$if(!isInstanceAdmin(actor), (query) => query.where('subject', '=', actor.subject ?? ''))
      .returning('subject')
      .executeTakeFirst();
    if (gone === undefined) throw new Problem('session_not_found');
    await recordAudit(tx, { action: 'session.end', subject: id, data: { person: gone.subject } });
  });
}
