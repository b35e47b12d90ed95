import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addKey, finish, providerLog } from '../../support/flows.ts';
import {
  arrivedApart,
  credentialOf,
  leaseOf,
  removeNow,
  untilRetrying,
} from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

const provider = 'jina_reader';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

describe(`Jina Reader (${transport})`, () => {
  it('accepts a key that the answer knows by name, leases it, and deletes without a call', async () => {
    const { authorization, credential } = await addKey(stack, provider, { apiKey: '  jina_good-ok ' });
    expect(authorization).toMatchObject({
      kind: 'validate_key',
      status: 'succeeded',
      attempts: 1,
      error: null,
    });
    expect(credential).toMatchObject({ status: 'active', name: 'API key 1' });
    expect((await leaseOf(stack, credential)).body).toMatchObject({
      type: 'api_key',
      fields: { apiKey: 'jina_good-ok' },
    });
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'key_check')).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  it('401 rejects the key', async () => {
    const { authorization, credential } = await addKey(stack, provider, { apiKey: 'jina_401' });
    expect(authorization).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'key_rejected', retryable: false, actor: 'user' },
    });
    expect(credential).toMatchObject({ status: 'invalid', lastError: { code: 'key_rejected' } });
    expect(await leaseOf(stack, credential)).toMatchObject({
      status: 409,
      body: { code: 'credential_invalid' },
    });
  });

  it('200 without authenticatedAs rejects the key: the page is served to anybody', async () => {
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'key_check',
      fault: 'ok_with_error',
      error: 'none',
      description: 'index page',
    });
    const { authorization, credential } = await addKey(stack, provider, { apiKey: 'jina_ignored-ok' });
    expect(authorization).toMatchObject({ status: 'failed', attempts: 1, error: { code: 'key_rejected' } });
    expect(credential.status).toBe('invalid');
  });

  it('200 with a page instead of JSON says nothing about the key', async () => {
    await stack.sandbox.control.addFault({ provider, endpoint: 'key_check', fault: 'html' });
    const { authorization, credential } = await addKey(stack, provider, { apiKey: 'jina_behind_a_proxy-ok' });
    expect(authorization).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
    expect(credential).toMatchObject({ status: 'active', lastError: null });
  });

  it.each([
    [402, 'key_out_of_credit', 'user'],
    [429, 'rate_limited', 'nobody'],
    [500, 'provider_unavailable', 'nobody'],
  ])(
    '%i is not a verdict on the key: %s shows, it is not leased, and it becomes active when that is over',
    async (status, code, actor) => {
      const key = `jina_${status}_for_now`;
      await stack.sandbox.control.registerKey({ provider, key, status });
      const added = await stack.admin.post('/v1/credentials', { provider, fields: { apiKey: key } });
      const { id } = added.body.authorization;
      expect(await untilRetrying(stack, id, code)).toMatchObject({
        error: { code, retryable: true, actor },
        nextAttemptAt: expect.any(String),
      });
      const pending = await credentialOf(stack, added.body.credential.id);
      expect(pending).toMatchObject({ status: 'pending', lastError: { code } });
      const lease = await stack.admin.post('/v1/leases', {
        provider,
        credentialId: pending.id,
        waitSeconds: 0,
      });
      expect(lease).toMatchObject({ status: 503, body: { code: 'credential_not_ready' } });
      expect(lease.headers.get('retry-after')).toMatch(/^\d+$/);

      await stack.sandbox.control.registerKey({ provider, key, status: 200 });
      expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded', error: null });
      expect(await credentialOf(stack, pending.id)).toMatchObject({ status: 'active', lastError: null });
    },
  );

  it('Retry-After is kept to: the next attempt is planned for no earlier, and comes no earlier', async () => {
    const retryAfterSeconds = 5;
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'key_check',
      fault: 'rate_limited',
      retryAfterSeconds,
    });
    const added = await stack.admin.post('/v1/credentials', {
      provider,
      fields: { apiKey: 'jina_patient-ok' },
    });
    const { id } = added.body.authorization;
    const waiting = await untilRetrying(stack, id, 'rate_limited');
    const [first] = await providerLog(stack, provider, 'key_check');
    expect(Date.parse(waiting.nextAttemptAt) - Date.parse(first?.answeredAt ?? '')).toBeGreaterThanOrEqual(
      retryAfterSeconds * 1000 - 50,
    );
    expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded', attempts: 2 });
    const checks = await providerLog(stack, provider, 'key_check');
    expect(checks.map(({ status }) => status)).toEqual([429, 200]);
    expect(arrivedApart(checks[0], checks[1])).toBeGreaterThanOrEqual(retryAfterSeconds * 1000);
  });

  it('a key that worked stays active and is leased while Jina cannot be asked about it', async () => {
    const key = 'jina_worked_before';
    await stack.sandbox.control.registerKey({ provider, key });
    const { credential } = await addKey(stack, provider, { apiKey: key });
    await stack.sandbox.control.registerKey({ provider, key, status: 402 });
    const queued = await stack.admin.post(`/v1/credentials/${credential.id}/validate`);
    await untilRetrying(stack, queued.body.authorization.id, 'key_out_of_credit');
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      status: 'active',
      lastError: { code: 'key_out_of_credit' },
    });
    expect((await leaseOf(stack, credential)).status).toBe(200);
    await stack.sandbox.control.registerKey({ provider, key, status: 401 });
    expect(await finish(stack.admin, queued.body.authorization.id, 40)).toMatchObject({
      status: 'failed',
      error: { code: 'key_rejected' },
    });
    expect(await credentialOf(stack, credential.id)).toMatchObject({ status: 'invalid' });
  });
});
