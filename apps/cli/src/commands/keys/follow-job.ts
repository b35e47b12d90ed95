import { setTimeout as sleep } from 'node:timers/promises';
import type { CliApi } from '../../api.ts';
import { openProgress, type KeyJob } from './progress.ts';

const everyMs = 500;

/**
 * Shows a job on standard error until it ends or somebody presses Ctrl-C, which ends only the watching.
 * @returns the job as it was last seen
 */
export async function followJob(api: CliApi, job: KeyJob): Promise<KeyJob> {
  const progress = openProgress(process.stderr);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.on('SIGINT', interrupt);
  let current = job;
  try {
    for (;;) {
      progress.show(current);
      if (current.status !== 'running' || stop.signal.aborted) return current;
      await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return current;
      current = (await api.call('GET', `/v1/key-jobs/${encodeURIComponent(job.id)}`)).body as KeyJob;
    }
  } finally {
    process.off('SIGINT', interrupt);
    progress.end();
  }
}
