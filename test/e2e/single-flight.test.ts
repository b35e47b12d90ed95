import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { connect } from '../support/flows.ts';
import { openDeployment, type ApiProcess, type Deployment } from '../support/processes.ts';
import { secondsSince } from '../support/seconds-since.ts';
import { hasRedisServer } from '../support/services/local-redis.ts';
import { watchConnections } from '../support/watch-connections.ts';

const leases = 1000;
const providerDelayMs = 12_000;

// One transport after the other: this is work, not waiting.
for (const kind of ['postgres', 'redis'] as const) {
  describe.skipIf(kind === 'redis' && !hasRedisServer())(
    `Four API processes and two workers (${kind})`,
    () => {
      let deployment: Deployment;
      let apis: ApiProcess[];

      beforeAll(async () => {
        deployment = await openDeployment(kind);
        const first = await deployment.startApi();
        const [others] = await Promise.all([
          Promise.all([1, 2, 3].map(() => deployment.startApi())),
          Promise.all([1, 2].map(() => deployment.startWorker())),
        ]);
        apis = [first, ...others];
      });

      afterAll(() => deployment.close());

      async function leasesWaiting(): Promise<number> {
        const waiting = await Promise.all(
          apis.map(async ({ admin }) => {
            const { text } = await admin.get('/metrics');
            return Number(/^latchkey_leases_waiting (\d+)$/m.exec(text)?.[1]);
          }),
        );
        return waiting.reduce((sum, count) => sum + count, 0);
      }

      it('F52: 1000 leases at once of one expired, strictly rotating token cause one refresh, hold no connection while they wait, and are all served', async ({
        annotate,
      }) => {
        const { credential } = await connect(deployment, { provider: 'sandbox' });
        await deployment.database.superuser.query(
          `update credential set expires_at = now() - interval '1 minute' where id = $1`,
          [credential.id],
        );
        await deployment.sandbox.control.clearLog();
        // Slow enough that everybody waits before there is an answer.
        await deployment.sandbox.control.addFault({
          provider: 'sandbox',
          endpoint: 'token.refresh',
          fault: 'delay',
          ms: providerDelayMs,
        });
        const started = performance.now();
        const asked = Array.from({ length: leases / apis.length }, () => apis)
          .flat()
          .map(({ admin }) =>
            admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id, waitSeconds: 60 }),
          );
        await eventually(async () => (await leasesWaiting()) === leases, {
          describe: 'all of them wait',
          timeoutMs: providerDelayMs,
          intervalMs: 200,
        });
        const connections = watchConnections(deployment.database);
        await eventually(
          async () => (await deployment.sandbox.control.log({ endpoint: 'token.refresh' }))[0]?.endedAt,
          { describe: 'the provider has answered', timeoutMs: 20_000 },
        );
        const peaks = await connections.stop();
        const answers = await Promise.all(asked);
        await annotate(`${leases} leases of an expired token: ${secondsSince(started).toFixed(1)} s`);
        await annotate(`connections to PostgreSQL while they waited: ${JSON.stringify(peaks)}`);

        expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
        expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1);
        expect(await deployment.sandbox.control.log({ endpoint: 'token.refresh' })).toMatchObject([
          { outcome: 'succeeded' },
        ]);
        // Nor is another one waiting for its turn.
        const { rows } = await deployment.database.superuser.query(
          `select status from "authorization" where kind = 'refresh_token'`,
        );
        expect(rows).toEqual([{ status: 'succeeded' }]);
        // Leases that held a connection would fill the pools of all four processes, 40 together.
        expect(peaks.samples).toBeGreaterThan(0);
        expect(peaks.held, peaks.heldBy.join('\n')).toBeLessThan(apis.length);
        expect(peaks.busy).toBeLessThanOrEqual(12);
      });
    },
  );
}
