import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '@latchkey/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutDatabase } from '../support/cut-database.ts';
import { eventually } from '../support/eventually.ts';
import { connect, finish } from '../support/flows.ts';
import { onBothTransports, openDeployment, type Deployment } from '../support/processes.ts';

onBothTransports(
  'A worker is killed while the database is away, with a token answer in its hands',
  (kind) => {
    let deployment: Deployment;

    beforeAll(async () => {
      deployment = await openDeployment(kind);
      await deployment.startApi();
    });

    afterAll(() => deployment.close());

    const spillFolder = () => join(deployment.env['DATA_DIR'] ?? '', 'spill');
    const spilled = () => readdirSync(spillFolder()).filter((name) => name.endsWith('.json'));
    const refreshes = () =>
      deployment.sandbox.control.log({ provider: 'sandbox', endpoint: 'token.refresh' });
    const query = async (text: string) => (await deployment.database.superuser.query(text)).rows;

    it('I3: the answer is on disk, the next worker adopts it, and the provider is not asked again', async () => {
      const { admin, sandbox } = deployment;
      const doomed = await deployment.startWorker();
      const { credential } = await connect(deployment, { provider: 'sandbox' });
      await sandbox.control.clearLog();
      await sandbox.control.addFault({
        provider: 'sandbox',
        endpoint: 'token.refresh',
        fault: 'delay',
        ms: 6000,
        phase: 'after',
      });
      const refresh = await admin.post(`/v1/credentials/${credential.id}/refresh`);
      expect(refresh.status, refresh.text).toBe(202);
      const { issued } = await eventually(
        async () => (await refreshes()).find(({ committed, delivered }) => committed && !delivered),
        { describe: 'the provider issues tokens and holds its answer back' },
      );

      const { end } = await cutDatabase(deployment.database);
      let file: string;
      try {
        await eventually(() => spilled().length === 1, {
          describe: 'the answer is in a file',
          timeoutMs: 20_000,
        });
        await doomed.kill('SIGKILL');
        file = readFileSync(join(spillFolder(), spilled()[0] ?? ''), 'utf8');
      } finally {
        await end();
      }
      expect(await query('select state from refresh_attempt')).toEqual([{ state: 'presented' }]);
      await deployment.startWorker();

      await eventually(async () => (await admin.get('/readyz')).status === 200, {
        describe: 'the API is back',
        timeoutMs: 20_000,
      });
      expect(await finish(admin, refresh.body.authorization.id, 60)).toMatchObject({ status: 'succeeded' });
      const { body } = await admin.get(`/v1/credentials/${credential.id}`);
      expect(body).toMatchObject({ status: 'active', health: 'ok', tokenVersion: 2 });
      const lease = await admin.post('/v1/leases', { provider: 'sandbox', minTtlSeconds: 0 });
      expect(lease.status, lease.text).toBe(200);
      expect(fingerprint(lease.body.accessToken)).toBe(issued?.accessToken);
      expect(await refreshes()).toHaveLength(1);
      expect(await query('select state from refresh_attempt')).toEqual([{ state: 'succeeded' }]);
      expect(await query('select source, fence from token_journal')).toEqual([
        { source: 'spill', fence: '1' },
      ]);
      expect(spilled()).toEqual([]);
      expect(file).not.toContain(lease.body.accessToken);
    });
  },
);
