import { listTimeline, timelineTypes } from '@latchkey/core/timeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { addKey, finish } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { signInAs } from '../support/people.ts';
import { openConnection } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';
import { sealed } from '../support/tamper.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startLabStack();
});

afterAll(() => stack.close());

// oxlint-disable-next-line typescript/no-explicit-any -- whatever the answer holds
type Item = any;

/** The time line page by page, from its newest item or from a cursor on. */
async function timeline(id: string, query = '', cursor = ''): Promise<Item[]> {
  const items: Item[] = [];
  for (let after = cursor; ;) {
    const { body, status, text } = await stack.admin.get(
      `/v1/credentials/${id}/timeline?${query}${after === '' ? '' : `&after=${after}`}`,
    );
    expect(status, text).toBe(200);
    items.push(...body.items);
    if (body.nextCursor === null) return items;
    after = body.nextCursor;
  }
}

const ids = (items: readonly Item[]) => items.map(({ id }) => id);

describe(`the time line of a credential (${transport})`, () => {
  it('console A5, A6: has authorizations with their attempts, events, and who leased it, newest first', async () => {
    const connection = await openConnection(stack, { provider: 'lab_none' });
    await connection.spoil({ fault: 'server_error', times: 1 });
    const authorizationId = await connection.refresh();
    await finish(stack.admin, authorizationId);
    await stack.admin.post('/v1/leases', {
      provider: 'lab_none',
      credentialId: connection.id,
      runId: 'run-7',
      nodeId: 'node-2',
    });
    await sealed(stack);

    const items = await eventually(
      async () => {
        const found = await timeline(connection.id);
        return found.some(({ event }) => event?.type === 'latchkey.credential.refreshed') ? found : null;
      },
      { describe: 'the events are numbered' },
    );
    const times = items.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const refresh = items.find(({ id }) => id === authorizationId);
    expect(refresh).toMatchObject({
      type: 'authorization',
      authorization: { kind: 'refresh_token', status: 'succeeded', reason: 'user', attempts: 2 },
      requestedBy: expect.stringMatching(/\S/),
      attempts: [
        {
          n: 1,
          outcome: 'retrying',
          httpStatus: expect.any(Number),
          error: { code: 'provider_unavailable', actor: 'nobody', retryable: true },
          nextAttemptAt: expect.any(String),
        },
        { n: 2, outcome: 'succeeded', httpStatus: 200, error: null, nextAttemptAt: null },
      ],
    });
    expect(refresh.attempts[0].httpStatus).toBeGreaterThanOrEqual(500);
    expect(Date.parse(refresh.attempts[1].startedAt)).toBeGreaterThan(
      Date.parse(refresh.attempts[0].endedAt),
    );
    const kinds = items.map(({ type, authorization, event, entry }) =>
      [type, authorization?.kind ?? event?.type ?? entry.action].join(' '),
    );
    expect(kinds).toEqual(
      expect.arrayContaining([
        'authorization exchange_code',
        'event latchkey.credential.created',
        'event latchkey.credential.refresh_failed',
        'event latchkey.credential.refreshed',
        'audit credential.refresh',
        'audit lease.issue',
      ]),
    );
    expect(items.find(({ entry }) => entry?.action === 'lease.issue').entry).toMatchObject({
      actor: { type: 'bootstrap' },
      data: { runId: 'run-7', nodeId: 'node-2' },
    });
    const { body } = await stack.admin.get(`/v1/credentials/${connection.id}`);
    expect(body.lastUsedBy).toMatchObject({
      leaseId: expect.stringMatching(/^lease_/),
      runId: 'run-7',
      nodeId: 'node-2',
      at: expect.any(String),
      actor: { type: 'bootstrap' },
    });
    expect(JSON.stringify(items)).not.toMatch(/accessToken|refreshToken|sbx_/);

    expect(ids(await timeline(connection.id, 'limit=1'))).toEqual(ids(items));
    expect(ids(await timeline(connection.id, 'limit=3'))).toEqual(ids(items));
    const some = await timeline(connection.id, 'types=event,authorization&limit=2');
    expect(ids(some)).toEqual(ids(items.filter(({ type }) => type !== 'audit')));
  });

  it('does not move under somebody who reads on while more happens', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_1' });
    await sealed(stack);
    const path = `/v1/credentials/${credential.id}/timeline`;
    const before = await timeline(credential.id);
    const first = (await stack.admin.get(`${path}?limit=2`)).body;
    const again = await stack.admin.post(`/v1/credentials/${credential.id}/validate`);
    await finish(stack.admin, again.body.authorization.id);
    await sealed(stack);
    const rest = await timeline(credential.id, 'limit=2', first.nextCursor);
    expect(ids([...first.items, ...rest])).toEqual(ids(before));
    expect(ids(await timeline(credential.id))).toContain(again.body.authorization.id);
  });

  it('says why a key was refused', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_unknown' });
    expect(credential.lastUsedBy).toBeNull();
    const [check] = await timeline(credential.id, 'types=authorization');
    expect(check).toMatchObject({
      authorization: { kind: 'validate_key', status: 'failed' },
      attempts: [{ n: 1, outcome: 'failed', error: { code: 'key_rejected', actor: 'user' } }],
    });
  });

  it('is for those who see the credential, and each kind of item for those who may read it', async () => {
    const { client } = await signInAs(stack, 'ada@corp.test', 'editor');
    const fields = { apiKey: 'sbx_valid_1' };
    const body = { provider: 'sandbox', fields, visibility: 'private' };
    const { id } = (await client.post('/v1/credentials', body)).body.credential;
    expect((await client.get(`/v1/credentials/${id}/timeline`)).status).toBe(200);
    const alan = (await signInAs(stack, 'alan@corp.test', 'editor')).client;
    expect(await alan.get(`/v1/credentials/${id}/timeline`)).toMatchObject({
      status: 404,
      body: { code: 'credential_not_found' },
    });

    const { credential } = await addKey(stack, 'sandbox', fields);
    await sealed(stack);
    const context = stack.api.systemContext(stack.api.defaultWorkspaceId);
    const input = { credentialId: credential.id, after: null, types: timelineTypes, limit: 50 };
    const seenBy = async (role: 'viewer' | 'runner') => {
      const ctx = { ...context, actor: { ...context.actor, role } };
      const { items } = await listTimeline(ctx, input);
      return new Set(items.map(({ type }) => type));
    };
    expect(await seenBy('viewer')).toEqual(new Set(timelineTypes));
    expect(await seenBy('runner')).toEqual(new Set());
  });

  it.each(['after=x', 'after=auth_1-2-3', 'types=lease', 'types=', 'limit=0'])(
    '?%s is 400',
    async (query) => {
      const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_1' });
      expect(await stack.admin.get(`/v1/credentials/${credential.id}/timeline?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    },
  );
});
