import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxControlClient } from '../control/client.ts';
import { fingerprint } from '../fingerprint.ts';
import { labProviderIdSchema } from '../provider-ids.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { json, pkce, postForm, visit } from '../testing/browser.ts';
import { labFlow } from '../testing/lab-flow.ts';

let sandbox: Sandbox;
let lab: ReturnType<typeof labFlow>;
beforeEach(async () => {
  sandbox = await startSandbox();
  lab = labFlow(sandbox);
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterEach(async () => sandbox.close());

describe.each(labProviderIdSchema.options)('%s', (provider) => {
  test('connects with a grant of its own each time, and the log knows the grant from start to end', async () => {
    const one = await lab.connect(provider);
    const two = await lab.connect(provider);
    expect(two.refreshToken).not.toBe(one.refreshToken);
    await lab.refresh(provider, one.refreshToken);
    await lab.me(provider, one.accessToken);
    await lab.revoke(provider, one.refreshToken);
    const grants = await sandbox.control.grants({ provider });
    expect(grants).toHaveLength(2);
    const entries = await sandbox.control.log({ provider, grantId: grants[0]?.grantId });
    expect(entries.map(({ endpoint }) => endpoint)).toEqual([
      'authorize',
      'token.code',
      'token.refresh',
      'userinfo',
      'revoke',
    ]);
    const [, exchanged, refreshing] = entries;
    expect(exchanged?.issued).toMatchObject({
      accessToken: fingerprint(one.accessToken),
      refreshToken: fingerprint(one.refreshToken),
    });
    expect(refreshing?.presented?.fingerprint).toBe(fingerprint(one.refreshToken));
    expect(entries.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
  });

  test('an hour of access, which a refresh does not cut short', async () => {
    const first = await lab.issue(provider);
    const body = await lab.refreshed(provider, first.refreshToken);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'read' });
    expect(body['access_token']).not.toBe(first.accessToken);
    expect(await json(await lab.me(provider, first.accessToken))).toMatchObject({
      id: 'lab-ada',
      name: 'Ada Lovelace',
    });
    expect((await lab.me(provider, String(body['access_token']))).status).toBe(200);
    await sandbox.control.updateSettings({ accessTokenTtlSeconds: { [provider]: 60 } });
    expect(await lab.issue(provider)).toMatchObject({ expiresIn: 60 });
  });

  test('a code with a challenge needs its verifier, one without needs none', async () => {
    const { verifier, challenge } = pkce();
    const query = { code_challenge: challenge, code_challenge_method: 'S256' };
    const { code } = await visit(lab.authorizationUrl(provider, query));
    expect((await lab.exchange(provider, code)).status).toBe(400);
    expect((await lab.exchange(provider, code, { code_verifier: verifier })).status).toBe(200);
    expect(await json(await lab.exchange(provider, code, { code_verifier: verifier }))).toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('the wrong secret, and the token of another client, change nothing', async () => {
    const { refreshToken, grantId } = await lab.issue(provider);
    const other = { provider, clientId: 'other', clientSecret: 'other-secret' };
    await sandbox.control.registerClient(other);
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, token: refreshToken };
    const stranger = { ...form, client_id: 'other', client_secret: 'other-secret' };
    const liar = { ...form, client_secret: 'wrong' };
    expect(await json(await postForm(lab.at(provider, 'token'), provider, stranger))).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await postForm(lab.at(provider, 'token'), provider, liar)).status).toBe(401);
    expect((await postForm(lab.at(provider, 'revoke'), provider, stranger)).status).toBe(200);
    expect((await postForm(lab.at(provider, 'revoke'), provider, liar)).status).toBe(401);
    expect(await lab.grantOf(grantId)).toMatchObject({
      revokedAt: null,
      liveRefreshTokens: [fingerprint(refreshToken)],
    });
  });

  test('revoking either token ends the grant; an unknown token is fine', async () => {
    for (const name of ['accessToken', 'refreshToken'] as const) {
      const grant = await lab.issue(provider);
      expect((await lab.revoke(provider, grant[name])).status).toBe(200);
      expect((await lab.me(provider, grant.accessToken)).status).toBe(401);
      expect(await lab.refreshed(provider, grant.refreshToken)).toMatchObject({ error: 'invalid_grant' });
    }
    expect((await lab.revoke(provider, 'never seen')).status).toBe(200);
  });
});

describe('grants for benchmarks', () => {
  test('work like connected ones, over HTTP as well, under any name', async () => {
    const remote = createSandboxControlClient(sandbox.url);
    const clientId = 'sandbox-lab_strict';
    const grant = await remote.issueGrant({ provider: 'lab_strict', clientId, account: 'user-17' });
    expect(grant).toEqual({
      grantId: expect.any(String),
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 3600,
    });
    expect(await json(await lab.me('lab_strict', grant.accessToken))).toEqual({
      id: 'lab-user-17',
      name: 'user-17',
    });
    expect((await lab.refresh('lab_strict', grant.refreshToken)).status).toBe(200);
    expect(await lab.lastRefresh()).toMatchObject({ grantId: grant.grantId });
    await expect(
      remote.issueGrant({ provider: 'lab_strict', clientId: 'nobody', account: 'ada' }),
    ).rejects.toThrow(/400.*does not know this client/s);
  });
});
