import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { claimDataDir } from './data-dir.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { readStartEnvironment, type StartEnvironment } from './environment.ts';
import { freePort, whyNotFree } from './free-port.ts';
import { Parts, Stopped } from './parts.ts';
import { restartDelays } from './restarts.ts';
import { noteRunning } from './running.ts';
import { introduceLatchkey, readSandboxOverrides, returnUrlOrigins, sandboxVariables } from './sandbox.ts';
import { StopError } from './stop-error.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { printLine, printReady } from './terminal.ts';

/** The files that the parts run. */
export interface Entries {
  readonly migrate: string;
  readonly sandbox: string;
  readonly api: string;
  readonly worker: string;
}

const readyTimeoutMs = 60_000;

/**
 * Starts all parts, and stops all of them on a signal or when one of them ends. Only a worker is started again, as nobody
 * waits for it and its jobs keep. Ends the process.
 * @param delaysMs before a worker is started again, the first time and so on
 */
export async function supervise(entries: Entries, delaysMs?: readonly number[]): Promise<void> {
  let stopping = false;
  const stop = (exitCode: number, message?: string) => {
    if (message !== undefined && !stopping) process.stderr.write(`\n${message}\n`);
    stopping = true;
    void parts.stop().finally(() => process.exit(exitCode));
  };
  let startWorker: (() => void) | null = null;
  const delays = restartDelays(delaysMs);
  const startWorkerAgain = (how: string) => {
    const delayMs = delays.next();
    process.stderr.write(
      `\nworker ended unexpectedly (${how}). It is started again in ${delayMs / 1000} s; "npm run worker" starts one at once.\n`,
    );
    setTimeout(() => {
      if (stopping) return;
      delays.started();
      startWorker?.();
    }, delayMs);
  };
  const parts = new Parts((name, how) => {
    if (startWorker === null) stop(1, `${name} could not start (${how}). Its message is above.`);
    else if (name === 'worker') startWorkerAgain(how);
    else stop(1, `${name} ended unexpectedly (${how}).`);
  });
  stopOnSignals({ stop, kill: () => parts.kill() });
  try {
    startWorker = await startAll(await readStartEnvironment(process.env), entries, parts);
  } catch (error) {
    if (error instanceof Stopped) return;
    stop(1, error instanceof StopError ? error.message : String((error as Error).stack));
  }
}

/** @returns what starts another worker */
async function startAll(settings: StartEnvironment, entries: Entries, parts: Parts): Promise<() => void> {
  const started = performance.now();
  const { host, port } = settings;
  const taken = Number.isInteger(port) ? await whyNotFree(host, port) : null;
  if (taken !== null)
    throw new StopError(`PORT: cannot listen on ${host}:${port}: ${taken}. Set PORT to another one.`);
  const dataDir = claimDataDir(settings.dataDir);
  const [databaseUrl, sandbox] = await Promise.all([
    settings.databaseUrl ?? startDatabase(dataDir, parts),
    settings.production ? null : startSandbox(settings, entries, parts),
  ]);
  const env: NodeJS.ProcessEnv = { ...settings.env, ...sandbox?.variables, DATABASE_URL: databaseUrl };
  const part = (name: keyof Entries) => ({ name, args: [entries[name]], env, onLine: printLine });
  if (!(await parts.run(part('migrate'))))
    throw new StopError('The database could not be migrated; the message is above.');
  parts.start(part('api'));
  parts.start(part('worker'));
  noteRunning(dataDir, env);
  const url = `http://${/^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host}:${port}`;
  await waitUntilReady(`${url}/readyz`);
  const token =
    env['LATCHKEY_ADMIN_TOKEN']?.trim() || readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
  if (sandbox !== null) await introduceLatchkey(sandbox.url, { url, token });
  printReady({
    seconds: (performance.now() - started) / 1000,
    publicUrl: env['PUBLIC_URL'] ?? '',
    adminToken: settings.adminTokenIsGiven ? null : token,
    sandboxUrl: sandbox?.url ?? null,
    data: settings.databaseUrl === null ? dataDir : 'in the database of DATABASE_URL',
  });
  return () => void parts.start(part('worker'));
}

async function startDatabase(dataDir: string, parts: Parts): Promise<string> {
  const { url } = await startEmbeddedPostgres({
    dataDir,
    onLine: printLine,
    start: (options) => parts.start(options),
  });
  return url;
}

async function startSandbox(settings: StartEnvironment, { sandbox }: Entries, parts: Parts) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env: NodeJS.ProcessEnv = {
    ...settings.env,
    SANDBOX_HOST: '127.0.0.1',
    SANDBOX_PORT: String(port),
    SANDBOX_PUBLIC_URL: url,
  };
  const part = parts.start({ name: 'sandbox', args: [sandbox], env, onLine: printLine });
  const overrides = await readSandboxOverrides(url, part);
  return {
    url,
    variables: {
      ...sandboxVariables(settings.env, url, settings.allProvidersAreSandboxed ? overrides : {}),
      RETURN_URL_ORIGINS: returnUrlOrigins(settings.env, url),
    },
  };
}

async function waitUntilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + readyTimeoutMs; Date.now() < deadline; await wait(100)) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok === true) return;
  }
  throw new StopError(
    `Latchkey was not ready after ${readyTimeoutMs / 1000} s: ${url} did not answer 200. The log is above.`,
  );
}
