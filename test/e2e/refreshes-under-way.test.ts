import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { converge } from '../support/converge.ts';
import { cutDatabase } from '../support/cut-database.ts';
import { openLabDeployment, type LabDeployment } from '../support/lab-deployment.ts';
import { onBothTransports } from '../support/processes.ts';

const count = 50;
const outageMs = 30_000;

onBothTransports('With 50 refreshes of strictly rotating tokens under way', (kind) => {
  let deployment: LabDeployment;
  const ids: string[] = [];

  beforeAll(async () => {
    deployment = await openLabDeployment(kind);
    await Promise.all([deployment.startApi(), deployment.startWorker()]);
    for (let made = 0; made < count; made += 1) ids.push(await deployment.connect('lab_strict'));
    // The first refresh with a client goes alone.
    await deployment.refresh(ids[0] ?? '');
    await converge(deployment, 60);
    await deployment.database.superuser.query('delete from refresh_attempt');
  });

  afterAll(() => deployment.close());

  /** Until the provider has rotated many of them and holds its answers back. */
  async function refreshAll(ms: number): Promise<void> {
    await deployment.sandbox.control.clearLog();
    await deployment.sandbox.control.addFault({
      provider: 'lab_strict',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms,
      phase: 'after',
      times: count,
    });
    for (const id of ids) await deployment.refresh(id);
    await deployment.heldBack(count / 2);
  }

  const states = async () => {
    const { rows } = await deployment.database.superuser.query(
      `select a.state, count(*)::int as count from refresh_attempt a group by a.state`,
    );
    return rows;
  };

  it(
    'SIGTERM to the worker: every one of them is finished, none has an unknown outcome',
    { concurrent: false },
    async () => {
      const first = await deployment.startWorker({ WORKER_CONCURRENCY: String(count) });
      await refreshAll(5000);
      expect(await first.kill('SIGTERM')).toMatchObject({ success: true });
      await converge(deployment, 60);
      expect(await states(), await deployment.attempts()).toEqual([{ state: 'succeeded', count }]);
      expect(await deployment.refreshes(), await deployment.attempts()).toHaveLength(count);
    },
  );

  it(
    'PostgreSQL is away for 30 s: no token is lost, and none is presented twice',
    { concurrent: false },
    async ({ annotate }) => {
      await deployment.startWorker({ WORKER_CONCURRENCY: String(count) });
      await refreshAll(8000);
      const outage = await cutDatabase(deployment.database);
      await wait(outageMs);
      await outage.end();
      const seconds = await converge(deployment, 90);
      await annotate(`converged ${seconds.toFixed(1)} s after PostgreSQL was back`);
      const evidence = await deployment.attempts();
      for (const id of ids)
        expect(await deployment.outcome('lab_strict', id), evidence).toBe('refreshed by 1');
    },
  );
});
