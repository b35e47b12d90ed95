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

const provider = 'onedrive';
const clientPath = `/v1/providers/${provider}/oauth-client`;
const ownClient = { clientId: 'sandbox-onedrive', clientSecret: 'sandbox-onedrive-secret' };

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => forget(stack, provider));

async function authorizationUrl() {
  const started = await stack.admin.post('/v1/authorizations', { provider, confirm: false });
  const { location } = await openBrowser().visit(started.body.authorizationUrl);
  return new URL(location ?? '');
}

describe(`OneDrive (${transport})`, () => {
  it('asks the default tenant for offline access, with S256 and the answer in the query', async () => {
    const url = await authorizationUrl();
    expect(url.pathname).toBe('/microsoft/organizations/oauth2/v2.0/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_mode: 'query',
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'offline_access User.Read Files.Read',
    });
  });

  it('connects, leases, and stores the refresh token that every refresh brings', async () => {
    const { credential } = await connect(stack, { provider });
    expect(credential).toMatchObject({
      status: 'active',
      name: 'Ada Lovelace',
      account: { id: 'microsoft-ada', name: 'Ada Lovelace' },
      scopes: ['User.Read', 'Files.Read'],
    });
    expect((await leaseOf(stack, credential, 3000)).body).toMatchObject({
      accessToken: expect.stringMatching(/^eyJ0/),
    });
    // The stand-in refuses a token request without `scope`.
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded', attempts: 1 });
    const [exchange] = await providerLog(stack, provider, 'token.code');
    const refreshes = await providerLog(stack, provider, 'token.refresh');
    expect(presentedIn(refreshes)).toEqual([
      exchange?.issued?.refreshToken,
      refreshes[0]?.issued?.refreshToken,
    ]);
    expect(exchange).toMatchObject({
      clientAuthentication: 'body',
      contentType: expect.stringContaining('x-www-form-urlencoded'),
    });
  });

  it('an outcome that nobody knows is settled by presenting the same token again', async () => {
    const { credential } = await connect(stack, { provider });
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'token.refresh',
      fault: 'reset_after_commit',
    });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    const refreshes = await providerLog(stack, provider, 'token.refresh');
    expect(new Set(presentedIn(refreshes)).size).toBe(1);
    expect(refreshes).toMatchObject([
      { committed: true, delivered: false },
      { committed: true, delivered: true },
    ]);
    expect(await credentialOf(stack, credential.id)).toMatchObject({ status: 'active', tokenVersion: 2 });
  });

  it('B20: takes expires_in as a string, at the exchange and at the refresh', async () => {
    await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { onedrive: 1800 } });
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'token',
      fault: 'expires_in_string',
      times: 2,
    });
    const { credential } = await connect(stack, { provider });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    expect(await stack.sandbox.control.faults()).toEqual([]);
    for (const { expiresAt } of [credential, await credentialOf(stack, credential.id)]) {
      const seconds = (Date.parse(expiresAt) - Date.now()) / 1000;
      expect(seconds).toBeGreaterThan(1700);
      expect(seconds).toBeLessThanOrEqual(1800);
    }
    await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { onedrive: 3599 } });
  });

  it('the tenant of the custom client is in every URL and stays with the credential', async () => {
    const set = await stack.admin.put(clientPath, {
      ...ownClient,
      params: { tenant: 'contoso.onmicrosoft.com' },
    });
    expect(set.body).toMatchObject({ mode: 'custom', params: { tenant: 'contoso.onmicrosoft.com' } });
    try {
      expect((await authorizationUrl()).pathname).toBe(
        '/microsoft/contoso.onmicrosoft.com/oauth2/v2.0/authorize',
      );
      const { credential } = await connect(stack, { provider });
      expect(credential).toMatchObject({ status: 'active' });
      await stack.admin.put(clientPath, { clientId: ownClient.clientId, params: { tenant: 'common' } });
      // The stand-in refuses a refresh at another tenant than the one that issued the token.
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded', attempts: 1 });
    } finally {
      await stack.admin.delete(clientPath);
    }
  });

  it('a tenant that could change the host or the path is refused', async () => {
    for (const tenant of ['../common', 'a/b', 'evil.test#', 'x?y', '@evil.test', '']) {
      const answer = await stack.admin.put(clientPath, { ...ownClient, params: { tenant } });
      expect({ tenant, ...answer }).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'params.tenant' }] },
      });
    }
    expect((await stack.admin.get(clientPath)).body.mode).toBe('default');
  });

  it('deletes without a call, and says that the grant must be removed at Microsoft', async () => {
    const { credential } = await connect(stack, { provider });
    const before = await liveGrants(stack, provider);
    await stack.sandbox.control.clearLog();
    expect(await removeNow(stack, credential.id)).toMatchObject({
      status: 'succeeded',
      error: { code: 'revocation_unsupported', retryable: false, actor: 'user' },
    });
    expect(await stack.sandbox.control.log({ provider })).toEqual([]);
    expect(await liveGrants(stack, provider)).toEqual(before);
  });
});
