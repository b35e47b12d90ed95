/**
 * A root key is replaced, and then every data key, while leases and refreshes go on and the worker is killed in the
 * middle: what fails, what is lost, what is left on the old keys, and what leases cost meanwhile.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime, type Runtime } from '@latchkey/core/runtime.ts';
import { readSettings } from '@latchkey/core/settings.ts';
import { createSandboxControlClient, type SandboxControl } from '@latchkey/sandbox';
import { freePort } from '../scripts/start/free-port.ts';
import { connectMany, writeUnlimitedLabProviders } from '../test/support/due-credentials.ts';
import { eventually } from '../test/support/eventually.ts';
import { labEnv } from '../test/support/lab-providers.ts';
import { openDeployment, type Deployment, type TransportKind } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { startProcess, type TestProcess } from '../test/support/start-process.ts';
import { lostWrites } from './support/lost-writes.ts';
import { percentiles } from './support/percentiles.ts';
import { printTable } from './support/print-table.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    workspaces: { type: 'string', default: '20' },
    transport: { type: 'string', default: hasRedisServer() ? 'redis' : 'postgres' },
    /** KEY_JOB_ROWS_PER_SECOND. */
    rate: { type: 'string', default: '2000' },
    /** Seconds of load before anything is rotated. */
    baseline: { type: 'string', default: '20' },
    /** Leases at once. */
    callers: { type: 'string', default: '8' },
    /** Refreshes that become due per second. */
    refreshes: { type: 'string', default: '10' },
  },
});
const count = Number(values.count);
const limitMs = 60 * 60_000;

interface Phase {
  readonly ms: number[];
  readonly failed: string[];
  seconds: number;
}

const dir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const deployment = await openDeployment(values.transport as TransportKind);
let sandbox: TestProcess | null = null;
try {
  const port = String(await freePort());
  sandbox = startProcess('sandbox', { SANDBOX_PORT: port });
  await sandbox.waitForLine(/Sandbox providers/);
  const url = `http://127.0.0.1:${port}`;
  const control = createSandboxControlClient(url);
  await writeUnlimitedLabProviders(dir);
  const rootKeys = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`).join(',');
  const env = {
    ...labEnv({ url, overrides: await control.overrides() }, dir),
    LATCHKEY_ROOT_KEYS: rootKeys,
    KEY_JOB_ROWS_PER_SECOND: values.rate,
  };
  await measure(deployment, control, env);
} finally {
  await deployment.close();
  await sandbox?.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function measure(on: Deployment, control: SandboxControl, env: NodeJS.ProcessEnv): Promise<void> {
  const log = createLogger({ name: 'bench', level: 'warn' });
  const open = () => openRuntime(readSettings({ ...on.env, ...env }), { role: 'worker', log });
  let runtime: Runtime = await open();
  const perWorkspace = Math.ceil(count / Number(values.workspaces));
  for (let n = 0; n < Number(values.workspaces); n += 1) await connectMany(runtime, control, perWorkspace);
  // It would be one more process that has to follow every change of keys.
  await runtime.close();
  await on.database.superuser.query('vacuum analyze');
  const api = await on.startApi(env);
  let worker = await on.startWorker(env);
  const load = startLoad(on, api);

  const before = await load.during(async () => sleep(Number(values.baseline) * 1000));
  const rewrapped = { done: 0, seconds: 0 };
  const rewrapping = await load.during(async () => {
    await call('POST', '/v1/root-keys/new/promote');
    const job = await finished((await call('POST', '/v1/key-jobs', { kind: 'rewrap' })).id);
    Object.assign(rewrapped, { done: job.done, seconds: secondsOf(job) });
    await call('POST', '/v1/root-keys/old/retire');
  });
  let job = { id: '', done: 0, total: 0, skipped: 0, status: '', startedAt: '', finishedAt: '' };
  let killedAt = 0;
  const rotating = await load.during(async () => {
    job = await call('POST', '/v1/key-jobs', { kind: 'rotate_data' });
    await eventually(
      async () => {
        const { done, total } = await call('GET', `/v1/key-jobs/${job.id}`);
        killedAt = done / (total ?? Infinity);
        return killedAt >= 0.5;
      },
      { describe: 'half of the rotation is done', timeoutMs: limitMs, intervalMs: 200 },
    );
    // Nothing is at the provider at that moment: what a crash costs there is another benchmark's and test's matter.
    await load.withoutRefreshes(() => worker.kill('SIGKILL'));
    worker = await on.startWorker(env);
    job = await finished(job.id);
  });
  await load.stop();
  const keys = await call('GET', '/v1/root-keys');
  await worker.stop();
  runtime = await open();
  const writes = await lostWrites(runtime, control);
  await runtime.close();
  report();

  function report(): void {
    const old = keys.items.find((key: { id: string }) => key.id === 'old');
    printTable(
      `${count} credentials in ${values.workspaces} workspaces, ${values.callers} leases at once, ${values.refreshes} refreshes per second; worker killed at ${(killedAt * 100).toFixed(0)} %`,
      ['', 'leases', 'failed', 'per second / before', 'p50 / before', 'p99 / before'],
      [row('before', before), row('promote, rewrap, retire', rewrapping), row('rotate data keys', rotating)],
    );
    printTable(
      'afterwards',
      ['', ''],
      [
        ['rewrap', `${rewrapped.done} data keys in ${rewrapped.seconds.toFixed(1)} s`],
        ['rotation', `${job.status}, ${job.done} of ${job.total} records, ${job.skipped} skipped`],
        ['its rows per second / allowed', (job.done / secondsOf(job) / Number(values.rate)).toFixed(2)],
        ['rows left on old data keys', String(keys.dataKeys.rowsLeft)],
        ['data keys left on the old root key', `${old?.dataKeys} (${old?.state})`],
        ['refreshes', String(writes.refreshes)],
        ['lost writes', String(writes.lost)],
        ['credentials that do not open', String(writes.unreadable)],
      ],
    );
    for (const text of [...new Set([before, rewrapping, rotating].flatMap(({ failed }) => failed))].slice(
      0,
      5,
    ))
      console.log(`failed: ${text}`);
  }

  function row(name: string, phase: Phase): string[] {
    const [mine, base] = [percentiles(phase.ms), percentiles(before.ms)];
    const perSecond = ({ ms, seconds }: Phase) => ms.length / seconds;
    return [
      name,
      String(phase.ms.length),
      String(phase.failed.length),
      (perSecond(phase) / perSecond(before)).toFixed(2),
      (mine.p50 / base.p50).toFixed(2),
      (mine.p99 / base.p99).toFixed(2),
    ];
  }

  async function call(method: string, path: string, body?: object) {
    const answer = await on.admin.call(method, path, body === undefined ? {} : { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  }

  async function finished(id: string) {
    return eventually(
      async () => {
        const current = await call('GET', `/v1/key-jobs/${id}`);
        return current.status === 'running' ? null : current;
      },
      { describe: 'the key job ends', timeoutMs: limitMs, intervalMs: 200 },
    );
  }
}

function secondsOf({ startedAt, finishedAt }: { startedAt: string; finishedAt: string }): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** Leases random credentials without a pause, and makes others due for their refresh. */
function startLoad(on: Deployment, { admin }: { admin: Deployment['admin'] }) {
  const { superuser } = on.database;
  let phase: Phase = { ms: [], failed: [], seconds: 0 };
  const is = { refreshing: true, over: false };
  const query = serially(async (text: string) => (await superuser.query(text)).rows);
  const leasing = async () => {
    const credentials = await query(
      'select id, workspace_id from credential tablesample bernoulli (20) order by random() limit 5000',
    );
    while (!is.over) {
      const { id, workspace_id: workspace } = credentials[Math.floor(Math.random() * credentials.length)];
      const started = performance.now();
      const current = phase;
      const { status, text } = await admin.post(
        '/v1/leases',
        { provider: 'lab_strict', credentialId: id },
        { headers: { 'x-workspace': workspace } },
      );
      current.ms.push(performance.now() - started);
      if (status !== 200) current.failed.push(text);
    }
  };
  const refresh = async () => {
    while (!is.over) {
      if (is.refreshing)
        await query(
          `update credential set next_refresh_at = now() where id in (
             select id from credential where token_version < 5 and next_refresh_at > now() + interval '1 hour'
             order by random() limit ${Number(values.refreshes)})`,
        );
      await sleep(1000);
    }
  };
  const quiet = async () => {
    const [{ n }] = await query(
      `select (select count(*) from "authorization" where status in ('queued', 'running'))
        + (select count(*) from credential where next_refresh_at < now()) as n`,
    );
    return Number(n) === 0;
  };
  const running = [refresh(), ...Array.from({ length: Number(values.callers) }, leasing)];
  return {
    async during(work: () => Promise<unknown>): Promise<Phase> {
      const mine: Phase = { ms: [], failed: [], seconds: 0 };
      phase = mine;
      const begun = performance.now();
      await work();
      mine.seconds = (performance.now() - begun) / 1000;
      phase = { ms: [], failed: [], seconds: 0 };
      return mine;
    },
    async withoutRefreshes(work: () => Promise<unknown>): Promise<void> {
      is.refreshing = false;
      await eventually(quiet, { describe: 'no refresh is under way', timeoutMs: 120_000, intervalMs: 200 });
      await work();
      is.refreshing = true;
    },
    async stop(): Promise<void> {
      is.refreshing = false;
      await eventually(quiet, { describe: 'all refreshes have ended', timeoutMs: 120_000, intervalMs: 200 });
      is.over = true;
      await Promise.all(running);
    },
  };
}

/** One connection is shared: its queries take turns. */
function serially<A extends unknown[], R>(
  work: (...parameters: A) => Promise<R>,
): (...parameters: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (...parameters) => {
    const next = last.catch(() => undefined).then(() => work(...parameters));
    last = next;
    return next;
  };
}
