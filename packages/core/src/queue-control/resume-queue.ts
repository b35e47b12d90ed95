import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Queues } from '../queues/index.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { getQueue, type QueueView } from './list-queues.ts';
import { requireQueue } from './require-queue.ts';
import { tellQueue } from './tell-queue.ts';

/** Lets the jobs of a paused queue begin again. @throws Problem `queue_not_found` */
export async function resumeQueue(ctx: Context, input: { name: string; queues: Queues }): Promise<QueueView> {
  const name = requireQueue(input.name);
  await transact(await ofInstance(ctx), async (tx) => {
    const resumed = await db(tx.em)
      .deleteFrom('queue_pause')
      .where('queue', '=', name)
      .returning('queue')
      .executeTakeFirst();
    if (resumed !== undefined) await recordAudit(tx, { action: 'queue.resume', subject: name });
  });
  await tellQueue(ctx, input.queues, { name, paused: false });
  return getQueue(ctx, { name, queues: input.queues });
}
