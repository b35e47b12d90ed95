import { peakConcurrency } from '@latchkey/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canMoveClock, movedClock } from '../chaos/world/clock.ts';
import { converge } from '../support/converge.ts';
import { eventually } from '../support/eventually.ts';
import { finish } from '../support/flows.ts';
import { openLabDeployment, type LabDeployment } from '../support/lab-deployment.ts';
import { onBothTransports } from '../support/processes.ts';

if (!canMoveClock) process.stderr.write('skipped without libfaketime: hosts whose clocks are off\n');

onBothTransports('Hosts whose clocks are off by 5 minutes', (kind) => {
  let deployment: LabDeployment;

  beforeAll(async () => {
    if (!canMoveClock) return;
    deployment = await openLabDeployment(kind);
    await deployment.startApi(movedClock('+5m'));
    await Promise.all([deployment.startWorker(movedClock('+5m')), deployment.startWorker(movedClock('-5m'))]);
  });

  afterAll(async () => deployment?.close());

  it.skipIf(!canMoveClock)(
    'F56: a token is refreshed when PostgreSQL says so, once, one at a time, and every lease is served',
    async () => {
      const { admin, database } = deployment;
      const provider = 'lab_strict';
      const lease = (credentialId: string) =>
        admin.post('/v1/leases', { provider, credentialId, minTtlSeconds: 60, waitSeconds: 30 });
      const id = await deployment.connect(provider, 240);
      // 240 s to live: a clock that is ahead would call it dead, one that is behind would let it live for 9 minutes.
      expect((await lease(id)).status).toBe(200);
      expect(await deployment.refreshes()).toEqual([]);
      await database.superuser.query(
        `update credential set expires_at = now() - interval '1 second' where id = $1`,
        [id],
      );
      const leases = await Promise.all(Array.from({ length: 20 }, () => lease(id)));
      expect(leases.map(({ status }) => status)).toEqual(leases.map(() => 200));
      expect(await deployment.refreshes(), await deployment.attempts()).toHaveLength(1);

      for (const version of [3, 4, 5]) {
        // A lease that asked late may have queued one more, of the old token: what is at work then is not queued again.
        await converge(deployment, 60);
        await database.superuser.query('update credential set next_refresh_at = now() where id = $1', [id]);
        await eventually(
          async () => (await admin.get(`/v1/credentials/${id}`)).body.tokenVersion === version,
          { describe: `the schedule has brought version ${version}`, timeoutMs: 60_000 },
        );
      }
      const asked = await admin.post(`/v1/credentials/${id}/refresh`);
      expect(await finish(admin, asked.body.authorization.id, 60)).toMatchObject({ status: 'succeeded' });
      const refreshes = await deployment.refreshes();
      expect(refreshes, await deployment.attempts()).toHaveLength(5);
      expect(peakConcurrency(refreshes)).toBe(1);
      expect(await deployment.outcome(provider, id)).toBe('refreshed by 5');
      expect(await deployment.attempts()).not.toMatch(/"(?:unknown|rejected|not_sent)"/);
    },
  );
});
