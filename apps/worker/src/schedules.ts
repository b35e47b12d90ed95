import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimDue, expireAuthorizations, reconcile, removeExpired } from '@latchkey/core/authorizations';
import { databaseTime } from '@latchkey/core/db';
import type { Runtime } from '@latchkey/core/runtime.ts';

interface Schedule {
  readonly name: string;
  readonly everySeconds: number;
  readonly run: () => Promise<unknown>;
}

const batchSize = 200;

/**
 * What is done now and then. A timer in every worker: what is due is claimed with `for update skip locked`, and what
 * is not claimed may be done twice, so any number of workers share the work and none of it hangs on what Redis remembers.
 */
function schedulesOf({ systemContext, transport, orm }: Runtime): Schedule[] {
  return [
    {
      name: 'claim-due-refreshes',
      everySeconds: 5,
      run: () => untilEmpty(() => claimDue(systemContext, 'refresh_token', batchSize)),
    },
    {
      name: 'claim-due-validations',
      everySeconds: 60,
      run: () => untilEmpty(() => claimDue(systemContext, 'validate_key', batchSize)),
    },
    {
      name: 'expire-authorizations',
      everySeconds: 15,
      run: () => untilEmpty(() => expireAuthorizations(systemContext, batchSize)),
    },
    { name: 'reconcile', everySeconds: 5, run: () => reconcile(systemContext, transport.queues, 500) },
    { name: 'remove-expired', everySeconds: 3600, run: () => removeExpired(orm.em.fork()) },
  ];
}

/** Says that this worker can do its work: a connection that only looks alive does not answer the ping. */
function heartbeatOf({ transport, orm }: Runtime, file: string | null): Schedule[] {
  if (file === null) return [];
  const run = async () => {
    await Promise.all([transport.ping(), databaseTime(orm.em.fork())]);
    await writeFile(file, new Date().toISOString());
  };
  return [{ name: 'heartbeat', everySeconds: 10, run }];
}

/** A full batch means that more may be due; a bound keeps one tick from filling the queues of everybody. */
async function untilEmpty(claim: () => Promise<number>): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    if ((await claim()) < batchSize) return;
  }
}

/** Starts the timers. A run that fails is logged once per outage and tried again at its next time. */
export function startSchedules(
  runtime: Runtime,
  heartbeatFile: string | null = null,
): { close(): Promise<void> } {
  const stop = new AbortController();
  const loops = [...schedulesOf(runtime), ...heartbeatOf(runtime, heartbeatFile)].map((schedule) =>
    loop(schedule, runtime, stop.signal),
  );
  return {
    async close() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

async function loop(
  { name, everySeconds, run }: Schedule,
  { log }: Runtime,
  signal: AbortSignal,
): Promise<void> {
  let failing = false;
  while (!signal.aborted) {
    try {
      await run();
      if (failing) log.info({ schedule: name }, 'a schedule works again');
      failing = false;
    } catch (error) {
      if (!failing)
        log.error({ schedule: name, err: error }, 'a schedule failed; it runs again at its next time');
      failing = true;
    }
    // With jitter, so that workers started together do not all ask at the same moment.
    await sleep(everySeconds * 1000 * (0.9 + Math.random() / 5), undefined, { signal }).catch(
      () => undefined,
    );
  }
}
