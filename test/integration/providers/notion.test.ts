import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addKey, connect, finish, providerLog } from '../../support/flows.ts';
import {
  credentialOf,
  forget,
  leaseOf,
  liveGrants,
  presentedIn,
  refreshNow,
  removeNow,
  untilRetrying,
} from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

const provider = 'notion';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => forget(stack, provider));

describe(`Notion by key (${transport})`, () => {
  it('accepts a secret of any shape, takes the workspace as account, leases it, and deletes without a call', async () => {
    const { credential } = await addKey(stack, provider, { integrationSecret: 'unusual-shape-ok' });
    expect(credential).toMatchObject({
      status: 'active',
      authMethod: 'api_key',
      account: { name: 'Sandbox workspace' },
    });
    expect((await leaseOf(stack, credential)).body).toMatchObject({
      type: 'api_key',
      fields: { integrationSecret: 'unusual-shape-ok' },
    });
    expect(await removeNow(stack, credential.id)).toMatchObject({
      kind: 'revoke',
      status: 'succeeded',
      error: null,
    });
    expect(await providerLog(stack, provider, 'revoke')).toEqual([]);
  });

  it('401 rejects the secret', async () => {
    const { authorization, credential } = await addKey(stack, provider, { integrationSecret: 'ntn_401' });
    expect(authorization).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'key_rejected', actor: 'user' },
    });
    expect(credential.status).toBe('invalid');
  });

  it.each([
    [429, 'rate_limited'],
    [529, 'rate_limited'],
    [503, 'provider_unavailable'],
  ])('%i is not a verdict on the secret: %s shows, and it becomes active later', async (status, code) => {
    const key = `ntn_busy_${status}_key`;
    await stack.sandbox.control.registerKey({ provider, key, status });
    const added = await stack.admin.post('/v1/credentials', { provider, fields: { integrationSecret: key } });
    const { id } = added.body.authorization;
    expect(await untilRetrying(stack, id, code)).toMatchObject({
      error: { retryable: true },
      nextAttemptAt: expect.any(String),
    });
    expect(await credentialOf(stack, added.body.credential.id)).toMatchObject({
      status: 'pending',
      lastError: { code },
    });
    await stack.sandbox.control.registerKey({ provider, key, status: 200 });
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded', error: null });
    expect(await credentialOf(stack, added.body.credential.id)).toMatchObject({
      status: 'active',
      lastError: null,
    });
  });
});

describe(`Notion by OAuth (${transport})`, () => {
  it('connects with Basic and JSON, and takes the account from the token answer', async () => {
    const { credential } = await connect(stack, { provider });
    expect(credential).toMatchObject({
      status: 'active',
      name: 'Ada Lovelace’s workspace',
      account: { id: 'bot-ada', name: 'Ada Lovelace’s workspace', avatarUrl: null },
      scopes: [],
      expiresAt: null,
    });
    expect(await providerLog(stack, provider, 'token.code')).toMatchObject([
      {
        status: 200,
        clientAuthentication: 'basic',
        contentType: expect.stringMatching(/^application\/json/),
      },
    ]);
    expect(await providerLog(stack, provider, 'userinfo')).toEqual([]);
  });

  it('B20: a token without expires_in is leased for any minTtl and not refreshed for it', async () => {
    const { credential } = await connect(stack, { provider });
    const lease = await leaseOf(stack, credential, 86_400);
    expect(lease).toMatchObject({ status: 200, body: { expiresAt: null } });
    expect(await providerLog(stack, provider, 'token.refresh')).toEqual([]);
  });

  it('a reported 401 refreshes, and each refresh presents what the one before it brought', async () => {
    const { credential } = await connect(stack, { provider });
    const lease = await leaseOf(stack, credential);
    const report = await stack.admin.post(`/v1/leases/${lease.body.leaseId}/report`, {
      outcome: 'rejected',
      status: 401,
    });
    expect(await finish(stack.admin, report.body.authorization.id)).toMatchObject({
      kind: 'refresh_token',
      status: 'succeeded',
      reason: 'report',
    });
    expect((await leaseOf(stack, credential)).body.accessToken).not.toBe(lease.body.accessToken);
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    const [exchange] = await providerLog(stack, provider, 'token.code');
    const refreshes = await providerLog(stack, provider, 'token.refresh');
    expect(refreshes).toMatchObject([
      { clientAuthentication: 'basic' },
      { contentType: expect.stringMatching(/^application\/json/) },
    ]);
    expect(presentedIn(refreshes)).toEqual([
      exchange?.issued?.refreshToken,
      refreshes[0]?.issued?.refreshToken,
    ]);
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      tokenVersion: 3,
      account: { id: 'bot-ada' },
    });
  });

  it('B22: revokes with Basic and JSON on delete', async () => {
    const { credential } = await connect(stack, { provider });
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'revoke')).toMatchObject([
      {
        status: 200,
        clientAuthentication: 'basic',
        contentType: expect.stringMatching(/^application\/json/),
      },
    ]);
    expect(await liveGrants(stack, provider)).toEqual([]);
  });

  it('two credentials on one grant, one of them refreshed: deleting the other does not end it', async () => {
    await stack.sandbox.control.updateSettings({ notionReusesPair: true });
    try {
      const [first, second] = [await connect(stack, { provider }), await connect(stack, { provider })];
      expect(await refreshNow(stack, second.credential.id)).toMatchObject({ status: 'succeeded' });
      expect(await removeNow(stack, first.credential.id)).toMatchObject({ status: 'succeeded', error: null });
      expect(await providerLog(stack, provider, 'revoke')).toEqual([]);
      expect(await refreshNow(stack, second.credential.id)).toMatchObject({ status: 'succeeded' });
    } finally {
      await stack.sandbox.control.updateSettings({ notionReusesPair: false });
    }
  });

  it('two credentials on one grant: deleting one does not revoke the other’s, deleting the last one does', async () => {
    await stack.sandbox.control.updateSettings({ notionReusesPair: true });
    try {
      const first = await connect(stack, { provider });
      const second = await connect(stack, { provider });
      const lease = await leaseOf(stack, second.credential);
      expect((await leaseOf(stack, first.credential)).body.accessToken).toBe(lease.body.accessToken);

      expect(await removeNow(stack, first.credential.id)).toMatchObject({ status: 'succeeded', error: null });
      expect(await providerLog(stack, provider, 'revoke')).toEqual([]);
      const me = await fetch(`${stack.sandbox.url}/notion/v1/users/me`, {
        headers: { authorization: `Bearer ${lease.body.accessToken}`, 'notion-version': '2022-06-28' },
      });
      expect(me.status).toBe(200);
      expect(await refreshNow(stack, second.credential.id)).toMatchObject({ status: 'succeeded' });

      expect(await removeNow(stack, second.credential.id)).toMatchObject({
        status: 'succeeded',
        error: null,
      });
      expect(await providerLog(stack, provider, 'revoke')).toMatchObject([{ status: 200 }]);
    } finally {
      await stack.sandbox.control.updateSettings({ notionReusesPair: false });
    }
  });
});
