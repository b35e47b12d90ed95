import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../start/embedded-postgres.ts';
import { freePort } from '../start/free-port.ts';
import { startPart, type Part } from '../start/part.ts';
import { readSandboxOverrides, sandboxVariables } from '../start/sandbox.ts';
import { printLine } from '../start/terminal.ts';

export interface Instance {
  readonly url: string;
  readonly adminToken: string;
  /** What jobs and events run on; null where the demo cannot know. */
  readonly transport: string | null;
  /** Starts another worker. Null on an instance that the demo did not start: it kills no process of somebody else. */
  readonly startWorker: (() => Part) | null;
  close(): Promise<void>;
}

const entry = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The instance at `LATCHKEY_URL`, or one of its own in a temporary directory that is gone afterwards. */
export async function openInstance(): Promise<Instance> {
  const url = process.env['LATCHKEY_URL']?.trim();
  return url === undefined || url === '' ? startOwn() : useRunning(new URL(url).origin);
}

async function useRunning(url: string): Promise<Instance> {
  const dataDir = process.env['DATA_DIR'] ?? '.data';
  const adminToken =
    process.env['LATCHKEY_ADMIN_TOKEN'] ?? readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
  await waitUntilReady(url);
  return {
    url,
    adminToken,
    transport: null,
    startWorker: null,
    close: async () => undefined,
  };
}

async function startOwn(): Promise<Instance> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-demo-'));
  const parts: Part[] = [];
  const start = (name: string, file: string, env: NodeJS.ProcessEnv): Part => {
    const part = startPart({ name, args: [entry(file)], env, onLine: printTrouble });
    parts.push(part);
    return part;
  };
  const close = async () => {
    for (const part of parts.toReversed()) await part.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const databaseUrl = process.env['DATABASE_URL']?.trim() || (await startDatabase(dataDir, parts));
    const [port, sandboxPort] = await Promise.all([freePort(), freePort()]);
    const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    const sandbox = start('sandbox', 'apps/sandbox/src/server.ts', {
      ...process.env,
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_PUBLIC_URL: sandboxUrl,
    });
    await readSandboxOverrides(sandboxUrl, sandbox);
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...sandboxVariables({}, sandboxUrl, {}),
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    };
    const { success } = await start('migrate', 'apps/api/src/migrate.ts', env).ended;
    if (!success) throw new Error('The database could not be migrated; the message is above.');
    const url = `http://127.0.0.1:${port}`;
    start('api', 'apps/api/src/server.ts', env);
    await waitUntilReady(url);
    return {
      url,
      adminToken:
        process.env['LATCHKEY_ADMIN_TOKEN']?.trim() ||
        readFileSync(join(dataDir, 'admin-token'), 'utf8').trim(),
      transport: process.env['REDIS_URL']?.trim() ? 'Redis' : 'PostgreSQL',
      startWorker: () => start('worker', 'apps/worker/src/worker.ts', env),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDatabase(dataDir: string, parts: Part[]): Promise<string> {
  const { url, part } = await startEmbeddedPostgres({ dataDir, onLine: printTrouble });
  parts.push(part);
  return url;
}

/** The demo is about what happens, not about the logs of its parts. */
function printTrouble(name: string, line: string): void {
  if (!line.startsWith('{') || Number((JSON.parse(line) as { level?: number }).level) >= 50)
    printLine(name, line);
}

async function waitUntilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await wait(100)) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
  }
  throw new Error(`${url} is not ready; is Latchkey running there?`);
}
