import { patienceSeconds } from '@latchkey/core/refresh';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { openEndpoint } from './endpoint.ts';
import { readWorkerEnv } from './env.ts';
import { createHandlers } from './handlers.ts';
import { replayAtStart } from './replay-at-start.ts';
import { startSchedules } from './schedules.ts';

/** A refresh that was sent is finished, not abandoned: the deadline of a provider call, and the patience of the commit after it. */
const graceMs = (20 + patienceSeconds) * 1000;

async function main(): Promise<void> {
  const { settings, concurrency, endpoint: address } = readWorkerEnv(process.env);
  const log = createLogger({ name: 'worker', level: settings.logLevel });
  const runtime = await openRuntime(settings, { role: 'worker', log });
  const endpoint = address === null ? null : await openEndpoint(runtime, address);
  await replayAtStart(runtime);
  const workers = await runtime.transport.startWorkers(createHandlers(runtime), { concurrency });
  const schedules = startSchedules(runtime, { concurrency });
  endpoint?.working();
  log.info({ transport: runtime.transport.kind, concurrency }, 'the worker is ready');

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'the worker finishes what it has begun');
    endpoint?.stopping();
    await schedules.close();
    await workers.close(graceMs);
    await runtime.close();
    await endpoint?.close();
    log.info('the worker has stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationError) process.stderr.write(`${error.lines.join('\n')}\n`);
  else
    process.stderr.write(
      `The worker could not start: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  process.exit(1);
});
