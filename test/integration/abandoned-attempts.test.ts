import { randomBytes } from 'node:crypto';
import { newId } from '@latchkey/core/ids.ts';
import { fencedLease, refreshToken, type RefreshLease } from '@latchkey/core/refresh';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { finish } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { expectLiveLease, expectRecovered } from '../support/refresh-checks.ts';
import { openConnection, type Connection } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startLabStack();
});

afterAll(() => stack.close());

/** A worker presented the token and was never heard of again; its lease is over. */
async function abandon(connection: Connection, secondsAgo: number): Promise<void> {
  await connection.alter(`fence = fence + 1, lease_owner = 'dead', lease_until = now() - interval '1 s'`);
  await stack.database.superuser.query(
    `insert into refresh_attempt
       (id, workspace_id, credential_id, authorization_id, fence, token_version, grant_fingerprint, state, reason, started_at)
     select 'att_' || id, workspace_id, id, grant_id, fence, token_version, grant_fingerprint, 'presented', 'schedule',
       now() - make_interval(secs => $2)
     from credential where id = $1`,
    [connection.id, secondsAgo],
  );
}

describe(`a worker that died between the provider and us (${transport})`, () => {
  it.each([
    ['lab_none', 3000],
    ['lab_rolling', 3000],
    ['lab_grace', 30],
  ] as const)('%s: the token is presented again at once', async (provider, secondsAgo) => {
    const connection = await openConnection(stack, { provider });
    await abandon(connection, secondsAgo);
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded', error: null });
    expect((await connection.facts('refresh_failed'))[0]).toMatchObject({
      attemptId: `att_${connection.id}`,
      outcome: 'unknown',
      takeover: false,
      providerStatus: null,
    });
    expect((await connection.attemptRows())[0]).toMatchObject({ error_code: 'refresh_interrupted' });
    await expectRecovered(connection);
    expect(await connection.log()).toHaveLength(1);
  });

  it.each([
    ['lab_strict', 3],
    // The provider's grace is over.
    ['lab_grace', 600],
  ] as const)(
    '%s: the token is not presented again, until a run says that the access token is refused',
    async (provider, secondsAgo) => {
      const connection = await openConnection(stack, { provider });
      await abandon(connection, secondsAgo);
      const authorization = await connection.refresh();
      await eventually(async () => (await connection.row()).refresh_not_before !== null, {
        describe: 'the presentation is deferred',
      });
      const row = await connection.row();
      expect(row).toMatchObject({
        status: 'active',
        health: 'refresh_failing',
        last_error_code: 'refresh_interrupted',
        token_version: 1,
      });
      expect(await connection.attempts()).toEqual(['unknown']);
      expect(await connection.facts('refresh_failed')).toMatchObject([
        { attemptId: `att_${connection.id}`, outcome: 'unknown' },
      ]);
      expect(await connection.refresh()).toBe(authorization);
      await expectLiveLease(connection);
      expect(await connection.log()).toEqual([]);

      expect(await connection.report()).toBe(authorization);
      expect(await finish(stack.admin, authorization)).toMatchObject({ status: 'succeeded' });
      await expectRecovered(connection);
      expect((await connection.attemptRows()).map(({ reason }) => reason)).toEqual(['schedule', 'report']);
      expect(await connection.log()).toHaveLength(1);
      expect(await connection.row()).toMatchObject({ health: 'ok', refresh_not_before: null });
    },
  );
});

describe(`a worker that stood still with the lease in its hands (${transport})`, () => {
  it('sends nothing when it goes on: somebody else may hold the lease by then', async () => {
    const connection = await openConnection(stack, { provider: 'lab_strict' });
    const ctx = stack.worker.systemContext(stack.worker.defaultWorkspaceId);
    const paused: RefreshLease = {
      ...fencedLease,
      async acquire(own, asking) {
        const acquired = await fencedLease.acquire(own, asking);
        if (acquired.kind !== 'held') return acquired;
        return { kind: 'held', held: { ...acquired.held, heldSince: acquired.held.heldSince - 6000 } };
      },
    };
    const authorizationId = newId('authorization');
    // Without an event, so that no other worker takes it.
    await stack.database.superuser.query(
      `insert into "authorization"
         (id, workspace_id, kind, status, provider, credential_id, token_version, reason, requested_by, key_salt, next_attempt_at)
       select $1, workspace_id, 'refresh_token', 'queued', provider, id, token_version, 'user', 'test', $2, now()
       from credential where id = $3`,
      [authorizationId, randomBytes(32), connection.id],
    );
    await refreshToken({ ...ctx, refreshLease: paused }, { authorizationId });
    expect(await connection.log()).toEqual([]);
    expect(await connection.attemptRows()).toMatchObject([
      { state: 'not_sent', error_code: 'refresh_interrupted' },
    ]);
    expect(await finish(stack.admin, authorizationId, 40)).toMatchObject({ status: 'succeeded' });
    await expectLiveLease(connection);
    expect(await connection.log()).toHaveLength(1);
  });
});
