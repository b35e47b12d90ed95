import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processIdentity } from '../../scripts/start/process-identity.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../../scripts/start/free-port.ts';
import { startProcess, type TestProcess } from '../support/start-process.ts';

const entry = new URL('stubs/start.ts', import.meta.url);

describe('npm start', () => {
  let dataDir: string;
  let env: NodeJS.ProcessEnv;
  let started: TestProcess[];

  // One for all: most of a first start is making the database.
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'latchkey start '));
  });

  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  beforeEach(async () => {
    env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
    started = [];
  });

  afterEach(async () => {
    await Promise.all(started.map((each) => each.stop()));
  });

  function start(extra: NodeJS.ProcessEnv = {}): TestProcess {
    const supervisor = startProcess(entry, { ...env, ...extra });
    started.push(supervisor);
    return supervisor;
  }

  /** Starts it and finds the ids of everything that runs below it. */
  async function startAll() {
    const supervisor = start();
    await supervisor.waitForLine(/Press Ctrl-C to stop/);
    await supervisor.waitForLine(/\| worker \d+/);
    const pidOf = (name: string) =>
      Number(
        supervisor.lines
          .map((line) => new RegExp(`\\| ${name} (\\d+)`).exec(line)?.[1])
          .find((pid) => pid !== undefined),
      );
    const pids = {
      api: pidOf('api'),
      worker: pidOf('worker'),
      sandbox: pidOf('sandbox'),
      postgres: Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10),
    };
    const alive = () => Object.entries(pids).filter(([, pid]) => processIdentity(pid) !== null);
    expect(alive()).toHaveLength(4);
    const nothingIsLeft = () =>
      eventually(() => alive().length === 0, { describe: 'nothing of it runs any more', timeoutMs: 15_000 });
    return { supervisor, pids, nothingIsLeft };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops everything on %s and calls it a success',
    async (signal) => {
      const { supervisor, nothingIsLeft } = await startAll();
      expect((await supervisor.kill(signal)).how).toBe('exit code 0');
      expect(await nothingIsLeft()).toBe(true);
    },
  );

  it('leaves nothing behind when it is killed itself', async () => {
    const { supervisor, nothingIsLeft } = await startAll();
    await supervisor.kill('SIGKILL');
    expect(await nothingIsLeft()).toBe(true);
  });

  it.each(['api', 'sandbox', 'postgres'] as const)(
    'stops everything and says why when %s is killed',
    async (name) => {
      const { supervisor, pids, nothingIsLeft } = await startAll();
      process.kill(pids[name], 'SIGKILL');
      expect((await supervisor.ended).how).toBe('exit code 1');
      expect(supervisor.lines.join('\n')).toContain(`${name} ended unexpectedly`);
      expect(await nothingIsLeft()).toBe(true);
    },
  );

  it('starts a worker again that was killed, each time one, and everything else goes on', async () => {
    const { supervisor, pids, nothingIsLeft } = await startAll();
    const workers = () =>
      supervisor.lines.flatMap((line) => /\| worker (\d+)/.exec(line)?.[1] ?? []).map(Number);
    for (const count of [2, 3]) {
      process.kill(workers().at(-1) ?? Number.NaN, 'SIGKILL');
      await eventually(() => workers().length === count, { describe: `worker ${count} runs` });
    }
    expect(workers().filter((pid) => processIdentity(pid) !== null)).toHaveLength(1);
    expect([pids.api, pids.sandbox, pids.postgres].every((pid) => processIdentity(pid) !== null)).toBe(true);
    expect(supervisor.lines.join('\n')).toMatch(
      /worker ended unexpectedly \(killed by SIGKILL\)\. It is started again in 0\.2 s/,
    );
    expect((await supervisor.kill('SIGINT')).success).toBe(true);
    expect(await nothingIsLeft()).toBe(true);
    expect(workers().filter((pid) => processIdentity(pid) !== null)).toEqual([]);
  });

  it('starts again on the data of a killed one', async () => {
    const first = await startAll();
    await first.supervisor.kill('SIGKILL');
    const second = await startAll();
    expect((await second.supervisor.kill('SIGINT')).success).toBe(true);
    expect(await second.nothingIsLeft()).toBe(true);
  });

  it('refuses a data directory that another one uses, and leaves that one alone', async () => {
    const { supervisor, pids } = await startAll();
    const second = start({ PORT: String(await freePort()) });
    expect((await second.ended).how).toBe('exit code 1');
    expect(second.lines.join('\n')).toContain(`already runs on ${dataDir}`);
    expect(processIdentity(pids.postgres)).not.toBeNull();
    expect((await supervisor.kill('SIGINT')).success).toBe(true);
  });

  it('says in one line that the port is in use', async () => {
    const other = createServer().listen(Number(env['PORT']), 'localhost');
    await once(other, 'listening');
    const supervisor = start();
    expect((await supervisor.ended).how).toBe('exit code 1');
    expect(supervisor.lines.filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^PORT: .*Set PORT/),
    ]);
    other.close();
  });

  it('passes on what a part says about the configuration, without a stack, and ends', async () => {
    const supervisor = start({ STUB_API_FAILS: 'yes' });
    expect((await supervisor.ended).how).toBe('exit code 1');
    const text = supervisor.lines.join('\n');
    expect(text).toContain('LATCHKEY_ROOT_KEYS: is not the key of this database');
    expect(text).toContain('api could not start (exit code 1)');
    expect(text).not.toMatch(/^\s+at /m);
  });

  it('tells the admin token that it generated, and keeps one that the operator has set to itself', async () => {
    const { supervisor } = await startAll();
    expect(supervisor.lines.join('\n')).toContain('lk_stub');
    await supervisor.kill('SIGINT');
    const second = start({ LATCHKEY_ADMIN_TOKEN: 'lk_of_the_operator' });
    await second.waitForLine(/as set in LATCHKEY_ADMIN_TOKEN/);
    expect(second.lines.join('\n')).not.toContain('lk_of_the_operator');
  });
});
