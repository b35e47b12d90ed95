import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { peakConcurrency } from '@latchkey/sandbox';
import { connect, finish, providerLog } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

describe(`OAuth against a real authorization server that rotates strictly (${transport})`, () => {
  it('connects, leases, refreshes ahead, and revokes on delete', async () => {
    const { authorization, credential } = await connect(stack, { provider: 'sandbox' });
    expect(authorization).toMatchObject({ kind: 'exchange_code', status: 'succeeded', error: null });
    expect(credential).toMatchObject({
      provider: 'sandbox',
      authMethod: 'oauth2',
      status: 'active',
      health: 'ok',
      isDefault: true,
      name: 'Ada Lovelace',
      account: { name: 'Ada Lovelace' },
      tokenVersion: 1,
    });

    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', minTtlSeconds: 30 });
    expect(lease.status).toBe(200);
    expect(lease.body).toMatchObject({
      type: 'oauth2',
      credentialId: credential.id,
      tokenType: expect.stringMatching(/bearer/i),
    });
    expect(Object.keys(lease.body).toSorted()).toEqual([
      'accessToken',
      'credentialId',
      'expiresAt',
      'leaseId',
      'provider',
      'scopes',
      'tokenType',
      'type',
    ]);

    const refresh = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    expect(refresh.status).toBe(202);
    expect(await finish(stack.admin, refresh.body.authorization.id)).toMatchObject({ status: 'succeeded' });
    const renewed = await stack.admin.post('/v1/leases', { provider: 'sandbox', minTtlSeconds: 30 });
    expect(renewed.body.accessToken).not.toBe(lease.body.accessToken);

    const refused = await stack.admin.delete(`/v1/credentials/${credential.id}`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'credential_in_use' } });
    const removal = await stack.admin.delete(`/v1/credentials/${credential.id}?force=true`);
    expect(removal.status).toBe(202);
    expect(await finish(stack.admin, removal.body.authorization.id)).toMatchObject({
      kind: 'revoke',
      status: 'succeeded',
    });
    expect((await stack.admin.get(`/v1/credentials/${credential.id}`)).status).toBe(404);
    const grants = await stack.sandbox.control.grants({ provider: 'sandbox' });
    expect(grants.every((grant) => grant.liveRefreshTokens.length === 0)).toBe(true);
  });

  it('100 leases of an expired token cause exactly one refresh, and all are served', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await stack.database.superuser.query(
      `update credential set expires_at = now() - interval '1 minute' where id = $1`,
      [credential.id],
    );
    await stack.sandbox.control.clearLog();

    const leases = await Promise.all(
      Array.from({ length: 100 }, () =>
        stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id, waitSeconds: 20 }),
      ),
    );
    expect(leases.map(({ status }) => status)).toEqual(leases.map(() => 200));
    expect(new Set(leases.map(({ body }) => body.accessToken)).size).toBe(1);
    const refreshes = await providerLog(stack, 'sandbox', 'token.refresh');
    expect(refreshes).toHaveLength(1);
    expect(peakConcurrency(refreshes)).toBe(1);
  });

  it('a grant that the person revoked at the provider ends in reauthorization_required, with no further call', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await stack.sandbox.control.revokeGrants({ provider: 'sandbox' });
    const refresh = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    expect(await finish(stack.admin, refresh.body.authorization.id)).toMatchObject({
      status: 'failed',
      error: { code: 'grant_revoked', retryable: false, actor: 'user' },
    });
    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    expect(lease).toMatchObject({
      status: 409,
      body: { code: 'reauthorization_required', connectUrl: expect.stringContaining(credential.id) },
    });
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);

    const again = await connect(stack, { provider: 'sandbox', credentialId: credential.id });
    expect(again.credential).toMatchObject({ id: credential.id, name: credential.name, status: 'active' });
  });

  it('connecting again with another account is refused unless it was asked for', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await stack.sandbox.control.updateSettings({ account: 'alan' });
    const refused = await connect(stack, { provider: 'sandbox', credentialId: credential.id });
    expect(refused.authorization).toMatchObject({
      status: 'failed',
      error: { code: 'account_mismatch', actor: 'user' },
    });
    const changed = await connect(stack, {
      provider: 'sandbox',
      credentialId: credential.id,
      allowAccountChange: true,
    });
    expect(changed.credential).toMatchObject({ id: credential.id, account: { name: 'Alan Turing' } });
    await stack.sandbox.control.updateSettings({ account: 'ada' });
  });

  it('a denied consent fails with consent_denied and asks for no token', async () => {
    await stack.sandbox.control.updateSettings({ autoApprove: 'deny' });
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const { openBrowser } = await import('../support/browser.ts');
    const page = await openBrowser().follow(started.body.authorizationUrl);
    await stack.sandbox.control.updateSettings({ autoApprove: true });
    expect(page.text).toContain('consent_denied');
    expect(await finish(stack.admin, started.body.id)).toMatchObject({
      status: 'failed',
      error: { code: 'consent_denied' },
    });
    expect(await providerLog(stack, 'sandbox', 'token')).toEqual([]);
  });
});
