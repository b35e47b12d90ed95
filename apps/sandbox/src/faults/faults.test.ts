import { afterAll, beforeEach, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import type { LogEntry } from '../log/log-entry.ts';
import { at, json, visit } from '../testing/browser.ts';
import { authorizationRequest, connect, exchange, refresh } from '../testing/oidc-flow.ts';
import type { FaultEffect } from './fault.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => sandbox.close());
beforeEach(async () => {
  await sandbox.control.clearFaults();
  await sandbox.control.clearLog();
});

const onRefresh = async (effect: FaultEffect): Promise<void> => {
  const target = { provider: 'sandbox', endpoint: 'token.refresh' } as const;
  await sandbox.control.addFault({ ...target, ...effect });
};

const lastRefresh = async (): Promise<LogEntry | undefined> =>
  (await sandbox.control.log({ endpoint: 'token.refresh' })).at(-1);

/** The log entry once the provider is done with the request, which may be after the caller saw it fail. */
const endedRefresh = async (): Promise<LogEntry | undefined> => {
  await expect.poll(async () => (await lastRefresh())?.endedAt).toEqual(expect.any(String));
  return lastRefresh();
};

describe('an answer that never arrives', () => {
  test('reset_before_commit leaves the old token working', async () => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh({ fault: 'reset_before_commit' });
    await expect(refresh(sandbox, refreshToken)).rejects.toThrow('fetch failed');
    expect(await endedRefresh()).toMatchObject({ committed: false, delivered: false, outcome: 'no_answer' });
    expect((await refresh(sandbox, refreshToken)).status).toBe(200);
  });

  test('reset_after_commit has used the old token up', async () => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh({ fault: 'reset_after_commit' });
    await expect(refresh(sandbox, refreshToken)).rejects.toThrow('fetch failed');
    expect(await endedRefresh()).toMatchObject({
      committed: true,
      delivered: false,
      answeredAt: null,
      issued: { refreshToken: expect.any(String) },
    });
    expect(await json(await refresh(sandbox, refreshToken))).toMatchObject({ error: 'invalid_grant' });
  });

  test('a truncated body fails on the reader’s side after the commit', async () => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh({ fault: 'truncated_body' });
    const response = await refresh(sandbox, refreshToken);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(await endedRefresh()).toMatchObject({ committed: true, delivered: false, status: 200 });
  });

  test.each([
    { phase: 'before' as const, committed: false },
    { phase: 'after' as const, committed: true },
  ])('hang $phase the commit ends only when the caller gives up', async ({ phase, committed }) => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh({ fault: 'hang', phase });
    const controller = new AbortController();
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const headers = { authorization: `Basic ${btoa('sandbox-sandbox:sandbox-sandbox-secret')}` };
    const hung = fetch(`${sandbox.url}/oidc/token`, {
      method: 'POST',
      body,
      headers,
      signal: controller.signal,
    });
    await expect.poll(async () => (await lastRefresh())?.committed).toBe(committed);
    expect(await lastRefresh()).toMatchObject({ outcome: 'pending', endedAt: null });
    controller.abort();
    await expect(hung).rejects.toThrow('aborted');
    expect(await endedRefresh()).toMatchObject({ committed, delivered: false });
  });
});

describe('an answer that lies', () => {
  test.each<[FaultEffect, number, Record<string, unknown>]>([
    [{ fault: 'ok_with_error' }, 200, { error: 'bad_refresh_token' }],
    [{ fault: 'server_error', status: 502 }, 502, { error: 'server_error' }],
    [{ fault: 'invalid_grant' }, 400, { error: 'invalid_grant' }],
    [{ fault: 'invalid_client' }, 401, { error: 'invalid_client' }],
  ])('%o is answered without touching the grant', async (effect, status, body) => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh(effect);
    const response = await refresh(sandbox, refreshToken);
    expect(response.status).toBe(status);
    expect(await json(response)).toMatchObject(body);
    expect(await endedRefresh()).toMatchObject({ committed: false, outcome: 'failed', error: body['error'] });
    expect((await refresh(sandbox, refreshToken)).status).toBe(200);
  });

  test('rate_limited says how long to wait', async () => {
    await onRefresh({ fault: 'rate_limited', retryAfterSeconds: 90 });
    const response = await refresh(sandbox, 'any');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('90');
  });

  test('html is a 200 that is no JSON', async () => {
    await onRefresh({ fault: 'html' });
    const response = await refresh(sandbox, 'any');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
  });

  test('a committed server error hides that the token was rotated', async () => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh({ fault: 'server_error', committed: true });
    expect((await refresh(sandbox, refreshToken)).status).toBe(503);
    expect(await endedRefresh()).toMatchObject({ committed: true, status: 503 });
    expect(await json(await refresh(sandbox, refreshToken))).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('an answer that differs', () => {
  test.each<[FaultEffect, (body: Record<string, unknown>) => void]>([
    [{ fault: 'missing_refresh_token' }, (body) => expect(body).not.toHaveProperty('refresh_token')],
    [{ fault: 'no_expires_in' }, (body) => expect(body).not.toHaveProperty('expires_in')],
    [{ fault: 'expires_in_string' }, (body) => expect(body['expires_in']).toBe('120')],
    [{ fault: 'expires_in', expiresIn: -5 }, (body) => expect(body['expires_in']).toBe(-5)],
    [{ fault: 'narrower_scope' }, (body) => expect(body['scope']).toBe('openid profile email')],
    [{ fault: 'narrower_scope', scope: 'openid' }, (body) => expect(body['scope']).toBe('openid')],
    [{ fault: 'slow_drip', ms: 40 }, (body) => expect(body).toHaveProperty('access_token')],
    [{ fault: 'delay', ms: 30 }, (body) => expect(body).toHaveProperty('access_token')],
  ])('%o', async (effect, check) => {
    const { refreshToken } = await connect(sandbox);
    await onRefresh(effect);
    check(await json(await refresh(sandbox, refreshToken)));
    expect(await endedRefresh()).toMatchObject({ faults: [effect.fault], committed: true, delivered: true });
  });

  test('coop marks the consent page', async () => {
    await sandbox.control.updateSettings({ autoApprove: false });
    await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'authorize', fault: 'coop' });
    const page = await fetch(authorizationRequest(sandbox).url);
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(await page.text()).toContain('Allow access');
  });

  test('access_denied sends the user straight back', async () => {
    await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'authorize', fault: 'access_denied' });
    expect(await visit(authorizationRequest(sandbox).url)).toMatchObject({
      error: 'access_denied',
      state: 'state-1',
    });
  });
});

test('a fault hits as many requests as it says, at its provider and endpoint only', async () => {
  await sandbox.control.updateSettings({ autoApprove: true });
  await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'token', fault: 'server_error', times: 2 });
  const { url, verifier } = authorizationRequest(sandbox);
  const { code } = await visit(url);
  const statuses = [];
  for (let turn = 0; turn < 3; turn += 1) statuses.push((await exchange(sandbox, code, verifier)).status);
  expect(statuses).toEqual([503, 503, 200]);
  expect(await sandbox.control.faults()).toEqual([]);
});

test('a fault at a stand-in answers in that provider’s words', async () => {
  await sandbox.control.addFault({ provider: 'firecrawl', fault: 'rate_limited' });
  const response = await fetch(at(sandbox, 'https://api.firecrawl.dev/v2/team/credit-usage'), {
    headers: { authorization: 'Bearer fc-ok' },
  });
  expect(await json(response)).toEqual({ success: false, error: 'Rate limit exceeded' });
});
