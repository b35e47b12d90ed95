import { openEndpoint, type Endpoint } from '@latchkey/worker/endpoint.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/start/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { addKey, connect } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { openConnection } from '../support/refreshes.ts';
import { findSample, sampleOf } from '../support/samples.ts';
import { adminToken, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let endpoint: Endpoint;
let url: string;

beforeAll(async () => {
  stack = await startLabStack();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  endpoint = await openEndpoint(stack.worker, { host: '127.0.0.1', port });
});

afterAll(async () => {
  await endpoint.close();
  await stack.close();
});

beforeEach(() => stack.sandbox.control.clearFaults());

const fault = (effect: object, provider = 'sandbox') =>
  stack.sandbox.control.addFault({ provider, endpoint: 'token.refresh', ...effect } as Parameters<
    Stack['sandbox']['control']['addFault']
  >[0]);

const ofWorker = async () => (await fetch(`${url}/metrics`)).text();
const ofApi = async () => (await stack.admin.get('/metrics')).text;

/** By how much a counter of the worker rose during `work`, once it rose at all. */
async function rise(name: string, labels: Record<string, string>, work: () => Promise<unknown>) {
  const before = sampleOf(await ofWorker(), name, labels);
  await work();
  return eventually(async () => sampleOf(await ofWorker(), name, labels) - before, {
    describe: `${name} ${JSON.stringify(labels)} rises`,
  });
}

describe(`what a worker counts (${transport})`, () => {
  it('refreshes by outcome, with the time that the provider took', async () => {
    const connection = await openConnection(stack);
    const durations = 'latchkey_refresh_duration_seconds_count';
    const timed = sampleOf(await ofWorker(), durations, { provider: 'sandbox' });
    const labels = { provider: 'sandbox', outcome: 'succeeded', takeover: 'false' };
    expect(await rise('latchkey_refreshes_total', labels, () => connection.refreshed())).toBe(1);
    expect(sampleOf(await ofWorker(), durations, { provider: 'sandbox' })).toBe(timed + 1);
  });

  it('refusals, and the accounts that must be connected again', async () => {
    const connection = await openConnection(stack);
    await fault({ fault: 'invalid_grant' });
    const demands = () =>
      rise('latchkey_reauthorizations_required_total', { provider: 'sandbox', reason: 'grant_revoked' }, () =>
        connection.refreshed(),
      );
    const labels = { provider: 'sandbox', outcome: 'rejected', takeover: 'false' };
    expect(await rise('latchkey_refreshes_total', labels, async () => expect(await demands()).toBe(1))).toBe(
      1,
    );
  });

  it.each([
    ['a server error', { fault: 'server_error' }],
    ['a connection that is reset', { fault: 'reset_before_commit' }],
  ])('%s as a refresh without a known end', async (_name, effect) => {
    const connection = await openConnection(stack);
    await fault(effect);
    const labels = { provider: 'sandbox', outcome: 'unknown', takeover: 'false' };
    expect(await rise('latchkey_refreshes_total', labels, () => connection.refresh())).toBe(1);
  });

  it.each([
    ['presented again where that is safe', 'lab_none', 'present'],
    ['held back where that could cost the account', 'lab_strict', 'deferred'],
  ])('a token that a dead worker had presented, %s', async (_name, provider, decision) => {
    const { credential } = await connect(stack, { provider });
    await stack.database.superuser.query(
      `insert into refresh_attempt
        (id, workspace_id, credential_id, authorization_id, fence, token_version, grant_fingerprint, state)
       select 'att_of_the_dead_' || provider, workspace_id, id, 'auth_gone', fence, token_version, grant_fingerprint, 'presented'
       from credential where id = $1`,
      [credential.id],
    );
    const work = () => stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    expect(await rise('latchkey_refresh_takeovers_total', { provider, decision }, work)).toBe(1);
  });

  it('every result of a spill from the start, so that the first one is a rise', async () => {
    const text = await ofWorker();
    for (const result of ['written', 'full', 'failed', 'replayed'])
      expect(findSample(text, 'latchkey_spills_total', { result }), result).not.toBeNull();
  });
});

describe(`shared state at the time of the scrape (${transport})`, () => {
  it('how long a refresh has been due that no worker can claim', async () => {
    const overdue = async () => findSample(await ofWorker(), 'latchkey_refresh_due_overdue_seconds') ?? -1;
    const connection = await openConnection(stack);
    await eventually(async () => (await overdue()) === 0, { describe: 'nothing is due' });
    const { superuser } = stack.database;
    const due = `update credential set next_refresh_at = now() - interval '1 hour' where id = $1`;
    const lock = 'select next_refresh_at < now() as due from credential where id = $1 for update';
    try {
      // A claim skips a locked row. One that comes between the two statements is outrun the next time.
      const isDueAndLocked = async () => {
        await superuser.query('rollback');
        await superuser.query(due, [connection.id]);
        await superuser.query('begin');
        return (await superuser.query(lock, [connection.id])).rows[0].due;
      };
      await eventually(isDueAndLocked, { describe: 'it is due, and locked before a claim' });
      const late = async () => Math.floor((await overdue()) / 3600);
      expect(await eventually(late, { describe: 'it shows', timeoutMs: 20_000 })).toBe(1);
    } finally {
      await superuser.query('rollback');
    }
    await eventually(async () => (await overdue()) === 0, {
      describe: 'it was claimed, and nothing is due',
      timeoutMs: 20_000,
    });
  });

  it('the jobs that wait, and the gate that holds them back', async () => {
    const provider = 'lab_rolling';
    const { credential } = await connect(stack, { provider });
    await fault({ fault: 'rate_limited', retryAfterSeconds: 60 }, provider);
    await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    const labels = { queue: 'refresh-token', state: 'delayed' };
    for (const read of [ofWorker, ofApi]) {
      const delayed = async () => sampleOf(await read(), 'latchkey_queue_jobs', labels);
      expect(await eventually(delayed, { describe: 'a delayed job shows' })).toBeGreaterThan(0);
      const gate = async () => sampleOf(await read(), 'latchkey_provider_gate_open', { provider });
      expect(await eventually(gate, { describe: 'the open gate shows' })).toBe(1);
    }
  });
});

describe(`what the API counts (${transport})`, () => {
  it('leases that were served, and those that were refused, by code', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_leased' });
    const lease = (credentialId: string) =>
      stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId });
    const count = async (result: string) =>
      sampleOf(await ofApi(), 'latchkey_leases_total', { provider: 'sandbox', result });
    const before = { served: await count('served'), unknown: await count('credential_not_found') };
    expect((await lease(credential.id)).status).toBe(200);
    expect((await lease('cred_nobodys')).status).toBe(404);
    expect(await count('served')).toBe(before.served + 1);
    expect(await count('credential_not_found')).toBe(before.unknown + 1);
    expect(findSample(await ofApi(), 'latchkey_leases_waiting')).toBe(0);
  });
});

describe(`what no series says (${transport})`, () => {
  it('no id, token, name or address that came from outside', async () => {
    const made = await stack.admin.post('/v1/workspaces', { name: 'canary workspace' });
    const inside = { headers: { 'x-workspace': made.body.id } };
    const key = { provider: 'sandbox', fields: { apiKey: 'sbx_valid_canary' }, name: 'canary credential' };
    const added = await stack.admin.post('/v1/credentials', key, inside);
    await eventually(
      async () =>
        (await stack.admin.get(`/v1/credentials/${added.body.credential.id}`, inside)).body.status ===
        'active',
      { describe: 'the key is accepted' },
    );
    expect((await stack.admin.post('/v1/leases', { provider: 'sandbox' }, inside)).status).toBe(200);
    const unknown = await stack.admin.post('/v1/leases', { provider: 'canary_provider' }, inside);
    expect(unknown.status).toBe(404);
    await (await openConnection(stack)).refreshed();
    for (const text of [await ofWorker(), await ofApi()]) {
      expect(text).toContain('latchkey_');
      expect(text).not.toMatch(/canary|127\.0\.0\.1/);
      expect(text).not.toMatch(/\b(ws|cred|auth|lease|evt|aud|st|ses|att|jrn|dk|req)_[0-9a-z]{20,}/);
      expect(text).not.toContain(adminToken);
      expect(text).not.toMatch(/\blk_|sbx_/);
    }
  });
});
