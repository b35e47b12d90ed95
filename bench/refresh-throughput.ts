/**
 * All credentials of two workspaces, a large and a small one, are due at once: how long real workers take, against
 * what the provider's delay alone would allow, and when the small workspace is done.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { readSettings } from '@latchkey/core/settings.ts';
import { createSandboxControlClient } from '@latchkey/sandbox';
import { freePort } from '../scripts/start/free-port.ts';
import { connectMany, writeUnlimitedLabProviders } from '../test/support/due-credentials.ts';
import { eventually } from '../test/support/eventually.ts';
import { labEnv } from '../test/support/lab-providers.ts';
import { openDeployment, type Deployment, type TransportKind } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { startProcess, type TestProcess } from '../test/support/start-process.ts';
import { printTable } from './support/print-table.ts';
import { cpuSeconds } from './support/process-cpu.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '1,4' },
    transport: { type: 'string', default: hasRedisServer() ? 'redis,postgres' : 'postgres' },
    /** Of the workers: `--node-options="--cpu-prof --cpu-prof-dir=/tmp/profiles"`. */
    'node-options': { type: 'string', default: '' },
    'row-level-security': { type: 'string', default: 'on' },
  },
});
const count = Number(values.count);
const smallCount = Math.max(1, Math.round(count / 100));
const delayMs = 50;
const concurrency = 10;
const limitMs = 10 * 60_000;

const rows: string[][] = [];
for (const kind of values.transport.split(',') as TransportKind[]) await measureTransport(kind);
printTable(
  `${count} refreshes due at once, ${smallCount} of them in a small workspace; the provider takes ${delayMs} ms`,
  [
    'transport',
    'workers',
    'seconds',
    'ideal',
    '/ ideal',
    'per second',
    'small done',
    'worker CPU ms',
    'sandbox CPU ms',
    'commits',
  ],
  rows,
);
console.log(`
ideal: count × delay ÷ (${concurrency} jobs at once × workers). small done: the moment the small workspace is finished, as a
share of the whole; without fairness it is 100 %. CPU and commits in PostgreSQL are per refresh.`);

async function measureTransport(kind: TransportKind): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const deployment = await openDeployment(kind);
  let sandbox: TestProcess | null = null;
  try {
    const port = String(await freePort());
    sandbox = startProcess('sandbox', { SANDBOX_PORT: port });
    await sandbox.waitForLine(/Sandbox providers/);
    const url = `http://127.0.0.1:${port}`;
    const control = createSandboxControlClient(url);
    await writeUnlimitedLabProviders(dir);
    const overrides = await control.overrides();
    const env = {
      ...labEnv({ url, overrides }, dir),
      WORKER_CONCURRENCY: String(concurrency),
      NODE_OPTIONS: values['node-options'],
      ROW_LEVEL_SECURITY: values['row-level-security'],
    };
    const small = await connectAll({ ...deployment.env, ...env }, control);
    await control.addFault({
      provider: 'lab_strict',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms: delayMs,
      times: null,
    });
    for (const workers of values.workers.split(',').map(Number))
      rows.push([kind, String(workers), ...(await measure(deployment, { env, workers, sandbox, small }))]);
  } finally {
    await deployment.close();
    await sandbox?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @returns the small workspace */
async function connectAll(
  env: NodeJS.ProcessEnv,
  control: ReturnType<typeof createSandboxControlClient>,
): Promise<string> {
  const log = createLogger({ name: 'bench', level: 'warn' });
  const runtime = await openRuntime(readSettings(env), { role: 'worker', log });
  try {
    await connectMany(runtime, control, count - smallCount);
    return await connectMany(runtime, control, smallCount);
  } finally {
    await runtime.close();
  }
}

interface Round {
  readonly env: NodeJS.ProcessEnv;
  readonly workers: number;
  readonly sandbox: TestProcess;
  readonly small: string;
}

async function measure(deployment: Deployment, round: Round): Promise<string[]> {
  const query = async (text: string, parameters: unknown[] = []) =>
    (await deployment.database.superuser.query(text, parameters)).rows[0];
  const commits = async () =>
    Number(
      (await query(`select xact_commit as n from pg_stat_database where datname = current_database()`)).n,
    );
  await query('vacuum analyze');
  const running: TestProcess[] = [];
  for (let n = 0; n < round.workers; n += 1) running.push(await deployment.startWorker(round.env));
  const usage = () => running.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const before = { worker: usage(), sandbox: cpuSeconds(round.sandbox.pid), commits: await commits() };
  const { at } = await query(`update credential set next_refresh_at = now() returning now()::text as at`);
  await eventually(
    async () =>
      (await query(
        `select from credential where last_refreshed_at is null or last_refreshed_at < $1 limit 1`,
        [at],
      )) === undefined,
    { describe: 'every credential is refreshed', timeoutMs: limitMs, intervalMs: 500 },
  );
  const after = { worker: usage(), sandbox: cpuSeconds(round.sandbox.pid), commits: await commits() };
  await Promise.all(running.map((worker) => worker.stop()));
  const done = await query(
    `select extract(epoch from max(last_refreshed_at) - $1::timestamptz)::float as seconds,
      extract(epoch from max(last_refreshed_at) filter (where workspace_id = $2) - $1::timestamptz)::float as small
    from credential`,
    [at, round.small],
  );
  const ideal = (count * delayMs) / 1000 / (concurrency * round.workers);
  const perRefresh = (used: number) => ((used * 1000) / count).toFixed(1);
  return [
    done.seconds.toFixed(1),
    ideal.toFixed(1),
    (done.seconds / ideal).toFixed(2),
    (count / done.seconds).toFixed(0),
    `${((100 * done.small) / done.seconds).toFixed(0)} %`,
    perRefresh(after.worker - before.worker),
    perRefresh(after.sandbox - before.sandbox),
    ((after.commits - before.commits) / count).toFixed(1),
  ];
}
