import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { connect, finish, goThroughConsent, providerLog } from '../../support/flows.ts';
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

const provider = 'google_drive';
const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => forget(stack, provider));

/** Goes to Google's consent page and leaves only these scopes ticked. */
async function connectWithScopes(...kept: string[]) {
  await stack.sandbox.control.updateSettings({ autoApprove: false });
  try {
    const { authorizationId, page, browser } = await goThroughConsent(stack, { provider });
    const action = /action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&#38;', '&') ?? '';
    const form = new URLSearchParams({ account: 'ada', decision: 'allow', granular: '1' });
    for (const each of kept) form.append('scope', each);
    const answer = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
    expect((await browser.follow(answer.headers.get('location') ?? '')).status).toBe(200);
    return await finish(stack.admin, authorizationId);
  } finally {
    await stack.sandbox.control.updateSettings({ autoApprove: true });
  }
}

describe(`Google Drive (${transport})`, () => {
  it('connects, leases, and revokes by the refresh token on delete', async () => {
    const { credential } = await connect(stack, { provider });
    expect(credential).toMatchObject({
      status: 'active',
      name: 'Ada Lovelace',
      account: { id: 'google-ada', name: 'Ada Lovelace' },
      scopes: [scope('drive.readonly'), scope('userinfo.profile'), scope('userinfo.email')],
    });
    const lease = await leaseOf(stack, credential, 3000);
    expect(lease.body).toMatchObject({
      type: 'oauth2',
      accessToken: expect.stringMatching(/^ya29\./),
      tokenType: expect.stringMatching(/^bearer$/i),
    });
    const [exchange] = await providerLog(stack, provider, 'token.code');
    expect(exchange).toMatchObject({
      clientAuthentication: 'body',
      contentType: expect.stringContaining('x-www-form-urlencoded'),
    });

    expect(await removeNow(stack, credential.id)).toMatchObject({
      kind: 'revoke',
      status: 'succeeded',
      error: null,
    });
    const revocations = await providerLog(stack, provider, 'revoke');
    expect(revocations).toMatchObject([
      {
        status: 200,
        clientAuthentication: 'none',
        presented: { fingerprint: exchange?.issued?.refreshToken },
      },
    ]);
    expect(await liveGrants(stack, provider)).toEqual([]);
  });

  it('asks for offline access, consent and S256 in the authorization URL', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider, confirm: false });
    const { location } = await openBrowser().visit(started.body.authorizationUrl);
    expect(Object.fromEntries(new URL(location ?? '').searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: [scope('drive.readonly'), scope('userinfo.profile'), scope('userinfo.email')].join(' '),
    });
  });

  it('B19: a refresh answer without a refresh token keeps the old one, and the next refresh stays planned', async () => {
    const { credential } = await connect(stack, { provider });
    const before = await leaseOf(stack, credential);
    for (const version of [2, 3]) {
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded', attempts: 1 });
      const now = await credentialOf(stack, credential.id);
      expect(now).toMatchObject({
        status: 'active',
        tokenVersion: version,
        nextRefreshAt: expect.any(String),
      });
      expect(Date.parse(now.nextRefreshAt)).toBeLessThan(Date.parse(now.expiresAt));
    }
    const refreshes = await providerLog(stack, provider, 'token.refresh');
    expect(refreshes.map(({ issued }) => issued?.refreshToken)).toEqual([null, null]);
    expect(new Set(presentedIn(refreshes)).size).toBe(1);
    expect((await leaseOf(stack, credential)).body.accessToken).not.toBe(before.body.accessToken);
  });

  it('fails with missing_refresh_token when none comes, makes no credential, and gives the grant back', async () => {
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'token.code',
      fault: 'missing_refresh_token',
    });
    const { authorization } = await connect(stack, { provider });
    expect(authorization).toMatchObject({
      status: 'failed',
      credentialId: null,
      error: { code: 'missing_refresh_token', retryable: false, actor: 'user' },
    });
    expect(await providerLog(stack, provider, 'token')).toHaveLength(1);
    expect(await providerLog(stack, provider, 'revoke')).toMatchObject([{ status: 200 }]);
    expect(await liveGrants(stack, provider)).toEqual([]);
  });

  it('A12: unticked scopes fail with insufficient_scope that names them, and the grant is revoked at Google', async () => {
    const authorization = await connectWithScopes(scope('userinfo.profile'), scope('userinfo.email'));
    expect(authorization).toMatchObject({
      status: 'failed',
      credentialId: null,
      error: { code: 'insufficient_scope', actor: 'user' },
    });
    expect(authorization.error.message).toContain('drive.readonly');
    expect(authorization.error.message).not.toContain('userinfo');
    expect(await providerLog(stack, provider, 'revoke')).toMatchObject([{ status: 200 }]);
    expect(await liveGrants(stack, provider)).toEqual([]);
  });

  it('all scopes left ticked connects', async () => {
    const authorization = await connectWithScopes(
      scope('drive.readonly'),
      scope('userinfo.profile'),
      scope('userinfo.email'),
    );
    expect(authorization).toMatchObject({ status: 'succeeded', error: null });
  });

  it('B22: deleting what the person has revoked already succeeds', async () => {
    const { credential } = await connect(stack, { provider });
    await stack.sandbox.control.revokeGrants({ provider });
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'revoke')).toMatchObject([
      { status: 400, error: 'invalid_token' },
    ]);
  });

  it('B22: a revocation that Google cannot take at the moment is tried again until it is done', async () => {
    const { credential } = await connect(stack, { provider });
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'revoke',
      fault: 'server_error',
      status: 503,
    });
    expect(await removeNow(stack, credential.id)).toMatchObject({
      status: 'succeeded',
      attempts: 2,
      error: null,
    });
    expect((await providerLog(stack, provider, 'revoke')).map(({ status }) => status)).toEqual([503, 200]);
  });

  it('B22: at Google a revocation ends every grant of the account: only the last credential of an account revokes', async () => {
    const [first, second] = [await connect(stack, { provider }), await connect(stack, { provider })];
    expect(await removeNow(stack, first.credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'revoke')).toEqual([]);
    expect(await refreshNow(stack, second.credential.id)).toMatchObject({ status: 'succeeded' });
    expect(await removeNow(stack, second.credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'revoke')).toMatchObject([{ status: 200 }]);
  });

  it('connects without an account when the user call fails, and a refresh does not ask for it', async () => {
    await stack.sandbox.control.addFault({ provider, endpoint: 'userinfo', fault: 'server_error' });
    const { credential } = await connect(stack, { provider });
    expect(credential).toMatchObject({
      status: 'active',
      account: { id: null, name: null, avatarUrl: null },
      name: 'Google Drive',
    });
    expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    expect(await providerLog(stack, provider, 'userinfo')).toHaveLength(1);
  });
});
