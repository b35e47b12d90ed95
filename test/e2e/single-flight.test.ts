import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../support/flows.ts';
import { onBothTransports, openDeployment, type ApiProcess, type Deployment } from '../support/processes.ts';
import { secondsSince } from '../support/seconds-since.ts';

const callersPerProcess = 50;

onBothTransports('Four API processes and two workers', (kind) => {
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

  it('D52: 200 leases at once of one expired, strictly rotating token cause one refresh, and all are served', async ({
    annotate,
  }) => {
    const { credential } = await connect(deployment, { provider: 'sandbox' });
    await deployment.database.superuser.query(
      `update credential set expires_at = now() - interval '1 minute' where id = $1`,
      [credential.id],
    );
    await deployment.sandbox.control.clearLog();
    // Slow enough that everybody has asked before there is an answer.
    await deployment.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms: 500,
    });
    const started = performance.now();
    const leases = await Promise.all(
      apis.flatMap(({ admin }) =>
        Array.from({ length: callersPerProcess }, () =>
          admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id, waitSeconds: 30 }),
        ),
      ),
    );
    await annotate(`200 leases of an expired token: ${secondsSince(started).toFixed(1)} s`);
    expect(leases.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
    expect(new Set(leases.map(({ body }) => body.accessToken)).size).toBe(1);
    expect(await deployment.sandbox.control.log({ endpoint: 'token.refresh' })).toMatchObject([
      { outcome: 'succeeded' },
    ]);
    // Nor is another one waiting for its turn.
    const { rows } = await deployment.database.superuser.query(
      `select status from "authorization" where kind = 'refresh_token'`,
    );
    expect(rows).toEqual([{ status: 'succeeded' }]);
  });
});
