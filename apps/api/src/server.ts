import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { openRuntime, type Runtime } from '@latchkey/core/runtime.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import type { Api } from './api.ts';
import { buildApp } from './app.ts';
import { readEnvironment, type ApiSettings } from './env.ts';

/** A request that is under way at SIGTERM has this long; streams and long polls end at once. */
const closeSeconds = 20;

/** Prints what an operator can act on, without a stack, and ends the process. */
function stopWith(lines: readonly string[]): never {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

function describeBootFailure(error: unknown, apiSettings: ApiSettings | null): readonly string[] | null {
  if (error instanceof ConfigurationError) {
    return ['Latchkey cannot start with this configuration:', ...error.lines.map((line) => `  ${line}`)];
  }
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const place = `${apiSettings?.host ?? ''}:${apiSettings?.port ?? ''}`;
  if (code === 'EADDRINUSE')
    return [`Latchkey cannot start: ${place} is in use. Stop what listens there or set PORT.`];
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return [`Latchkey cannot start: it may not listen on ${place} (${code}).`];
  return null;
}

async function shutDown(api: Api, runtime: Runtime, { shutdownDelaySeconds }: ApiSettings): Promise<void> {
  api.readiness.stop();
  await delay(shutdownDelaySeconds * 1000);
  await api.close();
  await runtime.close();
}

/** The first signal stops in order, within a bounded time; a second one stops now. */
function stopOnSignals(api: Api, runtime: Runtime, apiSettings: ApiSettings): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    runtime.log.info({ signal }, 'stopping');
    setTimeout(
      () => {
        runtime.log.error('not stopped in time');
        process.exit(1);
      },
      (apiSettings.shutdownDelaySeconds + closeSeconds) * 1000,
    ).unref();
    shutDown(api, runtime, apiSettings).then(
      () => {
        runtime.log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        runtime.log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function start(): Promise<void> {
  let apiSettings: ApiSettings | null = null;
  let runtime: Runtime | null = null;
  try {
    const environment = readEnvironment(process.env);
    ({ apiSettings } = environment);
    const log = createLogger({ name: 'api', level: environment.settings.logLevel });
    // State is unknown after an error that nobody caught: a supervisor starts a clean process.
    const die = (error: unknown) => {
      log.fatal({ err: error }, 'an error that nobody caught');
      process.exit(1);
    };
    process.on('unhandledRejection', die);
    process.on('uncaughtException', die);
    runtime = await openRuntime(environment.settings, { role: 'api', log });
    const api = await buildApp({ runtime, apiSettings });
    stopOnSignals(api, runtime, apiSettings);
    await api.listen({ host: apiSettings.host, port: apiSettings.port });
    log.info({ publicUrl: runtime.settings.publicUrl }, 'ready');
  } catch (error) {
    await runtime?.close();
    const lines = describeBootFailure(error, apiSettings);
    if (lines === null) throw error;
    stopWith(lines);
  }
}

await start();
