import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Queues } from '../queues/index.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { getQueue, type QueueView } from './list-queues.ts';
import { requireQueue } from './require-queue.ts';
import { tellQueue } from './tell-queue.ts';

/** Lets no job of a queue begin until it is resumed; what runs goes on. @throws Problem `queue_not_found` */
export async function pauseQueue(ctx: Context, input: { name: string; queues: Queues }): Promise<QueueView> {
  const name = requireQueue(input.name);
  await transact(await ofInstance(ctx), async (tx) => {
    const paused = await db(tx.em)
      .insertInto('queue_pause')
      .values({ queue: name, pausedBy: tx.actor.name })
      .onConflict((conflict) => conflict.doNothing())
      .returning('queue')
      .executeTakeFirst();
    if (paused !== undefined) await recordAudit(tx, { action: 'queue.pause', subject: name });
  });
  await tellQueue(ctx, input.queues, { name, paused: true });
  return getQueue(ctx, { name, queues: input.queues });
}
