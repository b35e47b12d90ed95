import { jobs, type JobData, type JobName, type JobRun } from '@latchkey/core/queues';
import type { Logger } from 'pino';

type Handler<N extends JobName> = (
  data: JobData<N>,
  run: JobRun & { readonly log: Logger },
) => Promise<unknown>;

interface RunOptions<N extends JobName> {
  readonly log: Logger;
  /** Records in the database that a run failed unexpectedly; the queue tries again only when not even that works. */
  readonly settle?: (data: JobData<N>, error: unknown) => Promise<void>;
}

/**
 * Makes a handler what a queue can call: data is parsed, each run is logged, nothing is returned, and what is thrown
 * names the job and nothing else, since BullMQ stores the message of an error and sends it around.
 */
export function runJob<N extends JobName>(name: N, handle: Handler<N>, { log, settle }: RunOptions<N>) {
  return async (data: unknown, run: JobRun): Promise<void> => {
    const jobLog = log.child({ job: name, jobId: run.jobId });
    const parsed = jobs[name].data.safeParse(data);
    if (!parsed.success) {
      // Trying again would not change it.
      jobLog.error('A job was dropped: its data is not what the job declares');
      return;
    }
    const started = performance.now();
    try {
      await handle(parsed.data as JobData<N>, { ...run, log: jobLog });
      jobLog.debug({ durationMs: Math.round(performance.now() - started) }, 'A job is done');
    } catch (error) {
      jobLog.error({ error: describe(error), aborted: run.signal.aborted }, 'A job failed unexpectedly');
      // oxlint-disable-next-line preserve-caught-error -- a cause would be stored and sent around as well
      if (settle !== undefined && (await settled(settle(parsed.data as JobData<N>, error), jobLog))) return;
      // oxlint-disable-next-line preserve-caught-error -- BullMQ stores what is thrown and sends it around
      throw new Error(`The job "${name}" failed unexpectedly; the log has the details`);
    }
  };
}

async function settled(settling: Promise<void>, log: Logger): Promise<boolean> {
  try {
    await settling;
    return true;
  } catch (error) {
    log.error({ error: describe(error) }, 'That a job failed could not be recorded');
    return false;
  }
}

/** Messages of foreign errors may quote a request or a statement; where it happened and the code are enough. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 15)
      .join('\n'),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}
