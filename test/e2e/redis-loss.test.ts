import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSequences, converge, firstSequences } from '../support/converge.ts';
import { subscribe } from '../support/subscriber.ts';
import { eventually } from '../support/eventually.ts';
import { openDeployment, type Deployment } from '../support/processes.ts';
import { hasRedisServer } from '../support/services/local-redis.ts';

/** The reconciler looks every 5 s for what is 10 s late; a provider that asked for 5 s is asked again after that. */
const limitSeconds = 60;

describe.skipIf(!hasRedisServer())('Redis loses all it knows', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment('redis');
    await deployment.startApi();
  });

  afterAll(() => deployment.close());

  async function addKeys(prefix: string, count: number): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
    const added = await Promise.all(
      names.map((name) =>
        deployment.admin.post('/v1/credentials', {
          provider: 'sandbox',
          name,
          fields: { apiKey: `sbx_valid_${name.replaceAll(' ', '')}` },
        }),
      ),
    );
    expect(added.map(({ status }) => status)).toEqual(names.map(() => 202));
  }

  const jobs = (list: 'wait' | 'delayed') =>
    deployment.redis?.run((redis) => {
      const key = `{latchkey}:validate-key:${list}`;
      return list === 'wait' ? redis.llen(key) : redis.zcard(key);
    });

  async function statuses() {
    const { rows } = await deployment.database.superuser.query(
      'select status, count(*)::int from credential group by status',
    );
    return rows;
  }

  it('F50: FLUSHALL with 20 waiting and 3 delayed jobs: everything converges, and no event is missing', async ({
    annotate,
  }) => {
    const { admin, redis, sandbox } = deployment;
    const worker = await deployment.startWorker();
    await sandbox.control.addFault({
      provider: 'sandbox',
      fault: 'rate_limited',
      retryAfterSeconds: 5,
      times: 3,
    });
    await addKeys('delayed', 3);
    await eventually(async () => (await jobs('delayed')) === 3, { describe: 'three jobs are delayed' });
    await worker.stop();
    await addKeys('waiting', 20);
    await eventually(async () => (await jobs('wait')) === 20, { describe: 'twenty jobs wait' });

    await redis?.run((connection) => connection.flushall());
    await deployment.startWorker();
    const seconds = await converge(deployment, limitSeconds);
    await annotate(`FLUSHALL with 23 jobs: ${seconds.toFixed(1)} s after the worker was ready`);
    expect(await statuses()).toEqual([{ status: 'active', count: 23 }]);
    const sequences = await allSequences(admin, deployment);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences).toEqual(firstSequences(sequences.length));
  });

  it('F50, F51: kill -9 and an empty restart under load: everything converges, a subscriber sees each event once, in order', async ({
    annotate,
  }) => {
    const { admin, env, redis, sandbox, url } = deployment;
    const before = await allSequences(admin, deployment);
    const subscriber = subscribe(url, String(env['LATCHKEY_ADMIN_TOKEN']));
    try {
      // Jobs are active, waiting and being added when it happens.
      await sandbox.control.addFault({
        provider: 'sandbox',
        endpoint: 'key_check',
        fault: 'delay',
        ms: 1000,
        times: 20,
      });
      await addKeys('active', 20);
      await redis?.kill();
      await addKeys('while it is away', 10);
      await redis?.start();
      await addKeys('after', 10);
      const seconds = await converge(deployment, limitSeconds);
      await annotate(`redis-server killed and empty: ${seconds.toFixed(1)} s after it was back`);
      expect(await statuses()).toEqual([{ status: 'active', count: 23 + 40 }]);

      const events = await allSequences(admin, deployment);
      expect(events.length).toBeGreaterThan(before.length + 40 * 3);
      expect(events).toEqual(firstSequences(events.length));
      await eventually(() => subscriber.sequences.length >= events.length, {
        describe: 'the subscriber has caught up',
        timeoutMs: 20_000,
      });
      expect(subscriber.sequences).toEqual(events);
    } finally {
      await subscriber.close();
    }
  });
});
