import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { connect, providerLog } from '../../support/flows.ts';
import {
  credentialOf,
  forget,
  leaseOf,
  liveGrants,
  presentedIn,
  refreshNow,
  removeNow,
} from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

const provider = 'dropbox';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => forget(stack, provider));

const rightSecret = 'sandbox-dropbox-secret';

/** Changes the secret of the client at Dropbox, not at ours. */
function changeSecretAtProvider(clientSecret: string) {
  return stack.sandbox.control.registerClient({ provider, clientId: 'sandbox-dropbox', clientSecret });
}

/** What we know says that the access token is past its time. */
function expireHere(id: string) {
  return stack.database.superuser.query(
    `update credential set expires_at = now() - interval '1 minute' where id = $1`,
    [id],
  );
}

async function misconfiguredEvents() {
  return (await stack.admin.get('/v1/events?type=latchkey.oauth_client.misconfigured&limit=100')).body.items;
}

describe(`Dropbox (${transport})`, () => {
  it('asks for offline access by token_access_type, with PKCE S256', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider, confirm: false });
    const { location } = await openBrowser().visit(started.body.authorizationUrl);
    expect(Object.fromEntries(new URL(location ?? '').searchParams)).toMatchObject({
      token_access_type: 'offline',
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'account_info.read files.metadata.read files.content.read',
    });
  });

  it('connects, asks for the account without a body, leases, and refreshes with the refresh token that stays', async () => {
    const { credential } = await connect(stack, { provider });
    expect(credential).toMatchObject({
      status: 'active',
      name: 'Ada Lovelace',
      account: { id: 'dbid:ada', name: 'Ada Lovelace' },
    });
    expect(await providerLog(stack, provider, 'userinfo')).toMatchObject([
      { method: 'POST', status: 200, contentType: null },
    ]);
    const before = await leaseOf(stack, credential, 10_000);
    expect(before.body).toMatchObject({ accessToken: expect.stringMatching(/^sl\./) });

    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    const [exchange] = await providerLog(stack, provider, 'token.code');
    const refreshes = await providerLog(stack, provider, 'token.refresh');
    expect(presentedIn(refreshes)).toEqual([exchange?.issued?.refreshToken, exchange?.issued?.refreshToken]);
    expect((await leaseOf(stack, credential)).body.accessToken).not.toBe(before.body.accessToken);
  });

  it('revokes by a live access token on delete, with no refresh before it', async () => {
    const { credential } = await connect(stack, { provider });
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'revoke')).toMatchObject([
      { status: 200, contentType: null, presented: { kind: 'access_token' } },
    ]);
    expect(await providerLog(stack, provider, 'token.refresh')).toEqual([]);
    expect(await liveGrants(stack, provider)).toEqual([]);
  });

  it.each([
    ['the stored one is past its time', true],
    ['Dropbox says that the stored one has expired', false],
  ])('B22: revokes with a fresh access token when %s', async (_when, isKnown) => {
    const { credential } = await connect(stack, { provider });
    await stack.sandbox.control.expireAccessTokens({ provider });
    if (isKnown) await expireHere(credential.id);
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    const [refresh, ...others] = await providerLog(stack, provider, 'token.refresh');
    expect(others).toEqual([]);
    const revocations = await providerLog(stack, provider, 'revoke');
    expect(revocations.at(-1)).toMatchObject({
      status: 200,
      presented: { fingerprint: refresh?.issued?.accessToken },
    });
    expect(await liveGrants(stack, provider)).toEqual([]);
  });

  it('B22: deleting what the person has revoked already succeeds, expired or not', async () => {
    for (const expired of [false, true]) {
      const { credential } = await connect(stack, { provider });
      await stack.sandbox.control.revokeGrants({ provider });
      if (expired) await expireHere(credential.id);
      expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    }
  });

  it('B21: a dead grant ends in reauthorization_required after one call', async () => {
    const { credential } = await connect(stack, { provider });
    await stack.sandbox.control.revokeGrants({ provider });
    expect(await refreshNow(stack, credential.id)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'grant_revoked', actor: 'user' },
    });
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      status: 'reauthorization_required',
      nextRefreshAt: null,
    });
    expect(await leaseOf(stack, credential)).toMatchObject({
      status: 409,
      body: { code: 'reauthorization_required' },
    });
    expect(await providerLog(stack, provider, 'token.refresh')).toHaveLength(1);
  });

  it('B21: a rejected client is the client’s fault: flagged and told once, the credential stays and is leased', async () => {
    const { credential } = await connect(stack, { provider });
    const told = (await misconfiguredEvents()).length;
    await changeSecretAtProvider('another-secret');
    for (const refresh of [refreshNow, refreshNow]) {
      expect(await refresh(stack, credential.id)).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: { code: 'client_misconfigured', retryable: false, actor: 'admin' },
      });
    }
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      status: 'active',
      health: 'refresh_failing',
      tokenVersion: 1,
      lastError: { code: 'client_misconfigured' },
    });
    expect(await leaseOf(stack, credential)).toMatchObject({
      status: 200,
      body: { accessToken: expect.stringMatching(/^sl\./) },
    });
    const client = await stack.admin.get(`/v1/providers/${provider}/oauth-client`);
    expect(client.body).toMatchObject({ mode: 'default', misconfigured: { message: expect.any(String) } });
    expect((await misconfiguredEvents()).slice(told)).toMatchObject([
      {
        type: 'latchkey.oauth_client.misconfigured',
        subject: provider,
        data: { clientId: 'sandbox-dropbox', mode: 'default' },
      },
    ]);

    await changeSecretAtProvider(rightSecret);
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      status: 'active',
      health: 'ok',
      lastError: null,
      tokenVersion: 2,
    });
  });

  it('a client that works again is no longer flagged, and a second rejection is told again', async () => {
    const { credential } = await connect(stack, { provider });
    const flag = async () =>
      (await stack.admin.get(`/v1/providers/${provider}/oauth-client`)).body.misconfigured;
    const told = (await misconfiguredEvents()).length;
    for (const times of [1, 2]) {
      await changeSecretAtProvider('another-secret');
      await refreshNow(stack, credential.id);
      expect(await flag()).not.toBeNull();
      await changeSecretAtProvider(rightSecret);
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
      expect(await flag()).toBeNull();
      expect((await misconfiguredEvents()).length - told).toBe(times);
    }
  });
});
