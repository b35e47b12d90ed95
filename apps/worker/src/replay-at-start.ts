import { endSpilledGrant } from '@latchkey/core/refresh';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { replaySpill } from '@latchkey/core/spill';

/** Before any job is taken: what an earlier process of this host could not store is known by then. */
export async function replayAtStart({ systemContext, spill, log }: Runtime): Promise<void> {
  await spill.prepare();
  try {
    await replaySpill(systemContext, endSpilledGrant);
  } catch (error) {
    log.error({ err: error }, 'the spill folder could not be replayed yet; it is tried again');
  }
}
