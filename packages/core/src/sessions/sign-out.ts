import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';

/** Ends the session that asks; one that is over already changes nothing. */
export async function signOut(ctx: Context, { id }: { id: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const gone = await db(tx.em)
      .deleteFrom('console_session')
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    if (gone !== undefined) await recordAudit(tx, { action: 'session.end', subject: id });
  });
}
