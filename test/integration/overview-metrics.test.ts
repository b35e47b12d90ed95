import { openEndpoint, type Endpoint } from '@latchkey/worker/endpoint.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/start/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { addKey } from '../support/flows.ts';
import { openConnection } from '../support/refreshes.ts';
import { sampleOf, sumOf } from '../support/samples.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let endpoint: Endpoint;
let worker: string;

beforeAll(async () => {
  stack = await startStack();
  // No refresh but those of the test.
  await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
  const port = await freePort();
  worker = `http://127.0.0.1:${port}`;
  endpoint = await openEndpoint(stack.worker, { host: '127.0.0.1', port });
});

afterAll(async () => {
  await endpoint.close();
  await stack.close();
});

const ofWorker = async () => (await fetch(`${worker}/metrics`)).text();
const ofApi = async () => (await stack.admin.get('/metrics')).text;
const overview = async () => (await stack.admin.get('/v1/overview?period=1h')).body;
const post = (queue: string, action: string) => stack.admin.post(`/v1/queues/${queue}/${action}`);

/** What a refresh met with, and with it what became of its presentation. */
const faults = [null, null, { fault: 'invalid_grant' }, { fault: 'server_error' }] as const;

async function refreshOnce(fault: (typeof faults)[number]): Promise<void> {
  const connection = await openConnection(stack);
  if (fault !== null)
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      times: 1,
      ...fault,
    });
  await connection.refresh();
  await eventually(
    async () => (await stack.admin.get(`/v1/credentials/${connection.id}/attempts`)).body.items.length > 0,
    { describe: 'it was presented' },
  );
}

// As the API has them.
// oxlint-disable-next-line typescript/no-explicit-any
type Bucket = any;

/** Adds up the parts of the chart. */
const sum = (buckets: readonly Bucket[], read: (bucket: Bucket) => number) =>
  buckets.reduce((total, bucket) => total + read(bucket), 0);

describe(`the numbers of the overview and those of /metrics (${transport})`, () => {
  it('console A19: refreshes are the same by outcome', async () => {
    for (const fault of faults) await refreshOnce(fault);
    const ofChart = async () => {
      const { buckets } = await overview();
      const of = (name: string) => sum(buckets, ({ refreshes }) => refreshes[name]);
      return {
        succeeded: of('succeeded'),
        rejected: of('rejected'),
        unknown: of('unknown'),
        not_sent: of('notSent'),
      };
    };
    const ofMetrics = async () => {
      const text = await ofWorker();
      const of = (outcome: string) => sumOf(text, 'latchkey_refreshes_total', { outcome });
      return {
        succeeded: of('succeeded'),
        rejected: of('rejected'),
        unknown: of('unknown'),
        not_sent: of('not_sent'),
      };
    };
    // What met with an error is tried again by itself: both go on until that has ended.
    const same = await eventually(
      async () => {
        const [counted, charted] = [await ofMetrics(), await ofChart()];
        const isOver = counted.succeeded >= 2 && counted.rejected === 1 && counted.unknown >= 1;
        return isOver && JSON.stringify(counted) === JSON.stringify(charted) ? counted : null;
      },
      { describe: 'chart and metrics agree', timeoutMs: 90_000 },
    );
    expect(same).toMatchObject({ rejected: 1, not_sent: 0 });
  }, 180_000);

  it('console A19: leases are those that were served', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_leased' });
    const lease = (credentialId: string) =>
      stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId });
    const served = async () => sumOf(await ofApi(), 'latchkey_leases_total', { result: 'served' });
    const before = await served();
    for (let index = 0; index < 3; index += 1) expect((await lease(credential.id)).status).toBe(200);
    expect((await lease('cred_nobodys')).status).toBe(404);
    const after = await served();
    expect(after).toBe(before + 3);
    const charted = async () => sum((await overview()).buckets, ({ leases }) => leases.issued);
    await eventually(async () => (await charted()) === after, {
      describe: 'all are in the audit and the chart',
    });
  });

  it('console A19: jobs and how long the oldest has waited', async () => {
    await post('validate-key', 'pause');
    const added = [];
    for (let index = 0; index < 2; index += 1)
      added.push(
        await stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey: 'sbx_valid_1' } }),
      );
    // Half an hour from any other number of hours, however slow the machine.
    await stack.database.superuser.query(
      `update "authorization" set next_attempt_at = now() - interval '90 minutes' where id = $1`,
      [added[0]?.body.authorization.id],
    );
    const hours = (seconds: number) => Math.floor(seconds / 3600);
    const names = ['validate-key', 'exchange-code', 'refresh-token', 'revoke'];
    const ofMetrics = (text: string) =>
      names.map((queue) => [
        ...['waiting', 'active', 'delayed'].map((state) =>
          sampleOf(text, 'latchkey_queue_jobs', { queue, state }),
        ),
        hours(sampleOf(text, 'latchkey_queue_oldest_waiting_seconds', { queue })),
      ]);
    const ofQueues = async () =>
      (await stack.admin.get('/v1/queues')).body.items.map((queue: Bucket) => [
        queue.waiting,
        queue.active,
        queue.delayed,
        hours(queue.oldestWaitingSeconds ?? 0),
      ]);
    for (const read of [ofWorker, ofApi])
      await eventually(
        async () => {
          const [shown, listed] = [ofMetrics(await read()), await ofQueues()];
          return listed[0][0] === 2 && JSON.stringify(shown) === JSON.stringify(listed);
        },
        { describe: 'metrics and queues agree', timeoutMs: 20_000 },
      );
    expect((await ofQueues())[0]).toEqual([2, 0, 0, 1]);
    await eventually(async () => hours((await overview()).buckets.at(-1).backlog.oldestSeconds) === 1, {
      describe: 'the chart shows the same age',
      timeoutMs: 20_000,
    });
    await post('validate-key', 'resume');
  });
});
