import { idPattern } from '@latchkey/core/ids.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { connect, finish } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { refreshNow } from '../support/provider-checks.ts';
import { issuedButUnanswered, openConnection } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startLabStack();
});

afterAll(() => stack.close());

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

interface Attempt {
  readonly id: string;
  readonly authorizationId: string;
  readonly outcome: string;
  readonly fence: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
}

const fault = (effect: object, target: object = {}) =>
  stack.sandbox.control.addFault({
    provider: 'sandbox',
    endpoint: 'token.refresh',
    ...target,
    ...effect,
  } as Parameters<Stack['sandbox']['control']['addFault']>[0]);

async function attemptsOf(id: string, query = '', client: Client = stack.admin): Promise<Attempt[]> {
  const { status, body, text } = await client.get(`/v1/credentials/${id}/attempts${query}`);
  expect(status, text).toBe(200);
  return body.items;
}

/** The first attempt of a credential, once it has ended. */
async function endedAttempt(id: string): Promise<Attempt> {
  return eventually(async () => (await attemptsOf(id)).findLast(({ endedAt }) => endedAt !== null), {
    describe: 'an attempt has ended',
  });
}

/** What the newest event of a type says of the refresh. */
async function refreshOfEvent(id: string, type: string) {
  const { body } = await stack.admin.get(`/v1/events?subject=${id}&type=latchkey.credential.${type}`);
  return body.items.at(-1)?.data.refresh;
}

describe(`refresh attempts (${transport})`, () => {
  it.each([
    {
      name: 'a refresh that works',
      effect: { fault: 'delay', ms: 300, phase: 'after' },
      attempt: { outcome: 'succeeded', errorCode: null, providerStatus: 200 },
      event: 'refreshed',
    },
    {
      name: 'a refusal',
      effect: { fault: 'invalid_grant' },
      attempt: { outcome: 'rejected', errorCode: 'grant_revoked', providerStatus: 400 },
      event: 'reauthorization_required',
    },
    {
      name: 'a server error',
      effect: { fault: 'server_error', status: 503 },
      attempt: { outcome: 'unknown', errorCode: 'provider_unavailable', providerStatus: 503 },
      event: 'refresh_failed',
    },
    {
      name: 'a connection that is reset',
      effect: { fault: 'reset_before_commit' },
      attempt: { outcome: 'unknown', errorCode: 'provider_unavailable', providerStatus: null },
      event: 'refresh_failed',
    },
  ])('$name leaves an attempt and an event that say so', async ({ effect, attempt, event }) => {
    const connection = await openConnection(stack);
    await fault(effect);
    const authorizationId = await connection.refresh();
    const ended = await endedAttempt(connection.id);
    expect(ended).toEqual({
      id: expect.stringMatching(idPattern('attempt')),
      authorizationId,
      reason: 'user',
      takeover: false,
      ...attempt,
      tokenVersion: 1,
      fence: expect.any(Number),
      startedAt: expect.any(String),
      endedAt: expect.any(String),
      durationMs: Date.parse(ended.endedAt ?? '') - Date.parse(ended.startedAt),
    });
    // Two readings of a clock, which may be set back a little in between.
    expect(ended.durationMs).toBeGreaterThanOrEqual('ms' in effect ? effect.ms - 50 : 0);
    expect(
      await eventually(() => refreshOfEvent(connection.id, event), { describe: 'the event is there' }),
    ).toEqual({
      attemptId: ended.id,
      outcome: attempt.outcome,
      takeover: false,
      source: attempt.outcome === 'succeeded' ? 'answer' : null,
      providerStatus: attempt.providerStatus,
    });
  });

  it('a token that is presented again after a lost answer is a takeover', async () => {
    const { credential } = await connect(stack, { provider: 'lab_none' });
    await fault({ fault: 'reset_after_commit' }, { provider: 'lab_none' });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    expect(await attemptsOf(credential.id)).toMatchObject([
      { outcome: 'succeeded', takeover: true, providerStatus: 200, tokenVersion: 1 },
      { outcome: 'unknown', takeover: false, providerStatus: null, tokenVersion: 1 },
    ]);
    expect(
      await eventually(() => refreshOfEvent(credential.id, 'refreshed'), { describe: 'the event is there' }),
    ).toMatchObject({ outcome: 'succeeded', takeover: true });
  });

  it('one that is under way has no end and no duration', async () => {
    const connection = await openConnection(stack);
    await fault({ fault: 'delay', ms: 5000, phase: 'after' });
    const authorizationId = await connection.refresh();
    await issuedButUnanswered(stack);
    expect(await attemptsOf(connection.id)).toMatchObject([
      { outcome: 'presented', providerStatus: null, endedAt: null, durationMs: null },
    ]);
    await finish(stack.admin, authorizationId);
    expect(await attemptsOf(connection.id)).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('come newest first over pages, and what begins meanwhile neither repeats nor hides one', async () => {
    const connection = await openConnection(stack);
    for (let round = 0; round < 4; round += 1)
      expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    // As from a host whose clock is ahead: ids follow clocks, fences do not.
    await stack.database.superuser.query(
      `update refresh_attempt set id = 'att_zzz' where credential_id = $1 and token_version = 1`,
      [connection.id],
    );
    const all = await attemptsOf(connection.id);
    const fences = all.map(({ fence }) => fence);
    expect(fences).toHaveLength(4);
    expect(fences).toEqual(fences.toSorted((a, b) => b - a));
    const path = `/v1/credentials/${connection.id}/attempts?limit=2`;
    const { body: first } = await stack.admin.get(path);
    await connection.refreshed();
    const { body: second } = await stack.admin.get(`${path}&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(all);
    expect(second.nextCursor).toBeNull();
    expect(await attemptsOf(connection.id, '?limit=4')).toHaveLength(4);
    expect((await stack.admin.get(`${path}&cursor=no/id`)).status).toBe(400);
  });

  it('are nobody’s business in another workspace, nor a runner’s in their own', async () => {
    const connection = await openConnection(stack);
    await connection.refreshed();
    const [attempt] = await attemptsOf(connection.id);
    const { client } = await inNewWorkspace(stack);
    const foreign = await client.get(`/v1/credentials/${connection.id}/attempts?cursor=${attempt?.id}`);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
    expect(await client.get('/v1/credentials/cred_nobodys/attempts')).toMatchObject({
      status: 404,
      body: { code: 'credential_not_found' },
    });
    const tokenOf = async (role: string) =>
      (await stack.admin.post('/v1/service-tokens', { name: role, role })).body.token;
    expect(await attemptsOf(connection.id, '', stack.clientWith(await tokenOf('viewer')))).toHaveLength(1);
    const runner = stack.clientWith(await tokenOf('runner'));
    expect((await runner.get(`/v1/credentials/${connection.id}/attempts`)).status).toBe(403);
  });

  it('stay readable while their credential is being deleted, and end with it', async () => {
    const connection = await openConnection(stack);
    await connection.refreshed();
    await fault({ fault: 'delay', ms: 5000 }, { endpoint: 'revoke' });
    const removal = await stack.admin.delete(`/v1/credentials/${connection.id}?force=true`);
    expect(await connection.row()).toMatchObject({ status: 'revoking' });
    expect(await attemptsOf(connection.id)).toHaveLength(1);
    await finish(stack.admin, removal.body.authorization.id);
    expect((await stack.admin.get(`/v1/credentials/${connection.id}/attempts`)).status).toBe(404);
  });
});
