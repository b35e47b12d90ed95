import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { peakConcurrency } from '@latchkey/sandbox';
import { eventually } from '../support/eventually.ts';
import { connect, finish, providerLog } from '../support/flows.ts';
import { issuedButUnanswered, openConnection, type Connection } from '../support/refreshes.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => stack.sandbox.control.clearFaults());

const heldBack = ({ grantId }: Connection) => issuedButUnanswered(stack, { provider: 'sandbox', grantId });

/** Somebody else takes the lease, as after a process was paused past its end. */
const takeOver = (connection: Connection, seconds: number) =>
  connection.alter(
    `fence = fence + 1, lease_owner = 'another', lease_until = now() + interval '${seconds} s'`,
  );

/** A refresh whose end nobody knows, after which the provider refuses the access token that is left. */
async function refreshAfterLoss(connection: Connection) {
  const authorization = await connection.refresh();
  await eventually(async () => (await connection.attempts()).includes('unknown'), {
    describe: 'the end of the first presentation is unknown',
  });
  expect(await connection.report()).toBe(authorization);
  return finish(stack.admin, authorization, 40);
}

describe(`the refresh protocol (${transport})`, () => {
  it('I3, I5: an answer that comes after the lease was lost changes nothing while another holds it, and is adopted from the journal then', async () => {
    const connection = await openConnection(stack);
    const before = await connection.row();
    await connection.spoil({ fault: 'delay', ms: 5000, phase: 'after' });
    const authorization = await connection.refresh();
    const { issued } = await heldBack(connection);
    await takeOver(connection, 12);
    await eventually(() => connection.journal(), { describe: 'the late answer is in the journal' });
    const during = await connection.row();
    expect(during.token_version).toBe(before.token_version);
    expect(during.sealed.equals(before.sealed)).toBe(true);
    expect(await finish(stack.admin, authorization, 40)).toMatchObject({ status: 'succeeded' });
    expect(await connection.row()).toMatchObject({
      token_version: before.token_version + 1,
      status: 'active',
    });
    expect(await connection.leased()).toBe(issued?.accessToken);
    expect(await connection.log()).toHaveLength(1);
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    expect((await connection.log()).at(-1)?.presented?.fingerprint).toBe(issued?.refreshToken);
  });

  it('a new connection that is made during a refresh wins over its late answer', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'delay', ms: 3000, phase: 'after' });
    const authorization = await connection.refresh();
    const late = await heldBack(connection);
    expect(await connect(stack, { provider: 'sandbox', credentialId: connection.id })).toMatchObject({
      authorization: { status: 'succeeded' },
    });
    const exchange = (await providerLog(stack, 'sandbox', 'token.code')).at(-1);
    const renewed = await connection.row();
    await eventually(() => connection.journal(), { describe: 'the late answer is in the journal' });
    await finish(stack.admin, authorization);
    expect(await connection.row()).toMatchObject({
      token_version: renewed.token_version,
      sealed: renewed.sealed,
      status: 'active',
    });
    expect(await connection.leased()).toBe(exchange?.issued?.accessToken);
    expect(await connection.leased()).not.toBe(late.issued?.accessToken);
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    const grantId = exchange?.grantId ?? '';
    const next = await stack.sandbox.control.log({ provider: 'sandbox', endpoint: 'token.refresh', grantId });
    expect(next.map(({ presented }) => presented?.fingerprint)).toEqual([exchange?.issued?.refreshToken]);
  });

  it('a deletion waits for a refresh in flight, and revokes the token that it brings', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'delay', ms: 2000, phase: 'after' });
    await connection.refresh();
    const { issued } = await heldBack(connection);
    const removal = await stack.admin.delete(`/v1/credentials/${connection.id}?force=true`);
    expect(await finish(stack.admin, removal.body.authorization.id)).toMatchObject({
      kind: 'revoke',
      status: 'succeeded',
    });
    const [refresh] = await connection.log();
    const revocations = await connection.log('revoke');
    expect(revocations[0]?.presented?.fingerprint).toBe(issued?.refreshToken);
    expect(revocations[0]?.arrivedTick).toBeGreaterThan(refresh?.endedTick ?? Infinity);
    expect(await connection.grant()).toMatchObject({ liveRefreshTokens: [], liveAccessTokens: [] });
    expect(await connection.row()).toBeUndefined();
  });

  it('I6: a token that is refused after its answer was lost ends in refresh_outcome_unknown, with no further call', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'reset_after_commit' });
    expect(await refreshAfterLoss(connection)).toMatchObject({
      status: 'failed',
      error: { code: 'refresh_outcome_unknown', retryable: false, actor: 'user' },
    });
    expect(await connection.attempts()).toEqual(['unknown', 'rejected']);
    expect(await connection.row()).toMatchObject({
      status: 'reauthorization_required',
      last_error_code: 'refresh_outcome_unknown',
    });
    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: connection.id });
    expect(lease).toMatchObject({
      status: 409,
      body: { code: 'reauthorization_required', reason: 'refresh_outcome_unknown' },
    });
    expect((await stack.admin.post(`/v1/credentials/${connection.id}/refresh`)).status).toBe(409);
    expect(await connection.log()).toHaveLength(2);
  });

  it('I6: a token that is refused outright ends in grant_revoked, after one attempt', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'invalid_grant' });
    expect(await connection.refreshed()).toMatchObject({
      status: 'failed',
      error: { code: 'grant_revoked' },
    });
    expect(await connection.attempts()).toEqual(['rejected']);
    expect(await connection.log()).toHaveLength(1);
  });

  it.each([
    ['a connection that is reset before anything happened', { fault: 'reset_before_commit' }],
    ['a server error', { fault: 'server_error' }],
    ['a page instead of an answer', { fault: 'html' }],
  ] as const)('%s is recorded as unknown, and the token is presented again', async (_name, effect) => {
    const connection = await openConnection(stack);
    await connection.spoil(effect);
    expect(await refreshAfterLoss(connection)).toMatchObject({ status: 'succeeded', error: null });
    expect(await connection.attempts()).toEqual(['unknown', 'succeeded']);
    expect(await connection.row()).toMatchObject({
      status: 'active',
      health: 'ok',
      token_version: 2,
      last_error_code: null,
    });
  });

  it('I1, I2: many requests to refresh make one chain, one at a time', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'delay', ms: 300, phase: 'before', times: 3 });
    for (let round = 0; round < 3; round += 1) {
      const ids = await Promise.all(Array.from({ length: 10 }, () => connection.refresh()));
      await Promise.all([...new Set(ids)].map((id) => finish(stack.admin, id)));
    }
    const entries = await connection.log();
    expect(peakConcurrency(entries)).toBe(1);
    expect(entries.length).toBe((await connection.row()).token_version - 1);
    expect(entries.map(({ outcome }) => outcome)).toEqual(entries.map(() => 'succeeded'));
    const presented = entries.map((entry) => entry.presented?.fingerprint);
    const issued = entries.map((entry) => entry.issued?.refreshToken);
    expect(presented.slice(1)).toEqual(issued.slice(0, -1));
  });

  it('429 is a refusal and no loss: Retry-After is waited for, and the old token is leased meanwhile', async () => {
    const connection = await openConnection(stack);
    const token = await connection.leased();
    await connection.spoil({ fault: 'rate_limited', retryAfterSeconds: 4 });
    const authorization = await connection.refresh();
    await eventually(async () => (await connection.attempts()).includes('rejected'), {
      describe: 'the provider says to slow down',
    });
    expect(await connection.leased()).toBe(token);
    expect(await connection.row()).toMatchObject({
      status: 'active',
      health: 'refresh_failing',
      last_error_code: 'rate_limited',
    });
    expect(await finish(stack.admin, authorization)).toMatchObject({ status: 'succeeded' });
    expect(await connection.attempts()).toEqual(['rejected', 'succeeded']);
    const [first, second] = (await connection.log()).map(({ arrivedAt }) => Date.parse(arrivedAt));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(4000);
  });

  it('invalid_client is the client’s fault: it is flagged once, and its credentials stay as they are', async () => {
    const connections = [
      await openConnection(stack),
      await openConnection(stack),
      await openConnection(stack),
    ];
    const tokens = await Promise.all(connections.map((connection) => connection.leased()));
    // All three are under way when the first one is refused.
    for (const connection of connections) {
      await connection.spoil({ fault: 'delay', ms: 2000 });
      await connection.spoil({ fault: 'invalid_client' });
    }
    for (const ended of await Promise.all(connections.map((connection) => connection.refreshed()))) {
      expect(ended).toMatchObject({
        status: 'failed',
        error: { code: 'client_misconfigured', actor: 'admin' },
      });
    }
    for (const connection of connections) {
      expect(await connection.row()).toMatchObject({ status: 'active', token_version: 1 });
      expect(await connection.attempts()).toEqual(['rejected']);
    }
    expect(await Promise.all(connections.map((connection) => connection.leased()))).toEqual(tokens);
    const events = await stack.database.superuser.query(
      `select subject from event where type = 'latchkey.oauth_client.misconfigured'`,
    );
    expect(events.rows).toEqual([{ subject: 'sandbox' }]);
    const view = await stack.admin.get('/v1/providers/sandbox/oauth-client');
    expect(view.body.misconfigured ?? 'not shown').toMatchObject({ message: expect.any(String) });
  });
});
