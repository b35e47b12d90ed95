import { newId } from '@latchkey/core/ids.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { connect, finish } from '../support/flows.ts';
import { signInAs } from '../support/people.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import { sealed } from '../support/tamper.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const run = (text: string, values: unknown[] = []) => stack.database.superuser.query(text, values);

async function addKey(client: Client, apiKey: string, body = {}): Promise<string> {
  const added = await client.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey }, ...body });
  expect(added.status, added.text).toBe(202);
  await finish(client, added.body.authorization.id);
  return added.body.credential.id;
}

async function overview(client: Client, period: string) {
  const { status, body, text } = await client.get(`/v1/overview?period=${period}`);
  expect(status, text).toBe(200);
  return body;
}

/** Adds up a number over all parts of a period. */
const sum = (body: { buckets: object[] }, read: (bucket: never) => number) =>
  body.buckets.reduce((total, bucket) => total + read(bucket as never), 0);

interface Bucket {
  readonly at: string;
  readonly refreshes: Record<string, number>;
  readonly leases: { issued: number; perMinute: number; estimated: boolean };
  readonly jobs: { finished: number; waitP50Ms: number | null; runP95Ms: number | null };
  readonly backlog: { oldestSeconds: number };
}

describe(`how a workspace does (${transport})`, () => {
  it.each([
    ['1h', 60, 60],
    ['24h', 96, 900],
    ['7d', 84, 7200],
  ])(
    'over %s comes in %i parts of %i seconds, of which the last holds this moment',
    async (period, count, seconds) => {
      const { client } = await inNewWorkspace(stack);
      const asked = Date.now();
      const body = await overview(client, period);
      expect(body).toMatchObject({ period, bucketSeconds: seconds });
      const times = body.buckets.map(({ at }: Bucket) => Date.parse(at));
      expect(times).toHaveLength(count);
      expect(new Set(times.slice(1).map((time: number, index: number) => time - times[index]))).toEqual(
        new Set([seconds * 1000]),
      );
      expect(times[0]).toBe(Date.parse(body.from));
      expect(Date.parse(body.to) - times.at(-1)).toBe(seconds * 1000);
      expect(Date.parse(body.to)).toBeGreaterThan(asked - 1000);
      expect(sum(body, ({ jobs }: Bucket) => jobs.finished)).toBe(0);
    },
  );

  it('console A19: counts refreshes by outcome, leases, and how long work waited and took', async () => {
    const { client } = await inNewWorkspace(stack);
    const { credential } = await connect({ ...stack, admin: client }, { provider: 'sandbox' });
    const refresh = await client.post(`/v1/credentials/${credential.id}/refresh`);
    await finish(client, refresh.body.authorization.id);
    for (let index = 0; index < 3; index += 1)
      await client.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    await sealed(stack);
    const body = await overview(client, '24h');
    expect(sum(body, ({ refreshes }: Bucket) => refreshes['succeeded'] ?? 0)).toBe(1);
    expect(sum(body, ({ refreshes }: Bucket) => refreshes['rejected'] ?? 0)).toBe(0);
    expect(sum(body, ({ leases }: Bucket) => leases.issued)).toBe(3);
    // An exchange and a refresh.
    expect(sum(body, ({ jobs }: Bucket) => jobs.finished)).toBe(2);
    const busy = body.buckets.filter(({ jobs }: Bucket) => jobs.finished > 0);
    for (const { jobs } of busy) {
      expect(jobs.runP95Ms).toBeGreaterThan(0);
      expect(jobs.runP50Ms).toBeLessThanOrEqual(jobs.runP95Ms);
    }
    expect(busy.some(({ jobs }: Bucket) => jobs.waitP50Ms !== null && jobs.waitP50Ms < 20_000)).toBe(true);
    expect(busy.every(({ leases }: Bucket) => !leases.estimated)).toBe(true);
  });

  it('puts what happened earlier into its part, also what waited through several', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    // One minute for all of it, also where another one begins meanwhile.
    const [{ now }] = (await run(`select date_trunc('minute', now()) as now`)).rows;
    const finished = (minutes: number, waited: number) =>
      run(
        `insert into "authorization" (id, workspace_id, kind, status, provider, reason, requested_by, key_salt, attempts, created_at, started_at, finished_at)
         select $1, $2, 'refresh_token', 'succeeded', 'sandbox', 'schedule', 'x', '\\x00', 1,
           begun - make_interval(secs => $4), begun, begun + interval '2 seconds'
         from (select $5::timestamptz - make_interval(mins => $3) + interval '10 seconds' as begun) one`,
        [newId('authorization'), workspaceId, minutes, waited, now],
      );
    await finished(10, 130);
    await finished(20, 1);
    const lease = (minutes: number, action: string, sequence: number) =>
      run(
        `insert into audit_entry (id, workspace_id, at, actor_type, actor_id, actor_name, action, subject, outcome, data, sequence)
         values ($1, $2, $6::timestamptz - make_interval(mins => $3) + interval '30 seconds', 'x', 'x', 'x', $4, 'x', 'success', '{}', $5)`,
        [newId('audit'), workspaceId, minutes, action, 1000 + sequence, now],
      );
    await lease(30, 'lease.issue', 1);
    await lease(30, 'token.refresh', 2);
    await lease(29, 'lease.issue', 3);
    await lease(29, 'lease.issue', 4);
    await lease(5, 'credential.create', 5);

    const body = await overview(client, '1h');
    const ago = (minutes: number): Bucket =>
      body.buckets.find(({ at }: Bucket) => Date.parse(at) === now.getTime() - minutes * 60_000);
    expect(ago(10).jobs).toEqual({
      finished: 1,
      waitP50Ms: 130_000,
      waitP95Ms: 130_000,
      runP50Ms: 2000,
      runP95Ms: 2000,
    });
    expect([13, 12, 11, 10, 9].map((minutes) => ago(minutes).backlog.oldestSeconds)).toEqual([
      0, 60, 120, 130, 0,
    ]);
    expect(ago(20)).toMatchObject({ jobs: { finished: 1, waitP50Ms: 1000 }, backlog: { oldestSeconds: 1 } });
    expect([31, 30, 29, 28, 5].map((minutes) => ago(minutes).leases.issued)).toEqual([0, 1, 2, 0, 0]);
    expect(ago(29).leases.perMinute).toBe(2);
  });

  it('counts more leases than it looks at by their share', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    // Ten thousand in one part, the others in the next.
    await run(
      `insert into audit_entry (id, workspace_id, at, actor_type, actor_id, actor_name, action, subject, outcome, data, sequence)
       select 'aud_' || n || $1, $1, date_trunc('minute', now()) - interval '5 minutes' + n * interval '6 milliseconds', 'x', 'x', 'x',
         case when n % 4 = 0 then 'token.refresh' else 'lease.issue' end, 'x', 'success', '{}', 1000 + n
       from generate_series(1, 12001) n`,
      [workspaceId],
    );
    const body = await overview(client, '1h');
    const [part] = body.buckets.filter(({ leases }: Bucket) => leases.issued > 0);
    expect(part.leases.estimated).toBe(true);
    expect(part.leases.issued).toBeGreaterThan(7_490);
    expect(part.leases.issued).toBeLessThan(7_510);
  });

  it('console A4: counts the credentials that the caller sees, and who must act for some of them', async () => {
    const { client } = await inNewWorkspace(stack);
    await addKey(client, 'sbx_valid_1');
    await addKey(client, 'sbx_rejected_1');
    const broken = await addKey(client, 'sbx_valid_2');
    await run(
      `update credential set last_error_code = 'client_misconfigured', health = 'refresh_failing' where id = $1`,
      [broken],
    );
    const body = await overview(client, '1h');
    expect(body.credentials).toEqual({
      total: 3,
      byStatus: { pending: 0, active: 2, reauthorization_required: 0, invalid: 1, revoking: 0 },
      refreshFailing: 1,
    });
    expect(body.needSomeone).toEqual({ total: 2, user: 1, admin: 1 });
  });

  it('leaves out of its counts what is private to somebody else', async () => {
    const ada = (await signInAs(stack, 'ada@corp.test', 'editor')).client;
    const alan = (await signInAs(stack, 'alan@corp.test', 'editor')).client;
    const before = (await overview(alan, '1h')).credentials.total;
    await addKey(ada, 'sbx_valid_1', { visibility: 'private' });
    expect((await overview(ada, '1h')).credentials.total).toBe(before + 1);
    expect((await overview(alan, '1h')).credentials.total).toBe(before);
  });

  it('shows a backlog while it waits', async () => {
    const { client } = await inNewWorkspace(stack);
    await stack.admin.post('/v1/queues/validate-key/pause');
    await client.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey: 'sbx_valid_1' } });
    const waited = await eventually(
      async () => {
        const { buckets } = await overview(client, '1h');
        return buckets.at(-1).backlog.oldestSeconds > 1 ? buckets.at(-1) : null;
      },
      { describe: 'it is seen to wait', timeoutMs: 20_000 },
    );
    expect(waited.jobs.finished).toBe(0);
    await stack.admin.post('/v1/queues/validate-key/resume');
  });

  it('other periods are 400', async () => {
    expect(await stack.admin.get('/v1/overview?period=1y')).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });
});
