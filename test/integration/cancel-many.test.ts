import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { connect } from '../support/flows.ts';
import { signInAs } from '../support/people.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import { sealed } from '../support/tamper.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const start = async (client: Client, body: object): Promise<string> =>
  (await client.post('/v1/authorizations', body)).body.id;

const statusOf = async (client: Client, id: string) =>
  (await client.get(`/v1/authorizations/${id}`)).body.status;

const cancel = async (client: Client, body: object) => {
  const answer = await client.post('/v1/authorizations/cancel', body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};

describe(`authorizations that are cancelled together (${transport})`, () => {
  it('console A20: are those that match, counted before, and only once', async () => {
    const { client } = await inNewWorkspace(stack);
    const sandbox = [
      await start(client, { provider: 'sandbox' }),
      await start(client, { provider: 'sandbox', name: 'another' }),
    ];
    const notion = await start(client, { provider: 'notion' });
    expect(await cancel(client, { provider: 'sandbox', dryRun: true })).toEqual({ matched: 2, cancelled: 0 });
    expect(await statusOf(client, sandbox[0] ?? '')).toBe('awaiting_consent');
    expect(await cancel(client, { provider: 'sandbox', kind: 'refresh_token' })).toEqual({
      matched: 0,
      cancelled: 0,
    });
    expect(await cancel(client, { provider: 'sandbox', status: 'queued' })).toEqual({
      matched: 0,
      cancelled: 0,
    });

    expect(await cancel(client, { provider: 'sandbox' })).toEqual({ matched: 2, cancelled: 2 });
    expect(await cancel(client, { provider: 'sandbox' })).toEqual({ matched: 0, cancelled: 0 });
    for (const id of sandbox) {
      const { body } = await client.get(`/v1/authorizations/${id}`);
      expect(body).toMatchObject({ status: 'cancelled', error: { code: 'authorization_cancelled' } });
    }
    expect(await statusOf(client, notion)).toBe('awaiting_consent');
    await sealed(stack);
    const audited = (await client.get('/v1/audit?action=authorization.cancel')).body.items;
    expect(audited.map(({ subject }: { subject: string }) => subject).toSorted()).toEqual(sandbox.toSorted());
    const told = (await client.get('/v1/events?type=latchkey.authorization.cancelled')).body.items;
    expect(told.map(({ subject }: { subject: string }) => subject).toSorted()).toEqual(sandbox.toSorted());
    expect(await cancel(client, {})).toEqual({ matched: 1, cancelled: 1 });
  });

  it('console A20: are those that were made in a period, as the list of it has them', async () => {
    const { client } = await inNewWorkspace(stack);
    const [early, late] = [
      await start(client, { provider: 'sandbox' }),
      await start(client, { provider: 'sandbox' }),
    ];
    await stack.database.superuser.query(
      `update "authorization" set created_at = created_at - interval '10 minutes' where id = $1`,
      [early],
    );
    const from = new Date(Date.now() - 300_000).toISOString();
    const listed = async (query: string) =>
      (await client.get(`/v1/authorizations?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed(`from=${from}`)).toEqual([late]);
    expect(await listed(`to=${from}`)).toEqual([early]);
    const refused = await client.post('/v1/authorizations/cancel', { from: 'yesterday' });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    expect(await cancel(client, { from, to: from })).toEqual({ matched: 0, cancelled: 0 });
    expect(await cancel(client, { from, dryRun: true })).toEqual({ matched: 1, cancelled: 0 });
    expect(await cancel(client, { from })).toEqual({ matched: 1, cancelled: 1 });
    expect(await cancel(client, { from })).toEqual({ matched: 0, cancelled: 0 });
    expect([await statusOf(client, early), await statusOf(client, late)]).toEqual([
      'awaiting_consent',
      'cancelled',
    ]);
    expect(await cancel(client, { to: from, status: 'awaiting_consent' })).toEqual({
      matched: 1,
      cancelled: 1,
    });
  });

  it('are queued work of a credential, but not its revocation, nor what has ended', async () => {
    const { client } = await inNewWorkspace(stack);
    const { credential } = await connect({ ...stack, admin: client }, { provider: 'sandbox' });
    for (const queue of ['refresh-token', 'revoke']) await stack.admin.post(`/v1/queues/${queue}/pause`);
    const refresh = await client.post(`/v1/credentials/${credential.id}/refresh`);
    const removal = await client.delete(`/v1/credentials/${credential.id}?force=true`);
    expect(await cancel(client, { credentialId: credential.id })).toEqual({ matched: 1, cancelled: 1 });
    expect(await statusOf(client, refresh.body.authorization.id)).toBe('cancelled');
    expect(await statusOf(client, removal.body.authorization.id)).toBe('queued');
    for (const queue of ['refresh-token', 'revoke']) await stack.admin.post(`/v1/queues/${queue}/resume`);
  });

  it('are never what is private to somebody else, or of another workspace', async () => {
    const ada = (await signInAs(stack, 'ada@corp.test', 'editor')).client;
    const boss = (await signInAs(stack, 'boss@corp.test', 'admin')).client;
    const mine = await start(ada, { provider: 'sandbox', visibility: 'private' });
    const { client } = await inNewWorkspace(stack);
    for (const other of [boss, stack.admin, client]) await cancel(other, {});
    expect(await statusOf(ada, mine)).toBe('awaiting_consent');
    expect(await cancel(ada, {})).toEqual({ matched: 1, cancelled: 1 });
  });

  it('are 500 at a time', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    await stack.database.superuser.query(
      `insert into "authorization" (id, workspace_id, kind, status, provider, reason, requested_by, key_salt, expires_at)
       select 'auth_' || lpad(n::text, 26, '0'), $1, 'exchange_code', 'awaiting_consent', 'sandbox', 'user', 'x', '\\x00', now() + interval '1 hour'
       from generate_series(1, 501) n`,
      [workspaceId],
    );
    expect(await cancel(client, {})).toEqual({ matched: 501, cancelled: 500 });
    expect(await cancel(client, {})).toEqual({ matched: 1, cancelled: 1 });
  });
});
