import type { SystemContext } from '../authorizations/index.ts';
import { db } from '../db/index.ts';
import { jobNames, type Queues } from '../queues/index.ts';

/** Pauses and resumes queues as PostgreSQL says: Redis may have forgotten, or was not there when it was decided. */
export async function keepPauses(system: SystemContext, queues: Queues): Promise<void> {
  const rows = await db(system('').em).selectFrom('queue_pause').select('queue').execute();
  const decided = new Set(rows.map(({ queue }) => queue));
  for (const name of jobNames) {
    const paused = decided.has(name);
    if ((await queues.isPaused(name)) !== paused) await queues.setPaused(name, paused);
  }
}
