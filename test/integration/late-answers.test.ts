import type { ProviderId } from '@latchkey/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { connect, finish, providerLog } from '../support/flows.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { removeNow } from '../support/provider-checks.ts';
import { expectLiveLease } from '../support/refresh-checks.ts';
import { issuedButUnanswered, openConnection, tryClients, type Connection } from '../support/refreshes.ts';
import { transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startLabStack();
  await tryClients(stack, ['lab_rolling', 'lab_strict']);
});

afterAll(() => stack.close());

/** The provider has issued new tokens, and its answer is on the way for a while. */
async function openWithAnswerUnderWay(provider: ProviderId, ms: number) {
  const connection = await openConnection(stack, { provider });
  await connection.spoil({ fault: 'delay', ms, phase: 'after' });
  const authorization = await connection.refresh();
  const { issued } = await issuedButUnanswered(stack, { provider, grantId: connection.grantId });
  return { connection, authorization, issued };
}

/** What was audited about the tokens that came too late. */
async function lateRevocation({ id }: Connection): Promise<object> {
  return eventually(
    async () => {
      const { rows } = await stack.database.superuser.query(
        `select outcome, data from audit_entry where subject = $1 and action = 'token.revoke' and data ? 'late'`,
        [id],
      );
      return rows[0];
    },
    { describe: 'the late tokens are dealt with', timeoutMs: 30_000 },
  );
}

const revoked = { outcome: 'success', data: { outcome: 'revoked', late: true } };
const spared = { outcome: 'success', data: { outcome: 'shared', late: true } };

/** Connects the account again, and finds the new grant at the provider. */
async function reconnect(provider: ProviderId, { id }: Connection) {
  expect(await connect(stack, { provider, credentialId: id })).toMatchObject({
    authorization: { status: 'succeeded' },
  });
  const exchange = (await providerLog(stack, provider, 'token.code')).at(-1);
  return {
    token: exchange?.issued?.accessToken,
    grant: async () =>
      (await stack.sandbox.control.grants({ provider, grantId: exchange?.grantId ?? '' }))[0],
  };
}

describe(`an answer after its credential was deleted (${transport})`, () => {
  it.each(['lab_strict', 'sandbox'] as const)(
    '%s: nothing of it is stored, and its tokens are revoked',
    async (provider) => {
      const { connection, issued } = await openWithAnswerUnderWay(provider, 8000);
      // As if the holder had been stopped until its lease was over: a deletion does not wait for it any more.
      await connection.alter(`lease_until = now() - interval '1 s'`);
      await removeNow(stack, connection.id);
      expect(await lateRevocation(connection)).toEqual(revoked);
      expect((await connection.log('revoke')).at(-1)?.presented?.fingerprint).toBe(issued?.refreshToken);
      expect(await connection.grant()).toMatchObject({ liveRefreshTokens: [], liveAccessTokens: [] });
      expect(await connection.row()).toBeUndefined();
      expect(await connection.journal()).toBe(0);
      expect(await connection.attemptRows()).toMatchObject([
        { state: 'succeeded', error_code: 'credential_gone' },
      ]);
    },
  );
});

describe(`an answer after the account was connected again (${transport})`, () => {
  it.each(['lab_strict', 'lab_rolling', 'sandbox'] as const)(
    '%s: it goes to the journal and is revoked, and the new grant is left alone',
    async (provider) => {
      const { connection, authorization, issued } = await openWithAnswerUnderWay(provider, 6000);
      const renewed = await reconnect(provider, connection);
      const row = await connection.row();
      expect(await lateRevocation(connection)).toEqual(revoked);
      expect(await finish(stack.admin, authorization)).toMatchObject({ status: 'succeeded' });
      expect((await connection.log('revoke')).map(({ presented }) => presented?.fingerprint)).toEqual([
        issued?.refreshToken,
      ]);
      expect(await connection.grant()).toMatchObject({ liveRefreshTokens: [], liveAccessTokens: [] });
      expect(await connection.journal()).toBe(1);
      expect(await connection.row()).toMatchObject({
        status: 'active',
        token_version: row.token_version,
        sealed: row.sealed,
      });
      expect(await connection.leased()).toBe(renewed.token);
      expect((await renewed.grant())?.liveAccessTokens).toContain(renewed.token);
      expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
      expect((await renewed.grant())?.liveAccessTokens).toContain(await connection.leased());
    },
  );

  it('google_drive: it is not revoked, because that would end the new grant too', async () => {
    const { connection } = await openWithAnswerUnderWay('google_drive', 6000);
    const renewed = await reconnect('google_drive', connection);
    expect(await lateRevocation(connection)).toEqual(spared);
    expect(await providerLog(stack, 'google_drive', 'revoke')).toEqual([]);
    expect(await connection.journal()).toBe(1);
    expect(await connection.leased()).toBe(renewed.token);
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    expect((await renewed.grant())?.liveAccessTokens).toContain(await connection.leased());
  });

  describe('where that brought the same grant', () => {
    beforeAll(async () => {
      const { control } = stack.sandbox;
      for (const provider of ['lab_strict', 'lab_rolling'] as const) await control.revokeGrants({ provider });
      await control.updateSettings({ labSharesGrant: true });
    });

    it('the answer is left alone', async () => {
      const { connection } = await openWithAnswerUnderWay('lab_strict', 6000);
      await reconnect('lab_strict', connection);
      expect(await lateRevocation(connection)).toEqual(spared);
      expect(await connection.log('revoke')).toEqual([]);
      await expectLiveLease(connection);
      expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
      await expectLiveLease(connection);
    });

    it('the answer is left alone after further refreshes, too', async () => {
      const { connection, authorization } = await openWithAnswerUnderWay('lab_rolling', 9000);
      await reconnect('lab_rolling', connection);
      // Another worker gets the job and finds that its question is answered.
      await deliver(stack, 'refresh-token', authorization);
      expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
      expect(await connection.log()).toHaveLength(2);
      expect(await lateRevocation(connection)).toEqual(spared);
      await expectLiveLease(connection);
      expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    });
  });
});

describe.concurrent(`an answer that comes too late (${transport})`, () => {
  it('after another worker took the lease: it is adopted from the journal', async () => {
    const { connection, authorization, issued } = await openWithAnswerUnderWay('lab_grace', 5000);
    await connection.alter(
      `fence = fence + 1, lease_owner = 'another', lease_until = now() + interval '12 s'`,
    );
    await eventually(() => connection.journal(), { describe: 'the late answer is in the journal' });
    expect((await connection.row()).token_version).toBe(1);
    expect(await finish(stack.admin, authorization, 40)).toMatchObject({ status: 'succeeded' });
    expect(await connection.leased()).toBe(issued?.accessToken);
    expect((await connection.facts('refreshed'))[0]).toMatchObject({
      attemptId: null,
      outcome: 'adopted',
      source: 'journal',
      providerStatus: null,
    });
    expect(await connection.log()).toHaveLength(1);
  });

  it('for the deadline of 15 s: the end is unknown, and a token that stays is presented again', async () => {
    const connection = await openConnection(stack, { provider: 'lab_none' });
    await connection.spoil({ fault: 'delay', ms: 20_000, phase: 'after' });
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    expect(await connection.attemptRows()).toMatchObject([
      { state: 'unknown', provider_status: null, takeover: false },
      { state: 'succeeded', takeover: true },
    ]);
    const [first, second] = await connection.log();
    expect(Date.parse(second?.arrivedAt ?? '') - Date.parse(first?.arrivedAt ?? '')).toBeGreaterThanOrEqual(
      15_000,
    );
    await expectLiveLease(connection);
  });

  it('for the deadline, and it was a new token: the old one is leased until late, and then the loss is found out', async () => {
    const { control } = stack.sandbox;
    await control.updateSettings({ labSharesGrant: false, accessTokenTtlSeconds: { lab_strict: 40 } });
    const connection = await openConnection(stack, { provider: 'lab_strict' });
    const token = await connection.leased();
    await connection.spoil({ fault: 'delay', ms: 18_000 });
    const authorization = await connection.refresh();
    await eventually(async () => (await connection.log())[0]?.committed, {
      describe: 'the provider has replaced the token, and nobody hears it',
      timeoutMs: 40_000,
    });
    expect(await connection.attempts()).toEqual(['unknown']);
    expect(await connection.leased()).toBe(token);
    expect(await finish(stack.admin, authorization, 40)).toMatchObject({
      status: 'failed',
      error: { code: 'refresh_outcome_unknown' },
    });
    expect(await connection.attempts()).toEqual(['unknown', 'rejected']);
    expect(await connection.log()).toHaveLength(2);
  });
});
