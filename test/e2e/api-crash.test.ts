import { afterAll, beforeAll, expect, it } from 'vitest';
import { relayLock } from '@latchkey/core/events/relay-lock.ts';
import { allSequences, converge, firstSequences } from '../support/converge.ts';
import { onBothTransports, openDeployment, type Deployment } from '../support/processes.ts';

/** A worker's relay sweeps every second or so. */
const limitSeconds = 60;

onBothTransports('The API is killed between the commit and the queue', (kind) => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment(kind);
  });

  afterAll(() => deployment.close());

  it('F48: what it has answered 202 for is published by another process and comes to its end', async ({
    annotate,
  }) => {
    const { admin, database } = deployment;
    const [api] = await Promise.all([deployment.startApi(), deployment.startWorker()]);
    // Nobody publishes while this connection has the relay's lock.
    await database.superuser.query('select pg_advisory_lock($1)', [relayLock]);
    const names = Array.from({ length: 10 }, (_, index) => `key ${index}`);
    const added = await Promise.all(
      names.map((name) =>
        admin.post('/v1/credentials', {
          provider: 'sandbox',
          name,
          fields: { apiKey: `sbx_valid_${name.replaceAll(' ', '')}` },
        }),
      ),
    );
    expect(added.map(({ status }) => status)).toEqual(names.map(() => 202));
    await api.kill('SIGKILL');
    const { rows: left } = await database.superuser.query(
      `select count(*)::int as count from event where type = 'latchkey.authorization.queued' and published_at is null`,
    );
    expect(left[0].count).toBe(names.length);
    expect(await deployment.sandbox.control.log({ endpoint: 'key_check' })).toEqual([]);

    await database.superuser.query('select pg_advisory_unlock($1)', [relayLock]);
    const seconds = await converge(deployment, limitSeconds);
    await annotate(`API killed before the queue: ${seconds.toFixed(1)} s`);

    await deployment.startApi();
    const { body } = await admin.get('/v1/credentials?limit=100');
    expect(body.items.map(({ status }: { status: string }) => status)).toEqual(names.map(() => 'active'));
    expect(await deployment.sandbox.control.log({ endpoint: 'key_check' })).toHaveLength(names.length);
    const sequences = await allSequences(admin, deployment);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences).toEqual(firstSequences(sequences.length));
  });
});
