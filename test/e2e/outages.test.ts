import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSequences, converge, firstSequences } from '../support/converge.ts';
import { eventually } from '../support/eventually.ts';
import { connect } from '../support/flows.ts';
import { onBothTransports, openDeployment, type ApiProcess, type Deployment } from '../support/processes.ts';
import { hasRedisServer } from '../support/services/local-redis.ts';
import type { TestProcess } from '../support/start-process.ts';

const key = (name: string) => ({ provider: 'sandbox', name, fields: { apiKey: `sbx_valid_${name}` } });

describe.skipIf(!hasRedisServer())('Redis is away', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment('redis');
    await Promise.all([deployment.startApi(), deployment.startWorker()]);
    await deployment.sandbox.control.updateSettings({ accessTokenTtlSeconds: 3600 });
    await connect(deployment, { provider: 'sandbox' });
  });

  afterAll(() => deployment.close());

  /** Milliseconds of each of 60 reads and leases, one after the other. */
  async function measure() {
    const { admin } = deployment;
    const times: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      for (const call of [
        () => admin.get('/v1/credentials'),
        () => admin.post('/v1/leases', { provider: 'sandbox' }),
      ]) {
        const started = performance.now();
        const { status, text } = await call();
        expect(status, text).toBe(200);
        times.push(performance.now() - started);
      }
    }
    const sorted = times.toSorted((a, b) => a - b);
    return { median: sorted[30] ?? 0, slowest: sorted.at(-1) ?? 0 };
  }

  it('F55: reads, leases and writes are served, readiness tells, and all is made up for afterwards', async ({
    annotate,
  }) => {
    const { admin, redis } = deployment;
    await measure(); // the first calls are slower: nothing is compiled or connected yet
    const normal = await measure();
    await redis?.kill();
    const readiness = await eventually(
      async () => {
        const { status, body } = await admin.get('/readyz');
        return status === 200 && body.status !== 'ready' && body;
      },
      { describe: '/readyz tells' },
    );
    expect(readiness).toEqual({ status: 'degraded', checks: { database: 'ok', transport: 'failing' } });

    const without = await measure();
    await annotate(
      `reads and leases without Redis: ${(without.median / normal.median).toFixed(2)} times the normal median of ` +
        `${normal.median.toFixed(1)} ms, the slowest ${without.slowest.toFixed(0)} ms`,
    );
    const added = await Promise.all(
      ['one', 'two', 'three', 'four', 'five'].map((name) => admin.post('/v1/credentials', key(name))),
    );
    expect(added.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);

    await redis?.start();
    const seconds = await converge(deployment, 60);
    await annotate(`converged ${seconds.toFixed(1)} s after Redis was back`);
    await eventually(async () => (await admin.get('/readyz')).body.status === 'ready', {
      describe: '/readyz says ready',
    });
    const sequences = await allSequences(admin, deployment);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences).toEqual(firstSequences(sequences.length));
  });
});

onBothTransports('PostgreSQL cuts every connection, three times, under load', (kind) => {
  let deployment: Deployment;
  let api: ApiProcess;
  let worker: TestProcess;

  beforeAll(async () => {
    deployment = await openDeployment(kind);
    [api, worker] = await Promise.all([deployment.startApi(), deployment.startWorker()]);
  });

  afterAll(() => deployment.close());

  it('F55: no process ends, whoever is refused is told so, and everything accepted comes to its end', async ({
    annotate,
  }) => {
    const { admin, database, sandbox } = deployment;
    await sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'key_check',
      fault: 'delay',
      ms: 200,
      times: 1000,
    });
    const answers: { status: number; code: string | undefined; id: string | undefined }[] = [];
    const enough = new AbortController();
    const caller = async (name: string) => {
      for (let count = 0; !enough.signal.aborted; count += 1) {
        const { status, body } = await admin.post('/v1/credentials', key(`${name}${count}`));
        answers.push({ status, code: body.code, id: body.credential?.id });
      }
    };
    const callers = ['a', 'b', 'c', 'd'].map(caller);
    const accepted = () => answers.filter(({ status }) => status === 202);
    for (let cut = 1; cut <= 3; cut += 1) {
      await eventually(() => accepted().length >= cut * 10, {
        describe: `load before cut ${cut}`,
        timeoutMs: 20_000,
      });
      const { rowCount } = await database.superuser.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name like 'latchkey%'`,
      );
      expect(rowCount).toBeGreaterThan(3);
    }
    await eventually(() => accepted().length >= 40, {
      describe: 'load after the last cut',
      timeoutMs: 20_000,
    });
    enough.abort();
    await Promise.all(callers);

    const seconds = await converge(deployment, 60);
    const refused = answers.filter(({ status }) => status !== 202);
    await annotate(
      `converged ${seconds.toFixed(1)} s after the load; ${accepted().length} accepted, refused: ${JSON.stringify(refused.map(({ status, code }) => `${status} ${code}`))}`,
    );
    expect(refused.filter(({ status }) => status !== 503)).toEqual([]);
    const { rows } = await database.superuser.query(
      `select count(*)::int as count from credential where status = 'active' and id = any($1)`,
      [accepted().map(({ id }) => id)],
    );
    expect(rows[0].count).toBe(accepted().length);
    const sequences = await allSequences(admin, deployment);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences).toEqual(firstSequences(sequences.length));
    const alive = Promise.resolve('alive');
    expect(await Promise.race([api.ended, worker.ended, alive])).toBe('alive');
  });
});
