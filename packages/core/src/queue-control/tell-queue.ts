import type { Context } from '../context.ts';
import type { JobName, Queues } from '../queues/index.ts';

/** What was decided is committed: where the queue cannot be told now, `keepPauses` tells it once it can. */
export async function tellQueue(
  { log }: Pick<Context, 'log'>,
  queues: Queues,
  { name, paused }: { name: JobName; paused: boolean },
): Promise<void> {
  try {
    await queues.setPaused(name, paused);
  } catch {
    log.warn(
      { queue: name, paused },
      'a queue could not be told whether it is paused; a worker tells it later',
    );
  }
}
