import { fingerprint, type Fault, type LogEntry } from '@latchkey/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, finish } from '../../support/flows.ts';
import {
  arrivedApart,
  credentialOf,
  leaseOf,
  presentedIn,
  refreshNow,
  untilRetrying,
} from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  // The first call with a client goes alone, and these tests run side by side.
  const { credential } = await connect(stack, { provider: 'dropbox' });
  await refreshNow(stack, credential.id);
});

afterAll(() => stack.close());

/** A credential whose next refresh meets the fault. Only its own grant is hit, so such tests can run side by side. */
async function connectWithFault(provider: 'dropbox' | 'sandbox', fault: Fault) {
  const { credential } = await connect(stack, { provider });
  const { body } = await leaseOf(stack, credential);
  const grants = await stack.sandbox.control.grants({ provider });
  const grant = grants.find(({ liveAccessTokens }) =>
    liveAccessTokens.includes(fingerprint(body.accessToken)),
  );
  expect(grant).toBeDefined();
  const { grantId } = grant ?? {};
  await stack.sandbox.control.addFault({ provider, endpoint: 'token.refresh', grantId, ...fault });
  return {
    id: credential.id as string,
    refreshes: (): Promise<LogEntry[]> => stack.sandbox.control.log({ endpoint: 'token.refresh', grantId }),
  };
}

/**
 * A refresh whose first request meets the fault, and what the provider saw. Dropbox: its refresh token stays the same,
 * so every outcome that nobody knows is settled by presenting it again.
 */
async function refreshThrough(fault: Fault, seconds?: number) {
  const { id, refreshes } = await connectWithFault('dropbox', fault);
  const authorization = await refreshNow(stack, id, seconds);
  return { authorization, credential: await credentialOf(stack, id), refreshes: await refreshes() };
}

const recoverable: [string, Fault][] = [
  ['a page with status 200, nothing done', { fault: 'html', committed: false }],
  ['a page with status 200, the token issued', { fault: 'html', committed: true }],
  [
    'an error that nobody knows, with status 200',
    { fault: 'ok_with_error', error: 'sorry', description: 'Something.', committed: false },
  ],
  ['an answer cut in the middle', { fault: 'truncated_body' }],
  ['a connection reset before anything was done', { fault: 'reset_before_commit' }],
  ['a connection reset after the token was issued', { fault: 'reset_after_commit' }],
  ['503', { fault: 'server_error', status: 503, committed: false }],
  ['500, the token issued', { fault: 'server_error', status: 500, committed: true }],
];

describe.concurrent(`what a token endpoint does wrong at a refresh (${transport})`, () => {
  it(
    'B16: an endpoint that never answers is given up after its deadline, and asked again',
    { timeout: 60_000 },
    async () => {
      const { authorization, credential, refreshes } = await refreshThrough(
        { fault: 'hang', phase: 'after' },
        45,
      );
      expect(authorization).toMatchObject({ status: 'succeeded', error: null });
      expect(refreshes).toHaveLength(2);
      expect(credential).toMatchObject({ status: 'active', health: 'ok', tokenVersion: 2 });
      expect(arrivedApart(refreshes[0], refreshes[1])).toBeGreaterThanOrEqual(15_000);
      expect(new Set(presentedIn(refreshes)).size).toBe(1);
    },
  );

  it.each(recoverable)('B21: %s: recovers with the same refresh token', async (_what, fault) => {
    const { authorization, credential, refreshes } = await refreshThrough(fault);
    expect(authorization).toMatchObject({ status: 'succeeded', error: null });
    expect(credential).toMatchObject({ status: 'active', health: 'ok', lastError: null, tokenVersion: 2 });
    expect(refreshes).toHaveLength(2);
    expect(new Set(presentedIn(refreshes)).size).toBe(1);
    expect((await leaseOf(stack, credential)).status).toBe(200);
  });

  it('B21: meanwhile the reason shows, and the token that still lives is leased', async () => {
    const { id: credentialId, refreshes } = await connectWithFault('dropbox', {
      fault: 'rate_limited',
      retryAfterSeconds: 4,
    });
    const queued = await stack.admin.post(`/v1/credentials/${credentialId}/refresh`);
    const { id } = queued.body.authorization;
    expect(await untilRetrying(stack, id, 'rate_limited')).toMatchObject({
      error: { retryable: true, actor: 'nobody' },
    });
    const meanwhile = await credentialOf(stack, credentialId);
    expect(meanwhile).toMatchObject({
      status: 'active',
      health: 'refresh_failing',
      lastError: { code: 'rate_limited' },
    });
    expect((await leaseOf(stack, meanwhile)).status).toBe(200);
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded' });
    const [first, second, ...others] = await refreshes();
    expect(arrivedApart(first, second)).toBeGreaterThanOrEqual(4000);
    expect(others).toEqual([]);
    expect(await credentialOf(stack, credentialId)).toMatchObject({ health: 'ok', lastError: null });
  });

  it('B21: invalid_grant with status 200 is as final as with 400', async () => {
    const fault = {
      fault: 'ok_with_error',
      error: 'invalid_grant',
      description: 'gone',
      committed: false,
    } as const;
    const { authorization, credential, refreshes } = await refreshThrough(fault);
    expect(authorization).toMatchObject({ status: 'failed', error: { code: 'grant_revoked' } });
    expect(credential).toMatchObject({ status: 'reauthorization_required', nextRefreshAt: null });
    expect(refreshes).toHaveLength(1);
  });

  it.each([
    ['absent', { fault: 'no_expires_in' }, 14_400],
    ['0', { fault: 'expires_in', expiresIn: 0 }, 14_400],
    ['negative', { fault: 'expires_in', expiresIn: -60 }, 14_400],
    ['no number', { fault: 'expires_in', expiresIn: 'soon' }, 14_400],
    ['null', { fault: 'expires_in', expiresIn: null }, 14_400],
    ['a string of digits', { fault: 'expires_in', expiresIn: '7200' }, 7200],
    ['huge', { fault: 'expires_in', expiresIn: 1e300 }, 315_360_000],
  ] as [string, Fault, number][])(
    'B20: expires_in %s: the token is stored with a life that makes sense',
    async (_what, fault, life) => {
      const { authorization, credential } = await refreshThrough(fault);
      expect(authorization).toMatchObject({ status: 'succeeded' });
      const left = (Date.parse(credential.expiresAt) - Date.now()) / 1000;
      expect(left).toBeLessThanOrEqual(life);
      expect(left).toBeGreaterThan(life - 60);
      expect(Date.parse(credential.nextRefreshAt)).toBeGreaterThan(Date.now());
      expect((await leaseOf(stack, credential)).status).toBe(200);
    },
  );

  it('B20: without a life that anybody knows the token has none: it is leased, and not refreshed in a loop', async () => {
    const { id, refreshes } = await connectWithFault('sandbox', { fault: 'expires_in', expiresIn: -1 });
    expect(await refreshNow(stack, id)).toMatchObject({ status: 'succeeded' });
    const credential = await credentialOf(stack, id);
    expect(credential).toMatchObject({ status: 'active', expiresAt: null, nextRefreshAt: null });
    expect(await leaseOf(stack, credential, 86_400)).toMatchObject({
      status: 200,
      body: { expiresAt: null },
    });
    expect(await refreshes()).toHaveLength(1);
  });
});

describe(`what a token endpoint does wrong at the exchange (${transport})`, () => {
  const provider = 'dropbox';

  it.each([
    ['a page with status 200', { fault: 'html', committed: true }],
    ['an answer cut in the middle', { fault: 'truncated_body' }],
    ['a connection reset after the token was issued', { fault: 'reset_after_commit' }],
    [
      'an error that nobody knows',
      { fault: 'ok_with_error', error: 'sorry', description: 'Something.', committed: false },
    ],
    ['503', { fault: 'server_error', status: 503, committed: false }],
  ] as [string, Fault][])(
    'B18: %s: the code is not presented again, a person connects again',
    async (_what, fault) => {
      await stack.sandbox.control.clearLog();
      await stack.sandbox.control.addFault({ provider, endpoint: 'token.code', ...fault });
      const { authorization } = await connect(stack, { provider });
      expect(authorization).toMatchObject({
        status: 'failed',
        credentialId: null,
        error: { code: 'exchange_outcome_unknown', retryable: false, actor: 'user' },
      });
      expect(await stack.sandbox.control.log({ endpoint: 'token.code' })).toHaveLength(1);
    },
  );

  it('B18: 429 means that the code was not looked at: it is presented again', async () => {
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'token.code',
      fault: 'rate_limited',
      retryAfterSeconds: 1,
    });
    const { authorization, credential } = await connect(stack, { provider });
    expect(authorization).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
    expect(credential.status).toBe('active');
  });
});
