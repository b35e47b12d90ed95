import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultInput } from '../faults/fault.ts';
import { fingerprint } from '../fingerprint.ts';
import { peakConcurrency } from '../log/peak-concurrency.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { json, visit } from '../testing/browser.ts';
import { authorizationRequest, connect, exchange, refresh } from '../testing/oidc-flow.ts';
import { createSandboxControlClient } from './client.ts';
import type { SandboxControl } from './control.ts';

let sandbox: Sandbox;
let remote: SandboxControl;
beforeAll(async () => {
  sandbox = await startSandbox();
  remote = createSandboxControlClient(sandbox.url);
});
afterAll(async () => sandbox.close());
beforeEach(async () => {
  await remote.clearFaults();
  await remote.clearLog();
});

describe('log', () => {
  test('no token, code or secret appears anywhere in it', async () => {
    await remote.updateSettings({ autoApprove: true });
    const { url, verifier } = authorizationRequest(sandbox);
    const { code } = await visit(url);
    const body = await json(await exchange(sandbox, code, verifier));
    const next = await json(await refresh(sandbox, String(body['refresh_token'])));
    await fetch(`${sandbox.url}/sandbox/me`, { headers: { authorization: 'Bearer sbx_valid_secret' } });
    const text = JSON.stringify([await remote.log(), await remote.grants()]);
    const tokens = [body, next].flatMap((answer) =>
      ['access_token', 'refresh_token', 'id_token'].map((name) => answer[name]),
    );
    for (const secret of [...tokens, code, verifier, 'sbx_valid_secret', 'sandbox-sandbox-secret']) {
      expect(secret).toEqual(expect.any(String));
      expect(text).not.toContain(secret);
    }
  });

  test('each refresh presents what its predecessor issued', async () => {
    const first = await connect(sandbox);
    await refresh(sandbox, first.refreshToken);
    const [exchanged, refreshed] = await remote.log({ endpoint: 'token' });
    expect(exchanged).toMatchObject({
      endpoint: 'token.code',
      clientAuthentication: 'basic',
      outcome: 'succeeded',
    });
    expect(exchanged?.issued?.refreshToken).toBe(fingerprint(first.refreshToken));
    expect(refreshed?.presented).toEqual({
      kind: 'refresh_token',
      fingerprint: exchanged?.issued?.refreshToken,
    });
    expect(refreshed?.grantId).toBe(exchanged?.grantId);
    expect(refreshed?.contentType).toBe('application/x-www-form-urlencoded');
  });

  test('requests in flight at once for one grant can be counted', async () => {
    const { refreshToken } = await connect(sandbox);
    await remote.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms: 100,
      times: 3,
    });
    await Promise.all([1, 2, 3].map(async () => refresh(sandbox, refreshToken)));
    const entries = await remote.log({ endpoint: 'token.refresh' });
    expect(new Set(entries.map(({ grantId }) => grantId)).size).toBe(1);
    expect(peakConcurrency(entries)).toBe(3);
  });

  test('after returns only what is newer', async () => {
    await connect(sandbox);
    const all = await remote.log();
    const after = all[0]?.sequence ?? 0;
    expect(await remote.log({ after })).toEqual(all.slice(1));
  });
});

describe('grants', () => {
  test('a user who revokes ends refresh and access', async () => {
    const { refreshToken, accessToken } = await connect(sandbox);
    expect((await remote.revokeGrants({ provider: 'sandbox' })).count).toBeGreaterThan(0);
    expect((await refresh(sandbox, refreshToken)).status).toBe(400);
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await fetch(`${sandbox.url}/oidc/me`, { headers })).status).toBe(401);
    expect((await remote.grants()).every((grant) => grant.revokedAt !== null)).toBe(true);
  });

  test('expired access tokens leave the refresh token alone', async () => {
    const { refreshToken, accessToken } = await connect(sandbox);
    const grant = (await remote.grants({ provider: 'sandbox' })).at(-1);
    expect(grant).toMatchObject({ accountId: 'ada', liveAccessTokens: [fingerprint(accessToken)] });
    await remote.expireAccessTokens({ provider: 'sandbox', grantId: grant?.grantId });
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await fetch(`${sandbox.url}/oidc/me`, { headers })).status).toBe(401);
    expect((await refresh(sandbox, refreshToken)).status).toBe(200);
  });
});

test('bad input is refused in words, in process and over HTTP', async () => {
  const bad: FaultInput = { provider: 'sandbox', fault: 'hang', times: 0 };
  await expect(remote.addFault(bad)).rejects.toThrow(/400.*times/s);
  await expect(sandbox.control.addFault(bad)).rejects.toThrow('times');
});

test('overrides cover every origin of the six providers', async () => {
  expect(await remote.overrides()).toEqual(sandbox.overrides);
  expect(Object.keys(sandbox.overrides)).toHaveLength(10);
  expect(sandbox.overrides['https://api.notion.com']).toBe(`${sandbox.url}/notion`);
});

test('health answers', async () => {
  expect(await remote.healthz()).toEqual({ status: 'ok' });
});
