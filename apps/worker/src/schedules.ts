import { setTimeout as sleep } from 'node:timers/promises';
import { pruneAudit } from '@latchkey/core/audit';
import { claimDue, expireAuthorizations, reconcile, removeExpired } from '@latchkey/core/authorizations';
import { acrossWorkspaces } from '@latchkey/core/db';
import { resealLeftovers, workKeyJobs } from '@latchkey/core/key-jobs';
import { endSpilledGrant } from '@latchkey/core/refresh';
import { keepPauses } from '@latchkey/core/queue-control';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { replaySpill } from '@latchkey/core/spill';

interface Schedule {
  readonly name: string;
  readonly everySeconds: number;
  /** What goes on for long ends with `signal`. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

const batchSize = 200;

/** Half a second each; bounded, so that a worker that is told to stop does. The rest is for the next time. */
const prune = { batchSize: 5_000, mostRounds: 20 };

/**
 * So many jobs of a kind wait at most, per job that one worker runs at once. At 50 ms each that is two seconds of work:
 * enough to keep the workers busy between two ticks, and all that anybody new waits behind.
 */
const depthPerJob = 40;

/**
 * What is done now and then. A timer in every worker: what is due is claimed with `for update skip locked`, and what
 * is not claimed may be done twice, so any number of workers share the work and none of it hangs on what Redis remembers.
 */
function schedulesOf(runtime: Runtime, concurrency: number): Schedule[] {
  const { systemContext, transport, orm, defaultWorkspaceId } = runtime;
  const depth = concurrency * depthPerJob;
  return [
    {
      name: 'claim-due-refreshes',
      everySeconds: 1,
      run: () => claimDue(systemContext, 'refresh_token', depth),
    },
    {
      name: 'claim-due-validations',
      everySeconds: 5,
      run: () => claimDue(systemContext, 'validate_key', depth),
    },
    {
      name: 'expire-authorizations',
      everySeconds: 15,
      run: () => untilEmpty(() => expireAuthorizations(systemContext, batchSize)),
    },
    { name: 'reconcile', everySeconds: 3, run: () => reconcile(systemContext, transport.queues, 300) },
    { name: 'keep-pauses', everySeconds: 5, run: () => keepPauses(systemContext, transport.queues) },
    { name: 'replay-spill', everySeconds: 10, run: () => replaySpill(systemContext, endSpilledGrant) },
    {
      name: 'key-jobs',
      everySeconds: 1,
      run: (signal) => workKeyJobs(systemContext(defaultWorkspaceId), signal),
    },
    {
      name: 'reseal-leftovers',
      everySeconds: 600,
      run: () => resealLeftovers(systemContext(defaultWorkspaceId), batchSize),
    },
    { name: 'remove-expired', everySeconds: 3600, run: () => removeExpired(orm.em.fork()) },
    ...pruneSchedules(runtime),
  ];
}

/** None without a retention: then entries are kept for ever. */
function pruneSchedules({ orm, settings, log }: Runtime): Schedule[] {
  const { auditRetentionDays: retentionDays } = settings;
  if (retentionDays === null) return [];
  const run = async () => {
    for (let round = 0; round < prune.mostRounds; round += 1)
      if ((await pruneAudit(acrossWorkspaces(orm.em), { retentionDays, limit: prune.batchSize, log })) === 0)
        return;
  };
  return [{ name: 'prune-audit', everySeconds: 600, run }];
}

/** A full batch means that more may be due; a bound keeps one tick from filling the queues of everybody. */
async function untilEmpty(claim: () => Promise<number>): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    if ((await claim()) < batchSize) return;
  }
}

/**
 * Starts the timers. A run that fails is logged once per outage and tried again at its next time.
 * @param options `concurrency`: jobs at once, per queue; what is claimed ahead is a multiple of it
 */
export function startSchedules(
  runtime: Runtime,
  { concurrency }: { readonly concurrency: number },
): { close(): Promise<void> } {
  const stop = new AbortController();
  const loops = schedulesOf(runtime, concurrency).map((schedule) => loop(schedule, runtime, stop.signal));
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
      await run(signal);
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
