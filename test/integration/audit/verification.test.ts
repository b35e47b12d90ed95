import { startSchedules } from '@latchkey/worker/schedules.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { findSample } from '../../support/samples.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { sealed, tamper } from '../../support/tamper.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { AUDIT_RETENTION_DAYS: '90' } });
});

afterAll(() => stack.close());

/** A workspace whose audit has some entries, sealed. */
async function withEntries(count: number) {
  const { workspaceId, client } = await inNewWorkspace(stack);
  for (let made = 0; made < count; made += 1)
    await client.post('/v1/service-tokens', { name: `token ${made}`, role: 'viewer' });
  await sealed(stack);
  return { workspaceId, client };
}

const verify = async (client: Client, query = '') =>
  (await client.get(`/v1/audit/verification${query}`)).body;

describe(`GET /v1/audit/verification (${transport})`, () => {
  it('says that it is intact, how many entries there are, and where it ends', async () => {
    const { client } = await withEntries(4);
    const { body: head } = await client.get('/v1/audit/head');
    const { items } = (await client.get('/v1/audit?limit=200')).body;
    expect(head).toEqual({ sequence: items.at(-1).sequence, hash: items.at(-1).hash });
    expect(await verify(client)).toEqual({
      intact: true,
      problem: null,
      entries: items.length,
      head,
      anchor: null,
      unsealed: { entries: 0, oldestSeconds: 0, overdue: false },
    });
    expect(await verify(client, `?head=${head.sequence}:${head.hash}`)).toMatchObject({ intact: true });
  });

  it('names the first entry that is not as it was sealed, and what is wrong with it', async () => {
    const { client, workspaceId } = await withEntries(6);
    await tamper(stack, `update audit_entry set subject = 'x' where workspace_id = $1 and sequence = 5`, [
      workspaceId,
    ]);
    expect(await verify(client)).toMatchObject({
      intact: false,
      problem: { sequence: '00000000000000000005', kind: 'changed' },
    });
    await tamper(stack, `delete from audit_entry where workspace_id = $1 and sequence = 3`, [workspaceId]);
    expect(await verify(client)).toMatchObject({
      intact: false,
      problem: { sequence: '00000000000000000003', kind: 'missing' },
    });
    // Somebody else's chain is somebody else's.
    const neighbour = await withEntries(1);
    expect(await verify(neighbour.client)).toMatchObject({ intact: true });
  });

  it('counts what waits for its seal, and calls it overdue', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const { superuser } = stack.database;
    // The sealer works under this lock.
    await superuser.query('select pg_advisory_lock($1)', [0x6175646974]);
    try {
      const answers = await Promise.all(
        [1, 2, 3].map((n) => client.post('/v1/service-tokens', { name: `t${n}`, role: 'viewer' })),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      const waiting = await verify(client);
      expect(waiting).toMatchObject({ intact: true, unsealed: { overdue: false } });
      expect(waiting.unsealed.entries).toBeGreaterThanOrEqual(3);
      await tamper(
        stack,
        `update audit_entry set at = at - interval '2 minutes' where workspace_id = $1 and sequence is null`,
        [workspaceId],
      );
      expect(await verify(client)).toMatchObject({ intact: true, unsealed: { overdue: true } });
      const metrics = (await stack.admin.get('/metrics')).text;
      expect(findSample(metrics, 'latchkey_audit_unsealed_entries')).toBeGreaterThanOrEqual(3);
      expect(findSample(metrics, 'latchkey_audit_unsealed_seconds')).toBeGreaterThan(60);
    } finally {
      await superuser.query('select pg_advisory_unlock($1)', [0x6175646974]);
    }
    await sealed(stack);
    expect(await verify(client)).toMatchObject({ intact: true, unsealed: { entries: 0, overdue: false } });
  });

  it('starts from where retention has cut the chain', async () => {
    const { client, workspaceId } = await withEntries(5);
    await tamper(stack, `update audit_entry set at = at - interval '100 days' where workspace_id = $1`, [
      workspaceId,
    ]);
    // The times are covered by the hashes: sealed anew, they are what was sealed.
    await tamper(
      stack,
      `update audit_entry set sequence = null, previous_hash = null, hash = null where workspace_id = $1`,
      [workspaceId],
    );
    await tamper(stack, `update workspace set audit_sequence = 0, audit_hash = null where id = $1`, [
      workspaceId,
    ]);
    await sealed(stack);
    const { sequence, hash } = (await client.get('/v1/audit/head')).body;
    // Another worker, as it were: what is due is done at its start.
    const schedules = startSchedules(stack.worker, { concurrency: 1 });
    await eventually(async () => (await verify(client)).anchor !== null, { describe: 'it was pruned' });
    await schedules.close();
    await sealed(stack);
    expect(await verify(client)).toMatchObject({
      intact: true,
      entries: 1,
      anchor: { sequence, hash, prunedAt: expect.stringMatching(/Z$/) },
    });
    const { items } = (await client.get('/v1/audit')).body;
    expect(items).toMatchObject([{ action: 'audit.prune', data: { upToSequence: Number(sequence), hash } }]);
  });

  it.each(['', '12', 'x:y', `1:${'z'.repeat(64)}`])('refuses the head %j', async (head) => {
    const answer = await stack.admin.get(`/v1/audit/verification?head=${head}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

describe(`GET /v1/audit by filter (${transport})`, () => {
  it('finds by action, outcome and time, together with everything else', async () => {
    const { client, workspaceId } = await withEntries(3);
    const { body } = await client.post('/v1/service-tokens', { name: 'curious', role: 'viewer' });
    await stack.clientWith(body.token).post('/v1/leases', { provider: 'sandbox' });
    await sealed(stack);
    const find = async (query: string) =>
      (await client.get(`/v1/audit?limit=200&${query}`)).body.items.map(
        ({ action }: { action: string }) => action,
      );
    const all = (await client.get('/v1/audit?limit=200')).body.items;
    expect(await find('outcome=refused')).toEqual(['permission.refuse']);
    expect(await find('action=permission.refuse')).toEqual(['permission.refuse']);
    expect(await find('action=permission.refuse&outcome=success')).toEqual([]);
    expect(await find(`action=service_token.create&actor=bootstrap`)).toHaveLength(1);
    expect(await find('action=service_token.create')).toHaveLength(5);
    await tamper(
      stack,
      `update audit_entry set at = at - make_interval(days => 10 - sequence::int) where workspace_id = $1`,
      [workspaceId],
    );
    const at = (await client.get('/v1/audit?limit=200')).body.items.map((entry: { at: string }) => entry.at);
    expect(await find(`from=${at[2]}`)).toEqual(
      all.slice(2).map((entry: { action: string }) => entry.action),
    );
    expect(await find(`to=${at[2]}`)).toHaveLength(2);
    expect(await find(`from=${at[1]}&to=${at[3]}`)).toHaveLength(2);
    expect(await find(`from=${at[1]}&to=${at[3]}&after=2`)).toHaveLength(1);
    expect(await find(`from=${encodeURIComponent('2020-01-01T00:00:00+02:00')}`)).toHaveLength(all.length);
  });

  it.each(['action=x', 'outcome=maybe', 'from=yesterday', 'to=2026-13-01T00:00:00Z', 'from=2026-11-01'])(
    'refuses %s',
    async (query) => {
      expect(await stack.admin.get(`/v1/audit?${query}`)).toMatchObject({ status: 400 });
    },
  );
});
